use super::Part;
use crate::tokens::{Standing, standing};

/// The standings that the claims of an answer have, so that a rule on some of them need not look at every claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Standings(u16);

impl Standings {
    /// Of every claim that these parts set.
    pub(super) fn of_set<'a>(parts: impl Iterator<Item = Part<'a>>) -> Self {
        parts.filter_map(|part| part.claims()).flat_map(|claims| claims.keys()).map(|claim| standing(claim)).collect()
    }

    /// Of every claim that these parts suppress.
    pub(super) fn of_suppressed<'a>(parts: impl Iterator<Item = Part<'a>>) -> Self {
        parts.flat_map(|part| part.names("claimsToSuppress")).map(|(_, claim)| standing(claim)).collect()
    }

    /// Whether there is no claim at all.
    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether any claim has one of these standings.
    pub(super) fn has_any(self, standings: &[Standing]) -> bool {
        standings.iter().any(|standing| self.0 & bit(*standing) != 0)
    }
}

impl FromIterator<Standing> for Standings {
    fn from_iter<I: IntoIterator<Item = Standing>>(standings: I) -> Self {
        Self(standings.into_iter().fold(0, |all, standing| all | bit(standing)))
    }
}

const fn bit(standing: Standing) -> u16 {
    1 << standing as u16
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::tokens::TokenKind;

    fn fields(part: &Value) -> &Map<String, Value> {
        part.as_object().unwrap()
    }

    #[test]
    fn the_standings_are_those_of_the_claims_that_are_set_and_of_those_that_are_suppressed() {
        let [one, two] = [
            json!({"claimsToAddOrOverride": {"sub": 1, "a": 2}, "claimsToSuppress": ["aud", 3]}),
            json!({"claimsToAddOrOverride": {"dev:a": 1}}),
        ];
        let part = |part| Part { token: TokenKind::Id, pointer: "", fields: fields(part) };
        let parts = || [part(&one), part(&two)].into_iter();
        let set = Standings::of_set(parts());
        assert_eq!(set, [Standing::DevPrefix, Standing::Free, Standing::Immutable].into_iter().collect());
        assert!(set.has_any(&[Standing::Scope, Standing::DevPrefix]));
        assert!(!set.has_any(&[Standing::Scope, Standing::Audience]));
        let suppressed = Standings::of_suppressed(parts());
        assert_eq!(suppressed, [Standing::Audience].into_iter().collect());
        assert!(!suppressed.is_empty());
        assert!(Standings::of_suppressed([part(&two)].into_iter()).is_empty());
    }
}
