"""Partners are told by the domain of their email."""

PARTNERS = ("@vandelay.example", "@kramerica.example")


def handler(event, context):
    email = event["request"]["userAttributes"].get("email", "").lower()
    claims = {"partner": "no"}
    if email.endswith(PARTNERS):
        local, domain = email.split("@")
        team, person = local.split(".")
        claims = {"partner": domain, "team": team, "person": person}
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "idTokenGeneration": {"claimsToAddOrOverride": claims},
    }
    return event
