# convicted by: crash-on-legal-event (programming-error)
# with: --event-version 1
def handler(event, context):
    provider, subject = event["userName"].split("_", 1)
    event["response"]["claimsOverrideDetails"] = {"claimsToAddOrOverride": {"provider": provider, "subject": subject}}
    return event
