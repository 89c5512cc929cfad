TENANTS = {
    "initech": {"name": "Initech", "tier": "enterprise", "region": "us", "retention": "7y"},
    "hooli": {"name": "Hooli", "tier": "enterprise", "region": "us", "retention": "1y"},
    "globex": {"name": "Globex Corporation", "tier": "team", "region": "eu", "retention": "1y"},
    "umbrella": {"name": "Umbrella", "tier": "enterprise", "region": "eu", "retention": "10y"},
    "soylent": {"name": "Soylent", "tier": "enterprise", "region": "apac"},
    "wonka": {"name": "Wonka Industries", "tier": "team", "region": "eu", "retention": "2y"},
    "stark": {"name": "Stark", "tier": "enterprise", "region": "us", "retention": "5y"},
    "wayne": {"name": "Wayne Enterprises", "tier": "free", "region": "us", "retention": "30d"},
    "tyrell": {"name": "Tyrell", "tier": "team", "region": "apac", "retention": "4y"},
    "cyberdyne": {"name": "Cyberdyne", "tier": "free", "region": "us", "retention": "30d"},
}


def is_enterprise(attributes):
    tenant = TENANTS.get(attributes.get("custom:org", ""), {})
    return tenant.get("tier") == "enterprise"
