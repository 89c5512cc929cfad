//! How an error is told.

use crate::rules::Exchange;
use crate::situation::TriggerSource;
use crate::target::TriggerError;

/// What the caller gets for an error of the trigger.
pub(super) fn what_the_caller_gets(exchange: &Exchange<'_>, message: &str) -> String {
    // Cognito puts the full stop. Others saw `PreTokenGenerationV2_0` in the trigger's place under V2; the
    // documentation says no more than `[trigger]`.
    let text = format!("`PreTokenGeneration failed with error {}.`", clipped(message));
    match exchange.situation.trigger_source() {
        // U-30: the token endpoint's own errors are other ones.
        TriggerSource::ClientCredentials => {
            "no token is issued; AWS does not say what a machine gets to see of the error".to_owned()
        }
        TriggerSource::HostedAuth => format!("no token is issued: the sign-in page shows {text}"),
        _ => format!("no token is issued: the caller gets `UserLambdaValidationException` with {text}"),
    }
}

/// Who wanted tokens, and how.
pub(super) fn who(exchange: &Exchange<'_>) -> String {
    let source = exchange.situation.trigger_source();
    exchange.situation.user().map_or_else(
        || format!("a machine (`{}`)", source.as_str()),
        |user| format!("`{}` (`{}`)", user.name.as_str(), source.as_str()),
    )
}

/// An error's type and its words.
pub(super) fn told(error: &TriggerError) -> String {
    let kind = clipped(&error.error_type);
    match (kind.is_empty(), error.message.is_empty()) {
        (true, true) => "an error without words".to_owned(),
        (false, true) => format!("`{kind}`"),
        (true, false) => format!("`{}`", clipped(&error.message)),
        (false, false) => format!("`{kind}: {}`", clipped(&error.message)),
    }
}

/// The first line of a text, and not too much of it.
pub(super) fn clipped(text: &str) -> String {
    const MOST: usize = 160;
    let line = text.trim().lines().next().unwrap_or_default();
    let mut clipped: String = line.chars().take(MOST).collect();
    if clipped.len() < text.trim().len() {
        clipped.push('…');
    }
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_many_lined_texts_are_clipped() {
        assert_eq!(clipped(" short "), "short");
        assert_eq!(clipped("first\nsecond"), "first…");
        assert_eq!(clipped(&"ü".repeat(1_000)).chars().count(), 161);
    }

    #[test]
    fn an_error_is_told_by_what_it_has() {
        let of = |error_type: &str, message: &str| {
            told(&TriggerError { error_type: error_type.into(), message: message.into(), stack: Vec::new() })
        };
        assert_eq!(of("", ""), "an error without words");
        assert_eq!(of("KeyError", ""), "`KeyError`");
        assert_eq!(of("", "no"), "`no`");
        assert_eq!(of("KeyError", "'a'"), "`KeyError: 'a'`");
    }
}
