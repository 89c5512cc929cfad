use serde_json::{Value, json};

use super::view::View;
use crate::report::told;
use crate::situation::Evidence;
use crate::target::{Description, Outcome};
use crate::tokens::{Tokens, signed_size};

/// Every view in one JSON document, with a line break at its end.
pub(super) fn json(target: &Description, views: &[View]) -> String {
    let document = json!({
        "format_version": 1,
        "pretoken": env!("CARGO_PKG_VERSION"),
        "target": target,
        "previews": views.iter().map(view).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn view(view: &View) -> Value {
    let (refused, open) = match &view.after {
        super::view::After::Applied(applied) => (applied.refused.as_slice(), applied.open.as_slice()),
        super::view::After::Unknown(_) => (&[][..], &[][..]),
    };
    let answer = match &view.outcome {
        Outcome::Answered(answer) => Some(answer),
        _ => None,
    };
    let (outcome, error) = told(&view.outcome);
    json!({
        "scene": view.title,
        "event_version": view.version.as_str(),
        "trigger_source": view.trigger_source,
        "event": view.event,
        "outcome": outcome,
        "answer": answer,
        "error": error,
        "before": tokens(&view.before),
        "after": view.after.tokens().map(tokens),
        "sign_in_failure": view.after.failure().map(|failure| json!({
            "exception": failure.exception.as_str(),
            "message": failure.message,
            "why": failure.why,
            "pointer": failure.pointer,
            "source": source(&failure.evidence),
        })),
        "refused": refused.iter().map(|refused| json!({
            "token": refused.token.map(crate::tokens::TokenKind::name),
            "pointer": refused.pointer,
            "what": refused.what,
            "why": refused.reason.why(),
            "source": source(&refused.reason.evidence()),
        })).collect::<Vec<_>>(),
        "questions": open.iter().map(|open| json!({
            "id": open.question.id,
            "asks": open.question.asks,
            "assumption": open.question.assumption,
            "pointer": open.pointer,
        })).collect::<Vec<_>>(),
        "trigger_output": view.output,
    })
}

fn tokens(tokens: &Tokens) -> Value {
    json!({
        // `kid` names one of the user pool's keys.
        "header": {"alg": "RS256"},
        "id_token": tokens.id,
        "access_token": tokens.access,
        "signed_bytes": {
            "id_token": tokens.id.as_ref().map(signed_size),
            "access_token": signed_size(&tokens.access),
        },
    })
}

fn source(evidence: &Evidence) -> Value {
    json!({"id": evidence.fact, "certainty": evidence.certainty, "url": evidence.url})
}
