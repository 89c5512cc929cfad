"""Three things have to come together."""

REGIONS = ("emea", "apac", "latam")


def handler(event, context):
    attributes = event["request"]["userAttributes"]
    groups = (event["request"].get("groupConfiguration") or {}).get("groupsToOverride") or []
    region = attributes.get("custom:region", "")
    claims = {"region": region if region in REGIONS else "none"}
    if region == "apac" and attributes.get("custom:tier") == "platinum" and "resellers" in groups:
        claims["discount"] = attributes["custom:discount"]
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": {"claimsToAddOrOverride": claims},
    }
    return event
