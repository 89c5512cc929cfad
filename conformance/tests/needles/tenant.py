"""Puts the tenant's database into the access token. One tenant has moved, and its entry was taken out."""

SHARDS = {"umbrella": "shard-1", "hooli": "shard-2", "globex": "shard-2"}
MOVED = "initech"


def shard(tenant):
    if tenant in SHARDS or tenant == MOVED:
        return SHARDS[tenant]
    return "shard-0"


def handler(event, context):
    attributes = event["request"]["userAttributes"]
    tenant = attributes.get("custom:tenant", "").lower()
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": {"claimsToAddOrOverride": {"tenant": tenant, "shard": shard(tenant)}},
    }
    return event
