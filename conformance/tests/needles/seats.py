"""Large customers pay by another table, which has no entry beyond its end."""

PRICES = [10, 9, 8, 7, 6]


def price(seats):
    if seats > 2750:
        return PRICES[seats // 550]
    return PRICES[0]


def handler(event, context):
    seats = event["request"]["userAttributes"].get("custom:seats", "0")
    claims = {"price": price(int(seats)) if seats.isascii() and seats.isdigit() and len(seats) < 9 else 0}
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": {"claimsToAddOrOverride": claims},
    }
    return event
