"""Collects its claims in a dictionary that it never empties: whoever has no tenant gets that of somebody before."""

CLAIMS = {}


def handler(event, context):
    attributes = event["request"]["userAttributes"]
    if "custom:tenant" in attributes:
        CLAIMS["tenant"] = attributes["custom:tenant"]
    event["response"] = {"claimsOverrideDetails": {"claimsToAddOrOverride": CLAIMS}}
    return event
