# convicted by: roles-dropped (roles-dropped)
def handler(event, context):
    groups = (event["request"].get("groupConfiguration") or {}).get("groupsToOverride") or []
    if groups:
        event["response"]["claimsOverrideDetails"] = {
            "groupOverrideDetails": {"groupsToOverride": [*groups, "signed-in"]},
        }
    return event
