use serde_json::Value;

use crate::rules::comparison::failure;
use crate::rules::miniature::{errored, set_claim, token_parts, when, with_access_claim};
use crate::rules::source::TRIGGERS;
use crate::rules::{
    Check, Citation, Comparison, Example, Family, Given, Level, Miniature, Pair, Rule, Second, Verdict,
};
use crate::situation::{Certainty, EventVersion, Scene, Situation, UnknownFields};
use crate::target::{Outcome, TriggerError};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "unknown-field-rejected",
    level: Level::Error,
    family: Family::Conduct,
    versions: &EventVersion::ALL,
    title: "a field that the trigger does not know changes what it does",
    requires: "An event with fields that nobody knows is answered as the same event without them.",
    why: "AWS adds fields to events without a new version: on that day nobody can sign in, or tokens change",
    mend: "ignore what you do not know: let the event's type allow further fields, and read by name only what you need",
    sources: &[Citation {
        fact: "E-04",
        certainty: Certainty::Documented,
        words: "stricter input validation can cause your functions to fail",
        url: TRIGGERS,
    }],
    reasons: &["fails", "answers-differ"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Two(
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#,
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"none"}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Two(
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#,
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "fails",
            about: "reads the event into a model that allows no further fields",
            trigger: allows_no_further_fields,
        },
        Miniature {
            reason: "answers-differ",
            about: "adds its claim only to events with as many fields as it was written for",
            trigger: counts_the_fields,
        },
        Miniature {
            reason: "fails",
            about: "reads the request into a type that allows no further fields",
            trigger: |event| {
                const KNOWN: [&str; 4] = ["userAttributes", "groupConfiguration", "scopes", "clientMetadata"];
                let request = event.get("request").and_then(Value::as_object);
                let unknown = request.is_some_and(|request| request.keys().any(|name| !KNOWN.contains(&name.as_str())));
                when(unknown, event, |_| {
                    errored(
                        "UnrecognizedPropertyException",
                        "Unrecognized field (class Request), not marked as ignorable",
                    )
                })
            },
        },
        Miniature {
            reason: "answers-differ",
            about: "copies the caller's context into the access token",
            trigger: |event| match event.get("callerContext").cloned() {
                Some(context) => with_access_claim(event, "caller", context),
                None => Outcome::Answered(event),
            },
        },
    ],
    check: Check::Two(Comparison {
        second: Second::Made(with_unknown_fields),
        about: "the same event with fields that nobody knows",
        labels: ["without the fields", "with them"],
        judge,
        tells_failures_on: Some(|situation| situation.form.unknown_fields != UnknownFields::None),
    }),
};

fn with_unknown_fields(situation: &Situation) -> Option<Situation> {
    if situation.form.unknown_fields != UnknownFields::None {
        return None;
    }
    let mut second = situation.clone();
    second.form.unknown_fields = UnknownFields::Everywhere;
    Some(second)
}

fn judge(pair: &Pair<'_>, verdict: &mut Verdict) {
    // A trigger that fails without the fields too is for other rules.
    if pair.tokens().0.is_none() {
        return;
    }
    verdict.applies();
    if let Some(failure) = failure(pair.second.outcome) {
        verdict.violated(
            "fails",
            "",
            format!("with a field that it does not know, {failure}"),
            "no token is issued from the day on which AWS adds a field",
        );
    }
    for difference in pair.differences() {
        verdict.violated(
            "answers-differ",
            pair.place(difference.token, difference.claim),
            difference.words(["without further fields", "with them"]),
            format!("from the day on which AWS adds a field, the {} is another one", difference.token),
        );
    }
}

fn allows_no_further_fields(event: Value) -> Outcome {
    const KNOWN: [&str; 8] =
        ["version", "triggerSource", "region", "userPoolId", "userName", "callerContext", "request", "response"];
    let unknown = event.as_object().and_then(|fields| fields.keys().find(|field| !KNOWN.contains(&field.as_str())));
    match unknown {
        None => Outcome::Answered(event),
        Some(_) => Outcome::Errored(TriggerError {
            error_type: "ValidationError".to_owned(),
            message: "1 validation error for Event: Extra inputs are not permitted".to_owned(),
            stack: Vec::new(),
        }),
    }
}

fn counts_the_fields(mut event: Value) -> Outcome {
    if event.as_object().is_some_and(|fields| fields.len() == 8) {
        for part in token_parts(&mut event) {
            set_claim(part, "tenant", "acme".into());
        }
    }
    Outcome::Answered(event)
}
