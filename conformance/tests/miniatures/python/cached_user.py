# convicted by: state-kept-between-events (another-users-data)
profile = {}


def handler(event, context):
    profile.update(event["request"]["userAttributes"])
    event["response"]["claimsOverrideDetails"] = {"claimsToAddOrOverride": {"contact": profile.get("email", "none")}}
    return event
