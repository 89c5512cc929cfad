use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::comparison::{Check, Comparison, Pair, Regard, Second};
use super::{Example, Exchange, Expectations, Given, Miniature, Promise, Verdict};
use crate::event;
use crate::situation::{Certainty, EventVersion, Scene};

/// One fault that an answer can have.
///
/// Everything that people see of a rule (`pretoken rules`, `pretoken explain`, the report) is derived from this.
#[derive(Debug)]
pub struct Rule {
    /// Names the fault, in kebab case; the file's name with `-` for `_`.
    pub id: &'static str,
    /// How bad it is.
    pub level: Level,
    /// Where it belongs.
    pub family: Family,
    /// The event versions under which it can occur.
    pub versions: &'static [EventVersion],
    /// The fault in a few words, such as `a claim that cannot be changed is set`.
    pub title: &'static str,
    /// What is required, in one sentence.
    pub requires: &'static str,
    /// What the issued token, or the sign-in, looks like otherwise.
    pub why: &'static str,
    /// What to change, in one or two sentences.
    pub mend: &'static str,
    /// Where it is said; the first is the one that findings show.
    pub sources: &'static [Citation],
    /// Every reason that the check can give; kebab case.
    pub reasons: &'static [&'static str],
    /// An answer that breaks the rule.
    pub violates: Example,
    /// An answer close to it that does not.
    pub conforms: Example,
    /// Small triggers that break this rule, at least one for each reason.
    pub miniatures: &'static [Miniature],
    /// Looks for the fault.
    pub check: Check,
}

impl Rule {
    /// What the rule says of one exchange: nothing, if it compares two.
    pub fn judge(&self, exchange: &Exchange<'_>, verdict: &mut Verdict) {
        if let Check::One(check) = self.check {
            check(exchange, verdict);
        }
    }

    /// How the rule compares two exchanges, if it does.
    pub const fn comparison(&self) -> Option<&Comparison> {
        match &self.check {
            Check::One(_) => None,
            Check::Two(comparison) => Some(comparison),
        }
    }

    /// Whether there is anything for the rule to judge by. Only the rules on promises need something: a promise of theirs.
    pub fn is_asked(&self, expectations: &Expectations) -> bool {
        let of_this = |promise: &Promise| self.reasons.contains(&promise.demand.key());
        !self.is_about_promises() || expectations.promises.iter().any(of_this)
    }

    /// Whether it tells of what the team itself promises.
    pub const fn is_about_promises(&self) -> bool {
        matches!(self.family, Family::Promises)
    }

    /// What the rule says of an example; of a pair of answers only if it compares two, else of a single one.
    pub fn judge_example(&self, example: &Example) -> Verdict {
        let mut verdict = Verdict::default();
        let (situation, version) = (example.scene.situation(), example.version);
        let (event, outcome) = (example.event(), example.outcome());
        let expectations = example.expectations();
        let exchange =
            Exchange::new(&situation, version, &event, &outcome).timed(example.timing()).under(&expectations);
        let (Some(comparison), Given::Two(..)) = (self.comparison(), example.given.plain()) else {
            self.judge(&exchange, &mut verdict);
            return verdict;
        };
        let second = match comparison.second {
            Second::Again | Second::AfterOthers => None,
            Second::Made(made) => made(&situation),
        };
        // No scene has client metadata; the answers of an example say what came of it.
        let second = second.unwrap_or_else(|| situation.clone());
        let others = match comparison.second {
            Second::AfterOthers => vec![event::build(&Scene::FederatedUser.situation(), version)],
            Second::Again | Second::Made(_) => Vec::new(),
        };
        let first_outcome = example.first_outcome();
        let first = Exchange::new(&situation, version, &event, &first_outcome).under(&expectations);
        let second_event = event::build(&second, version);
        let second_outcome = example.outcome_on(&second_event);
        let second = Exchange::new(&second, version, &second_event, &second_outcome).under(&expectations);
        (comparison.judge)(&Pair::new(&first, &second, &others, &Regard::default()), &mut verdict);
        verdict
    }
}

/// What a rule rests on.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Citation {
    /// The fact or open question, such as `S-07` or `U-12`.
    #[serde(rename = "id")]
    pub fact: &'static str,
    /// How sure it is.
    pub certainty: Certainty,
    /// A short quotation or what was seen.
    pub words: &'static str,
    /// Where it can be read.
    pub url: &'static str,
}

/// How bad a fault is, by AWS's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Legal, but often regretted.
    Advice,
    /// Undocumented or disputed; the rule says which question is open.
    Warning,
    /// Forbidden by the documentation, seen to fail sign-in, or plainly without effect.
    Error,
}

impl Level {
    /// The word in reports and options.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Advice, Self::Warning, Self::Error]
            .into_iter()
            .find(|level| level.label() == word)
            .ok_or_else(|| format!("`{word}` is no level; use `error`, `warning` or `advice`"))
    }
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Is this an answer that Cognito can read?
    Answer,
    /// Claims that are set and suppressed.
    Claims,
    /// Groups, roles and the preferred role.
    Groups,
    /// Scopes of the access token.
    Scopes,
    /// How the trigger behaves on events that Cognito may send.
    Conduct,
    /// What the team itself promises of its tokens.
    Promises,
}

impl Family {
    /// The folder's name.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Claims => "claims",
            Self::Groups => "groups",
            Self::Scopes => "scopes",
            Self::Conduct => "conduct",
            Self::Promises => "promises",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Demand;

    #[test]
    fn a_level_reads_back_from_its_word_and_from_no_other() {
        for level in [Level::Advice, Level::Warning, Level::Error] {
            assert_eq!(level.to_string().parse(), Ok(level));
        }
        assert!("fatal".parse::<Level>().unwrap_err().starts_with("`fatal` is no level"));
    }

    #[test]
    fn only_a_rule_on_promises_waits_for_a_promise_of_its_own() {
        let asked = |id: &str, demand: Demand| {
            let promise =
                Promise { name: "x".into(), token: None, bearers: Vec::new(), demand, written: String::new() };
            let expectations = Expectations { promises: vec![promise], ..Expectations::default() };
            let rule = crate::rules::find(id).unwrap();
            [rule.is_about_promises(), rule.is_asked(&Expectations::default()), rule.is_asked(&expectations)]
        };
        assert_eq!(asked("reserved-claim-set", Demand::KeepsGroups), [false, true, true]);
        assert_eq!(asked("promise-broken", Demand::KeepsGroups), [true, false, true]);
        assert_eq!(asked("promise-broken", Demand::SameOnRefresh { claim: None }), [true, false, false]);
    }
}
