# convicted by: blank-in-scope (blank-at-an-end)
SCOPES = "orders/read, orders/write"


def handler(event, context):
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": {"scopesToAdd": SCOPES.split(",")},
    }
    return event
