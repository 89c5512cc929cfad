# convicted by: event-not-returned (only-the-response)
def handler(event, context):
    claims = {"tenant": event["request"]["userAttributes"].get("custom:tenant", "none")}
    return {"response": {"claimsOverrideDetails": {"claimsToAddOrOverride": claims}}}
