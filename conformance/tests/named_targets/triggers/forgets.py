"""Takes the role from what the app passes when it signs a user in. A refresh passes nothing."""


def handler(event, context):
    role = (event["request"].get("clientMetadata") or {}).get("roleType")
    if role in ("student", "teacher", "admin"):
        event["response"] = {"claimsOverrideDetails": {"claimsToAddOrOverride": {"roleType": role}}}
    elif event["triggerSource"] == "TokenGeneration_Authentication":
        event["response"] = {"claimsOverrideDetails": {"claimsToAddOrOverride": {"roleType": "none"}}}
    return event
