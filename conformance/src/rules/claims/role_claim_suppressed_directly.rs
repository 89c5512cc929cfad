use serde_json::Value;

use crate::rules::miniature::{id_part, is_from, list_names, roles, when};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::{Standing, TokenKind, standing};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "role-claim-suppressed-directly",
    level: Level::Warning,
    family: Family::Claims,
    versions: &EventVersion::ALL,
    title: "a role claim is suppressed without `cognito:groups`",
    requires: "To suppress `cognito:roles` or `cognito:preferred_role`, `claimsToSuppress` names `cognito:groups`.",
    why: "AWS documents no other way: the ID token may still show the roles",
    mend: "add `cognito:groups` to `claimsToSuppress`, or keep the groups and return empty roles in `groupOverrideDetails`",
    sources: &[
        Citation {
            fact: "S-15",
            certainty: Certainty::Documented,
            words: "to suppress both role claims, \"add `cognito:groups` to `claimsToSuppress`\"",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-21",
            certainty: Certainty::Unknown,
            words: "what naming a role claim alone does is not stated; taken as nothing",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["roles-alone", "preferred-role-alone"],
    violates: Example {
        scene: Scene::UserInGroups,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToSuppress":["cognito:roles"]}}"#),
    },
    conforms: Example {
        scene: Scene::UserInGroups,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToSuppress":["cognito:roles","cognito:groups"]}}"#),
    },
    miniatures: &[
        Miniature {
            reason: "roles-alone",
            about: "hides the IAM roles from the browser",
            trigger: |event| suppress(event, "cognito:roles"),
        },
        Miniature {
            reason: "preferred-role-alone",
            about: "hides the preferred role from the browser",
            trigger: |event| suppress(event, "cognito:preferred_role"),
        },
        Miniature {
            reason: "roles-alone",
            about: "hides the roles of whoever has more than one",
            trigger: |event| when(roles(&event).len() > 1, event, |event| suppress(event, "cognito:roles")),
        },
        Miniature {
            reason: "preferred-role-alone",
            about: "hides the preferred role on a refresh",
            trigger: |event| {
                when(is_from(&event, "RefreshTokens"), event, |event| suppress(event, "cognito:preferred_role"))
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    for (part, index, claim) in exchange.suppressed_claims() {
        // The access token never shows roles, and suppressing an absent claim is harmless (S-03).
        if part.token == TokenKind::Access {
            continue;
        }
        verdict.applies();
        if standing(claim) != Standing::Roles || !is_carried(claim, exchange) {
            continue;
        }
        if part.names("claimsToSuppress").any(|(_, other)| other == "cognito:groups") {
            continue;
        }
        verdict.violated(
            if claim == "cognito:roles" { "roles-alone" } else { "preferred-role-alone" },
            part.entry_pointer("claimsToSuppress", index),
            format!("`{claim}` is suppressed without `cognito:groups`"),
            format!("AWS does not say what happens; assumed to change nothing: the ID token keeps its `{claim}`"),
        );
    }
}

/// Whether the ID token would show that claim, by the answer's groups or else by the event's.
fn is_carried(claim: &str, exchange: &Exchange<'_>) -> bool {
    let of_event = || exchange.event.get("request")?.get("groupConfiguration");
    let Some(groups) = exchange.group_override().or_else(of_event) else { return false };
    if claim == "cognito:roles" {
        groups.get("iamRolesToOverride").and_then(Value::as_array).is_some_and(|roles| !roles.is_empty())
    } else {
        groups.get("preferredRole").and_then(Value::as_str).is_some_and(|role| !role.is_empty())
    }
}

fn suppress(mut event: Value, claim: &str) -> Outcome {
    if let Some(part) = id_part(&mut event) {
        list_names(part, "claimsToSuppress", &[claim]);
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::claims::judged::reasons;

    #[test]
    fn a_user_without_roles_has_none_to_suppress() {
        let response = json!({"claimsOverrideDetails": {"claimsToSuppress": ["cognito:roles"]}});
        assert_eq!(reasons(&RULE, &Scene::User.situation(), EventVersion::V1, response), [""; 0]);
    }

    #[test]
    fn roles_that_the_answer_itself_gives_count() {
        let response = json!({"claimsOverrideDetails": {
            "claimsToSuppress": ["cognito:roles"],
            "groupOverrideDetails": {"iamRolesToOverride": ["arn:aws:iam::123456789012:role/editors"]}
        }});
        assert_eq!(reasons(&RULE, &Scene::User.situation(), EventVersion::V1, response), ["roles-alone"]);
    }

    #[test]
    fn groups_suppressed_in_the_access_token_do_not_hide_the_roles_of_the_id_token() {
        let response = json!({"claimsAndScopeOverrideDetails": {
            "idTokenGeneration": {"claimsToSuppress": ["cognito:preferred_role"]},
            "accessTokenGeneration": {"claimsToSuppress": ["cognito:groups"]}
        }});
        let reasons = reasons(&RULE, &Scene::UserInGroups.situation(), EventVersion::V2, response);
        assert_eq!(reasons, ["preferred-role-alone"]);
    }
}
