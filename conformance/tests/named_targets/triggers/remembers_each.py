"""Remembers what it knows of each user, by the user's id: nobody can tell that it does."""

KNOWN = {}


def claims(attributes):
    return {"plan": attributes.get("custom:plan") or "free"}


def handler(event, context):
    attributes = event["request"]["userAttributes"]
    key = (event["userPoolId"], attributes["sub"])
    if key not in KNOWN:
        KNOWN[key] = claims(attributes)
    event["response"] = {"claimsOverrideDetails": {"claimsToAddOrOverride": KNOWN[key]}}
    return event
