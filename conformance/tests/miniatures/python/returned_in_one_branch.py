# convicted by: answer-is-not-json (nothing)
def handler(event, context):
    if event["triggerSource"] in ("TokenGeneration_Authentication", "TokenGeneration_HostedAuth"):
        event["response"]["claimsOverrideDetails"] = {"claimsToAddOrOverride": {"plan": "free"}}
        return event
