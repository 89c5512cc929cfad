use std::io::{self, Write};

use serde_json::Value;

use super::{Payload, Tokens};

/// The quota "total combined changes", by default: so many claims and scopes in both tokens together
/// (<https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html>, O-04).
pub const CHANGES_LIMIT: usize = 5_000;

/// How many claims and scopes the tokens have together, as [`CHANGES_LIMIT`] counts them.
///
/// "Existing and added claims plus scopes in access and identity tokens"; what is suppressed does not count, and is not
/// there. AWS does not say how it counts what is inside a claim: a claim counts once here, whatever it holds, and `scope`
/// counts as its scopes.
///
/// ```
/// use pretoken::situation::Scene;
/// use pretoken::tokens::{change_count, issued};
/// let tokens = issued(&Scene::Machine.situation());
/// assert_eq!(tokens.access.len(), 10);
/// assert_eq!(change_count(&tokens), 9 + 2);
/// ```
pub fn change_count(tokens: &Tokens) -> usize {
    let id = tokens.id.as_ref().map_or(0, Payload::len);
    match tokens.access.get("scope").and_then(Value::as_str) {
        Some(scope) => id + tokens.access.len() - 1 + scope.split_ascii_whitespace().count(),
        None => id + tokens.access.len(),
    }
}

/// The size in bytes of the signed token as it travels: header, payload and signature, base64url, with two dots.
///
/// Cognito signs with RS256 and a 2,048-bit key, and names the key by a `kid` of 44 characters
/// (<https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html>).
/// The payload counts as JSON without white space.
///
/// ```
/// use pretoken::tokens::{Payload, signed_size};
/// // {"alg":"RS256","kid":"…"} is 91 characters long, `{}` 3, the signature 342.
/// assert_eq!(signed_size(&Payload::new()), 91 + 1 + 3 + 1 + 342);
/// ```
pub fn signed_size(payload: &Payload) -> usize {
    base64(HEADER) + 1 + base64(json_size(payload)) + 1 + base64(SIGNATURE)
}

/// `{"kid":"` + 44 + `","alg":"RS256"}`.
const HEADER: usize = 8 + 44 + 16;
/// 2,048 bits.
const SIGNATURE: usize = 256;

/// The length of so many bytes in base64url, which has no padding.
const fn base64(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

fn json_size(payload: &Payload) -> usize {
    let mut counter = Counter(0);
    #[expect(clippy::expect_used, reason = "a map with text keys is always JSON, and the counter takes every byte")]
    serde_json::to_writer(&mut counter, payload).expect("a payload is JSON");
    counter.0
}

/// Counts what is written to it.
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::situation::Scene;
    use crate::tokens::issued;

    #[test]
    fn the_payload_counts_as_its_json() {
        for scene in Scene::ALL {
            let mut access = issued(&scene.situation()).access;
            access
                .insert("a\"b".to_owned(), json!(["ä\n", -1.5e300, null, true, {"x": 9_223_372_036_854_775_807_i64}]));
            assert_eq!(json_size(&access), serde_json::to_string(&access).unwrap().len());
        }
    }

    #[test]
    fn base64url_has_no_padding() {
        assert_eq!([0, 1, 2, 3, 4, 256].map(base64), [0, 2, 3, 4, 6, 342]);
    }

    #[test]
    fn scopes_count_one_by_one_and_claims_by_name() {
        let mut tokens = issued(&Scene::UserInGroups.situation());
        let before = change_count(&tokens);
        assert_eq!(before, tokens.id.as_ref().unwrap().len() + tokens.access.len());
        tokens.access.insert("scope".to_owned(), json!("a b c"));
        tokens.access.insert("list".to_owned(), json!([1, 2, 3]));
        assert_eq!(change_count(&tokens), before + 2 + 1);
        tokens.access.remove("scope");
        assert_eq!(change_count(&tokens), before);
    }

    #[test]
    fn a_signed_token_is_header_payload_and_signature_with_two_dots() {
        // The header is 68 bytes, `{"a":1}` 7, the signature 256; each third byte short costs one character less.
        assert_eq!(signed_size(&Payload::new()), 91 + 1 + 3 + 1 + 342);
        assert_eq!(signed_size(json!({"a": 1}).as_object().unwrap()), 91 + 1 + 10 + 1 + 342);
    }
}
