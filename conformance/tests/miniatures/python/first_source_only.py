# convicted by: claims-lost-on-refresh (lost)
def handler(event, context):
    if event["triggerSource"] != "TokenGeneration_RefreshTokens":
        event["response"]["claimsOverrideDetails"] = {"claimsToAddOrOverride": {"plan": "free"}}
    return event
