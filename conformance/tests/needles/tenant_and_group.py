"""Auditors of one tenant see another ledger."""


def handler(event, context):
    request = event["request"]
    groups = (request.get("groupConfiguration") or {}).get("groupsToOverride") or []
    tenant = request["userAttributes"].get("custom:tenant")
    claims = {"ledger": "main"}
    if "external-auditors" in groups:
        claims["read_only"] = True
        if tenant == "initech":
            claims["ledger"] = request["userAttributes"]["custom:ledger"]
    elif tenant == "hooli":
        claims["ledger"] = "hooli"
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": {"claimsToAddOrOverride": claims},
    }
    return event
