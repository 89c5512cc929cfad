use crate::generate::{Kind, Likely, is_standard_attribute};

/// What a word's own letters say that it can be; nothing for texts that people read, and for words of the protocol.
pub(super) fn kinds(word: &str) -> Vec<(Kind, Likely)> {
    let mut kinds = certain(word);
    if kinds.is_empty() && is_word(word) {
        kinds.extend([Kind::Value, Kind::Group, Kind::Client, Kind::Provider].map(|kind| (kind, Likely::Perhaps)));
    }
    kinds
}

/// What a word can only be, by its own letters.
pub(super) fn certain(word: &str) -> Vec<(Kind, Likely)> {
    let mut kinds = Vec::new();
    if is_of_protocol(word) || word.len() > LONGEST {
        return kinds;
    }
    if ["custom:", "dev:custom:", "cognito:"].iter().any(|prefix| word.starts_with(prefix)) {
        kinds.push((Kind::Attribute, Likely::Yes));
    } else if word.starts_with("TokenGeneration_") {
        kinds.push((Kind::Source, Likely::Yes));
    } else if is_standard_attribute(word) {
        kinds.push((Kind::Attribute, Likely::Perhaps));
        // `email`, `phone` and `profile` are scopes too, which the general words have.
    } else if let Some(domain) = domain(word) {
        kinds.extend([(Kind::Domain, Likely::Yes), (Kind::Value, Likely::Perhaps)]);
        debug_assert!(!domain.is_empty(), "`domain` gives none that is empty");
    } else if is_scope(word) {
        kinds.extend([(Kind::Scope, Likely::Yes), (Kind::Value, Likely::Perhaps)]);
    }
    kinds
}

/// What an email address with this ending ends with: `example.com` of `example.com`, `@example.com` and `jane@example.com`.
pub(super) fn domain(word: &str) -> Option<&str> {
    let domain = word.rsplit_once('@').map_or(word, |(_, domain)| domain);
    let (rest, top) = domain.rsplit_once('.')?;
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let mut labels = rest.split('.');
    // `.example.com`, with which the addresses of all that is below end.
    let first = labels.next()?;
    let is_domain = (first.is_empty() || is_label(first)) && labels.all(is_label);
    let is_top = (2..=10).contains(&top.len()) && top.chars().all(|c| c.is_ascii_lowercase()) && !is_file_ending(top);
    (is_domain && is_top && !rest.is_empty()).then_some(domain)
}

/// The longest word that is taken; what is longer is text.
const LONGEST: usize = 200;

/// A word as people compare with it: no blanks (but `two words` may be a value), no control characters, some letter or
/// digit.
pub(super) fn is_word(word: &str) -> bool {
    let blanks = word.chars().filter(|c| c.is_whitespace()).count();
    word.len() <= LONGEST
        && blanks <= 2
        && !word.chars().any(char::is_control)
        && word.chars().any(char::is_alphanumeric)
        && !is_of_protocol(word)
        && !word.rsplit_once('.').is_some_and(|(_, ending)| is_file_ending(ending))
        && !word.starts_with("./")
        && !word.starts_with("../")
}

fn is_scope(word: &str) -> bool {
    let (server, scope) = word.rsplit_once('/').unwrap_or_default();
    !server.is_empty() && !scope.is_empty() && !word.contains(char::is_whitespace) && !word.starts_with(['.', '/', '@'])
        || word == "openid"
        || word.starts_with("aws.cognito.")
}

fn is_file_ending(word: &str) -> bool {
    matches!(
        word,
        "py" | "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "json" | "yaml" | "yml" | "toml" | "txt" | "rs" | "html"
    )
}

/// The names of the event and of the answer, and what every source of its language has in it: they distinguish nothing.
pub(super) fn is_of_protocol(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "version",
        "region",
        "userPoolId",
        "userName",
        "callerContext",
        "awsSdkVersion",
        "clientId",
        "triggerSource",
        "request",
        "userAttributes",
        "groupConfiguration",
        "groupsToOverride",
        "iamRolesToOverride",
        "preferredRole",
        "scopes",
        "clientMetadata",
        "response",
        "claimsOverrideDetails",
        "claimsAndScopeOverrideDetails",
        "claimsToAddOrOverride",
        "claimsToSuppress",
        "groupOverrideDetails",
        "idTokenGeneration",
        "accessTokenGeneration",
        "scopesToAdd",
        "scopesToSuppress",
        "identities",
        "providerName",
        "providerType",
        "userId",
        "primary",
        "dateCreated",
        "issuer",
        "sub",
        "cognito:user_status",
        "use strict",
        "utf-8",
        "utf8",
        "__main__",
        "__name__",
        "object",
        "string",
        "number",
        "boolean",
        "function",
        "undefined",
        "INFO",
        "DEBUG",
        "aws-lambda",
        "base64",
        "ascii",
        "default",
    ];
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_of_a_word_tell_what_it_can_be() {
        let table: &[(&str, &[Kind])] = &[
            ("custom:tenant", &[Kind::Attribute]),
            ("email", &[Kind::Attribute]),
            ("TokenGeneration_HostedAuth", &[Kind::Source]),
            ("orders/read", &[Kind::Scope, Kind::Value]),
            ("openid", &[Kind::Scope, Kind::Value]),
            ("@initech.example", &[Kind::Domain, Kind::Value]),
            ("initech.co.uk", &[Kind::Domain, Kind::Value]),
            (".initech.com", &[Kind::Domain, Kind::Value]),
            ("acme", &[Kind::Value, Kind::Group, Kind::Client, Kind::Provider]),
            ("two words", &[Kind::Value, Kind::Group, Kind::Client, Kind::Provider]),
            ("app.py", &[]),
            ("./words", &[]),
            ("This is a sentence, which people read.", &[]),
            ("claimsToSuppress", &[]),
            ("\n", &[]),
            ("", &[]),
            ("---", &[]),
        ];
        for (word, expected) in table {
            let kinds: Vec<Kind> = kinds(word).into_iter().map(|(kind, _)| kind).collect();
            assert_eq!(kinds, *expected, "{word}");
        }
    }
}
