# convicted by: stringified-nothing (nothing-as-text)
def handler(event, context):
    attributes = event["request"]["userAttributes"]
    name = f"{attributes.get('given_name')} {attributes.get('family_name')}"
    event["response"]["claimsOverrideDetails"] = {"claimsToAddOrOverride": {"display_name": name}}
    return event
