# convicted by: crash-on-legal-event (answer-not-writable)
def handler(event, context):
    groups = (event["request"].get("groupConfiguration") or {}).get("groupsToOverride") or []
    if groups:
        override = {"claimsToAddOrOverride": {"teams": set(groups)}}
        event["response"]["claimsAndScopeOverrideDetails"] = {"idTokenGeneration": override}
    return event
