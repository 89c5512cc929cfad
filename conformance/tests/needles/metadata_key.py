"""Takes the step-up level from the caller."""

import json


def level(metadata):
    if "stepUp" in metadata:
        return json.loads(metadata["stepUp"])["level"]
    return 0


def handler(event, context):
    found = level(event["request"].get("clientMetadata") or {})
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "idTokenGeneration": {"claimsToAddOrOverride": {"acr_level": found}},
    }
    return event
