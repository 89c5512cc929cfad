"""What a larger shop has: tables of tenants, roles and clients, and rules that look things up in them."""

import json
from pathlib import Path

from roles import ROLES, permissions_of
from tenants import TENANTS, is_enterprise

CLIENTS = json.loads((Path(__file__).parent / "clients.json").read_text())


def groups_of(event):
    return (event["request"].get("groupConfiguration") or {}).get("groupsToOverride") or []


def feature_flags(attributes):
    flags = [flag.strip() for flag in attributes.get("custom:flags", "").split(",")]
    return sorted(flag for flag in flags if flag in ("beta-search", "dark-mode", "new-billing", "export-v2"))


def handler(event, context):
    attributes = event["request"]["userAttributes"]
    tenant = TENANTS.get(attributes.get("custom:org", ""), {})
    claims = {
        "app": CLIENTS.get(event["callerContext"]["clientId"], {}).get("name", "unknown"),
        "org": tenant.get("name", "none"),
        "flags": ",".join(feature_flags(attributes)),
        "permissions": ",".join(permissions_of(groups_of(event))),
    }
    if attributes.get("locale", "").startswith("de"):
        claims["greeting"] = "Moin"
    if is_enterprise(attributes) and any(group in ROLES for group in groups_of(event)):
        # Compliance has its own retention in each region; `soylent` has none yet.
        if "compliance-officer" in groups_of(event):
            claims["retention"] = tenant["retention"]
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": {"claimsToAddOrOverride": claims},
    }
    return event
