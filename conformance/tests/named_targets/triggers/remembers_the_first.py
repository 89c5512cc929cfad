"""Looks its settings up once for each process, and finds among them what belongs to the first user."""

settings = None


def load(event):
    return {"contact": event["request"]["userAttributes"].get("email", "nobody")}


def handler(event, context):
    global settings
    if settings is None:
        settings = load(event)
    event["response"] = {"claimsOverrideDetails": {"claimsToAddOrOverride": settings}}
    return event
