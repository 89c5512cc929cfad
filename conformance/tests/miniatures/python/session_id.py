# convicted by: nondeterministic-answer (answers-differ)
import uuid


def handler(event, context):
    event["response"]["claimsOverrideDetails"] = {"claimsToAddOrOverride": {"session_id": str(uuid.uuid4())}}
    return event
