//! The smallest events of a few faults, written by hand.

use pretoken::situation::EventVersion;
use serde_json::{Value, json};

use crate::conviction::{Suspect, suspects};

/// A fault, and the smallest event that shows it.
pub(crate) struct Smallest {
    pub(crate) rule: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) version: EventVersion,
    /// Why it cannot be smaller.
    pub(crate) why: &'static str,
    pub(crate) event: Value,
}

impl Smallest {
    pub(crate) fn suspect(&self) -> Option<Suspect> {
        suspects().find(|suspect| suspect.rule.id == self.rule && suspect.miniature.reason == self.reason)
    }
}

pub(crate) fn smallest() -> [Smallest; 6] {
    let one_group = json!({"groupsToOverride": ["group-1"], "iamRolesToOverride": [], "preferredRole": null});
    let one_role = json!({
        "groupsToOverride": ["group-1"],
        "iamRolesToOverride": ["arn:aws:iam::123456789012:role/group-1"],
        "preferredRole": "arn:aws:iam::123456789012:role/group-1",
    });
    [
        Smallest {
            rule: "reserved-claim-set",
            reason: "unchangeable-claim",
            version: EventVersion::V2,
            why: "any event shows it, so nothing is left but what every user has",
            event: user("2"),
        },
        Smallest {
            rule: "crash-on-legal-event",
            reason: "programming-error",
            version: EventVersion::V1,
            why: "the email is missing, as everything else that can be missing",
            event: user("1"),
        },
        Smallest {
            rule: "groups-suppressed",
            reason: "members-empty",
            version: EventVersion::V2,
            why: "groups can be lost by a user who has one",
            event: in_groups("2", &one_group),
        },
        Smallest {
            rule: "roles-dropped",
            reason: "roles-dropped",
            version: EventVersion::V1,
            why: "a role can be lost by a user in one group that has one",
            event: in_groups("1", &one_role),
        },
        Smallest {
            rule: "groups-replaced",
            reason: "no-group-survives",
            version: EventVersion::V3,
            why: "as for any loss of groups, one is enough",
            event: in_groups("3", &one_group),
        },
        Smallest {
            rule: "no-effect-for-machine",
            reason: "id-token-part",
            version: EventVersion::V3,
            why: "a machine, and nothing about it",
            event: json!({
                "version": "3",
                "triggerSource": "TokenGeneration_ClientCredentials",
                "region": "us-east-1",
                "userPoolId": "us-east-1_EXAMPLE",
                "userName": "ClientCredentials",
                "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "1example23456789"},
                "request": {"userAttributes": {}, "groupConfiguration": null, "scopes": []},
                "response": {"claimsAndScopeOverrideDetails": null},
            }),
        },
    ]
}

fn user(version: &str) -> Value {
    in_groups(version, &json!({"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null}))
}

fn in_groups(version: &str, groups: &Value) -> Value {
    let attributes = json!({"sub": "aaaabbbb-cccc-dddd-eeee-ffff00001111", "cognito:user_status": "CONFIRMED"});
    let (request, response) = if version == "1" {
        (json!({"userAttributes": attributes, "groupConfiguration": groups}), json!({"claimsOverrideDetails": null}))
    } else {
        (
            json!({
                "userAttributes": attributes,
                "groupConfiguration": groups,
                "scopes": ["aws.cognito.signin.user.admin"],
            }),
            json!({"claimsAndScopeOverrideDetails": null}),
        )
    };
    json!({
        "version": version,
        "triggerSource": "TokenGeneration_Authentication",
        "region": "us-east-1",
        "userPoolId": "us-east-1_EXAMPLE",
        "userName": "jane",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "1example23456789"},
        "request": request,
        "response": response,
    })
}
