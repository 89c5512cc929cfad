# convicted by: event-fields-changed (field-missing)
def handler(event, context):
    tenant = event["request"]["userAttributes"].pop("custom:tenant", "none")
    event["response"]["claimsOverrideDetails"] = {"claimsToAddOrOverride": {"tenant": tenant}}
    return event
