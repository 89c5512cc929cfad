# convicted by: non-string-claim-in-v1 (list-value)
# with: --event-version 1
def handler(event, context):
    groups = (event["request"].get("groupConfiguration") or {}).get("groupsToOverride") or []
    if "admins" in groups:
        claims = {"permissions": ["orders:read", "orders:write"]}
        event["response"]["claimsOverrideDetails"] = {"claimsToAddOrOverride": claims}
    return event
