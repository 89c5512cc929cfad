# convicted by: crash-on-legal-event (programming-error)
# with: --event-version 2
def handler(event, context):
    details = event["response"].setdefault("claimsAndScopeOverrideDetails", {})
    details["accessTokenGeneration"] = {"claimsToAddOrOverride": {"tenant": "acme"}}
    return event
