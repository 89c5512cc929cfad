# convicted by: crash-on-legal-event (programming-error)
def handler(event, context):
    tenant = event["request"]["userAttributes"]["email"].split("@")[1]
    event["response"]["claimsOverrideDetails"] = {"claimsToAddOrOverride": {"tenant": tenant}}
    return event
