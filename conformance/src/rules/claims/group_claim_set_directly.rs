use serde_json::{Value, json};

use crate::rules::miniature::{
    groups, is_for_machine, roles, set_claim, token_parts, when, with_access_claim, with_id_claim,
};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::Standing;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "group-claim-set-directly",
    level: Level::Error,
    family: Family::Claims,
    versions: &EventVersion::ALL,
    title: "groups or roles are set as plain claims",
    requires: "`cognito:groups`, `cognito:roles` and `cognito:preferred_role` are set through `groupOverrideDetails`, not as claims.",
    why: "the token keeps the groups and roles of the user pool, and those of the trigger never appear",
    mend: "return them in `groupOverrideDetails`, together with all groups and roles that are to stay",
    sources: &[
        Citation {
            fact: "S-04",
            certainty: Certainty::Documented,
            words: "\"For group-related claims, use `groupOverrideDetails` instead\"",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-04",
            certainty: Certainty::Unknown,
            words: "what happens to such a claim is not stated; taken as ignored",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["groups-as-claim", "roles-as-claim", "preferred-role-as-claim"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"cognito:groups":["admins"]}}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"groupOverrideDetails":{"groupsToOverride":["admins"],"iamRolesToOverride":[],"preferredRole":null}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "groups-as-claim",
            about: "adds a group from another provider as a claim",
            trigger: |event| with_claim(event, "cognito:groups", "admins"),
        },
        Miniature {
            reason: "roles-as-claim",
            about: "adds a role as a claim",
            trigger: |event| with_claim(event, "cognito:roles", ROLE),
        },
        Miniature {
            reason: "preferred-role-as-claim",
            about: "picks the preferred role by a claim",
            trigger: |event| with_claim(event, "cognito:preferred_role", ROLE),
        },
        Miniature {
            reason: "groups-as-claim",
            about: "puts machines into a group by a claim",
            trigger: |event| {
                when(is_for_machine(&event), event, |event| {
                    with_access_claim(event, "cognito:groups", json!(["machines"]))
                })
            },
        },
        Miniature {
            reason: "groups-as-claim",
            about: "joins several groups to one text, because version 1 takes no list",
            trigger: |event| {
                let all = groups(&event);
                let is_v1 = event.get("version").and_then(Value::as_str) == Some("1");
                when(is_v1 && all.len() > 1, event, |event| with_id_claim(event, "cognito:groups", all.join(",")))
            },
        },
        Miniature {
            reason: "preferred-role-as-claim",
            about: "picks the first of several roles by a claim",
            trigger: |event| match roles(&event).as_slice() {
                [first, _, ..] => with_id_claim(event, "cognito:preferred_role", first.as_str()),
                _ => Outcome::Answered(event),
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    if exchange.sets_claims() {
        verdict.applies();
    }
    for (part, claim, _) in exchange.set_claims_of(&[Standing::Groups, Standing::Roles]) {
        let (reason, member) = match claim {
            "cognito:groups" => ("groups-as-claim", "groupsToOverride"),
            "cognito:roles" => ("roles-as-claim", "iamRolesToOverride"),
            "cognito:preferred_role" => ("preferred-role-as-claim", "preferredRole"),
            _ => continue,
        };
        verdict.violated(
            reason,
            part.claim_pointer(claim),
            format!("`{claim}` is set as a claim of the {}; `groupOverrideDetails.{member}` sets it", part.token),
            format!(
                "AWS does not say what happens; assumed to change nothing: the {} does not show this `{claim}`",
                part.token
            ),
        );
    }
}

const ROLE: &str = "arn:aws:iam::123456789012:role/admins";

// As text, since that is all that version 1 takes; version 2 is told the same.
fn with_claim(mut event: Value, claim: &str, value: &str) -> Outcome {
    for part in token_parts(&mut event) {
        set_claim(part, claim, json!(value));
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::claims::judged::reasons;

    #[test]
    fn each_group_claim_has_its_reason_and_other_claims_have_none() {
        for (claim, expected) in [
            ("cognito:groups", &["groups-as-claim"][..]),
            ("cognito:roles", &["roles-as-claim"]),
            ("cognito:preferred_role", &["preferred-role-as-claim"]),
            ("cognito:other", &[]),
            ("groups", &[]),
        ] {
            let response = json!({"claimsOverrideDetails": {"claimsToAddOrOverride": {claim: "x"}}});
            assert_eq!(reasons(&RULE, &Scene::User.situation(), EventVersion::V1, response), expected, "{claim}");
        }
    }
}
