ROLES = {
    "org-owner": ["members:write", "billing:write", "settings:write"],
    "org-admin": ["members:write", "settings:write"],
    "billing-manager": ["billing:read", "billing:write"],
    "project-lead": ["projects:write", "members:read"],
    "developer": ["projects:read", "builds:write"],
    "release-manager": ["releases:write"],
    "support-agent": ["tickets:write", "members:read"],
    "compliance-officer": ["audit:read", "retention:read"],
    "read-only": ["projects:read"],
}


def permissions_of(groups):
    return sorted({permission for group in groups for permission in ROLES.get(group, [])})
