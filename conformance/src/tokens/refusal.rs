use super::TokenKind;
use super::source::{PRE_TOKEN, SCOPES};
use crate::situation::{Certainty, Evidence, Text};

/// A change that an answer asks for and that Cognito will not make.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// The token that stays as it was; `None` where it is both, or neither.
    pub token: Option<TokenKind>,
    /// The JSON pointer of the place in the answer.
    pub pointer: Text,
    /// The change, such as ``set `sub` ``.
    pub what: Text,
    /// Why it is not made.
    pub reason: Refusal,
}

/// Why Cognito will not make a change.
///
/// ```
/// use pretoken::tokens::Refusal;
/// assert_eq!(Refusal::SuppressedToo.evidence().fact, "S-01");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// The claim can be neither set nor suppressed.
    Immutable,
    /// No other claim with the prefix `cognito:` can be set or suppressed.
    CognitoPrefix,
    /// A claim with the prefix `dev:` can be suppressed, not set.
    DevPrefix,
    /// Group claims are set by `groupOverrideDetails`.
    GroupClaim,
    /// Role claims are suppressed together with `cognito:groups`.
    RoleClaim,
    /// The claim `scope` is changed by `scopesToAdd` and `scopesToSuppress`.
    ScopeClaim,
    /// The access token's `aud` can be the client id only.
    OtherAudience,
    /// `null` is no value that a claim can have.
    NullValue,
    /// The ID token keeps this claim simple.
    ComplexValue,
    /// The claim is suppressed too.
    SuppressedToo,
    /// The group claims are suppressed too.
    GroupsSuppressedToo,
    /// The scope is suppressed too.
    ScopeSuppressedToo,
    /// A scope to add has a blank in it, or is empty.
    BlankScope,
    /// There are scopes in access tokens only, and V1 does not change them.
    NoScopesHere,
    /// A machine has no ID token.
    MachineIdToken,
    /// A machine has no groups.
    MachineGroups,
    /// Without the scope `openid`, there is no ID token.
    NoOpenid,
    /// Cognito reads the details of the configured event version.
    OtherVersion,
    /// Only a trigger of event version 3 is called for machines.
    NotCalled,
}

impl Refusal {
    /// Every reason.
    pub const ALL: [Self; 19] = [
        Self::Immutable,
        Self::CognitoPrefix,
        Self::DevPrefix,
        Self::GroupClaim,
        Self::RoleClaim,
        Self::ScopeClaim,
        Self::OtherAudience,
        Self::NullValue,
        Self::ComplexValue,
        Self::SuppressedToo,
        Self::GroupsSuppressedToo,
        Self::ScopeSuppressedToo,
        Self::BlankScope,
        Self::NoScopesHere,
        Self::MachineIdToken,
        Self::MachineGroups,
        Self::NoOpenid,
        Self::OtherVersion,
        Self::NotCalled,
    ];

    /// The reason in words, as a clause.
    pub const fn why(self) -> &'static str {
        self.evidence().words
    }

    /// What the reason rests on. `words` is [`Refusal::why`].
    ///
    /// Documented means that AWS forbids the change. What happens when one asks for it nonetheless is another matter,
    /// and then among the result's open questions.
    pub const fn evidence(self) -> Evidence {
        use Certainty::{Documented, DocumentedAmbiguous, Inference, Unknown};
        let (fact, certainty, words, url) = match self {
            Self::Immutable => ("C-01", Documented, "this claim can be neither set nor suppressed", PRE_TOKEN),
            Self::CognitoPrefix => {
                ("U-05", Documented, "no other `cognito:` claim can be set or suppressed", PRE_TOKEN)
            }
            Self::DevPrefix => ("U-31", Documented, "a `dev:` claim can be suppressed, but not set", PRE_TOKEN),
            Self::GroupClaim => ("S-04", Documented, "group claims are set by `groupOverrideDetails` only", PRE_TOKEN),
            Self::RoleClaim => ("S-15", Documented, "role claims are suppressed by naming `cognito:groups`", PRE_TOKEN),
            Self::ScopeClaim => (
                "C-12",
                DocumentedAmbiguous,
                "scopes are changed by `scopesToAdd` and `scopesToSuppress` only",
                PRE_TOKEN,
            ),
            Self::OtherAudience => ("C-04", Documented, "`aud` has to match the app client's id", PRE_TOKEN),
            Self::NullValue => ("R-09", Unknown, "`null` is not among the values that a claim can have", PRE_TOKEN),
            Self::ComplexValue => {
                ("R-11", Documented, "this claim cannot be an object or a list in the ID token", PRE_TOKEN)
            }
            Self::SuppressedToo => ("S-01", Documented, "the claim is suppressed too, and that wins", PRE_TOKEN),
            Self::GroupsSuppressedToo => {
                ("S-16", Inference, "`cognito:groups` is suppressed too, and that wins", PRE_TOKEN)
            }
            Self::ScopeSuppressedToo => {
                ("S-22", Unknown, "the scope is suppressed too, and that is assumed to win", PRE_TOKEN)
            }
            Self::BlankScope => ("S-18", Documented, "a scope to add cannot hold a blank, or be empty", PRE_TOKEN),
            Self::NoScopesHere => {
                ("S-18", Documented, "only access tokens have scopes, and event version 1 changes none", PRE_TOKEN)
            }
            Self::MachineIdToken => ("R-25", Inference, "a machine has no ID token", PRE_TOKEN),
            Self::MachineGroups => ("R-25", Inference, "a machine has no groups", PRE_TOKEN),
            Self::NoOpenid => ("C-11", Documented, "there is no ID token without the scope `openid`", SCOPES),
            Self::OtherVersion => {
                ("R-21", Unknown, "only the details of the configured event version are read", PRE_TOKEN)
            }
            Self::NotCalled => ("T-01", Documented, "for machines, only triggers of version 3 are called", PRE_TOKEN),
        };
        Evidence { fact, certainty, words, url }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_reason_says_in_its_own_words_what_it_rests_on() {
        let words: BTreeSet<_> = Refusal::ALL.into_iter().map(Refusal::why).collect();
        assert_eq!(words.len(), Refusal::ALL.len());
        for refusal in Refusal::ALL {
            assert_eq!(refusal.why(), refusal.evidence().words);
        }
    }
}
