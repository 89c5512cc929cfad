# convicted by: groups-suppressed (members-empty)
from dataclasses import asdict, dataclass, field


@dataclass
class GroupOverride:
    groupsToOverride: list = field(default_factory=list)
    iamRolesToOverride: list = field(default_factory=list)
    preferredRole: str | None = None


def handler(event, context):
    claims = {"tenant": "acme"}
    event["response"]["claimsOverrideDetails"] = {
        "claimsToAddOrOverride": claims,
        "groupOverrideDetails": asdict(GroupOverride()),
    }
    return event
