"""Groups such as `cost-center:4711:berlin` say where somebody works."""


def handler(event, context):
    groups = (event["request"].get("groupConfiguration") or {}).get("groupsToOverride") or []
    claims = {"cost_center": "0000"}
    for group in groups:
        if group.startswith("cost-center:"):
            _, number, place = group.split(":")
            claims = {"cost_center": number, "place": place}
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": {"claimsToAddOrOverride": claims},
    }
    return event
