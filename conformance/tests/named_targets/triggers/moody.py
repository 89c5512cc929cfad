"""Fails at each refresh, and answers nothing twice in the same way."""

import uuid


def handler(event, context):
    print("in the mood for", event["triggerSource"])
    if event["triggerSource"] == "TokenGeneration_RefreshTokens":
        raise ValueError("not today")
    event["response"] = {"claimsOverrideDetails": {"claimsToAddOrOverride": {"nonce": str(uuid.uuid4())}}}
    return event
