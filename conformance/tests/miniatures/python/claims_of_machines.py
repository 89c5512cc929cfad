# convicted by: no-effect-for-machine (id-token-part)
# with: --event-version 3
def handler(event, context):
    part = {"claimsToAddOrOverride": {"tenant": "acme"}}
    event["response"]["claimsAndScopeOverrideDetails"] = {"idTokenGeneration": part, "accessTokenGeneration": part}
    return event
