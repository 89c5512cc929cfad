use std::sync::Arc;

use proptest::strategy::ValueTree;

use super::home::{at_home, is_at_home};
use super::shrink::{Attempt, Cursor, PASSES, attempt};
use crate::pool::Pool;
use crate::situation::{EventVersion, Situation};

/// A situation that knows how to become simpler.
///
/// It tries large steps first (everything plain at once), then ever smaller ones, and starts over until nothing
/// helps any more. Every step makes the situation plainer by the same measure, so it ends.
///
/// ```
/// use pretoken::generate::{Situations, SituationTree};
/// use pretoken::situation::EventVersion;
/// use proptest::strategy::ValueTree;
///
/// let version = EventVersion::V1;
/// let mut tree = SituationTree::new(Situations::new(version).draw([3; 32]), version);
/// while tree.simplify() {}
/// assert_eq!(tree.current().user().unwrap().attributes, []);
/// ```
#[derive(Clone, Debug)]
pub struct SituationTree {
    version: EventVersion,
    /// The simplest situation that was not given back by `complicate`.
    best: Situation,
    candidate: Option<Situation>,
    cursor: Cursor,
    /// Whether this round of passes has made anything simpler.
    progress: bool,
    /// Where every candidate has to be possible.
    pool: Option<Arc<Pool>>,
}

impl SituationTree {
    /// A tree whose first value is the situation itself.
    pub const fn new(situation: Situation, version: EventVersion) -> Self {
        Self { version, best: situation, candidate: None, cursor: Cursor::START, progress: false, pool: None }
    }

    /// The same, whose other values are possible in a user pool, if this one is. One of another pool, such as a
    /// documented example, has nothing to be faithful to.
    pub fn in_pool(situation: Situation, version: EventVersion, pool: Option<&Arc<Pool>>) -> Self {
        let pool = pool.filter(|pool| is_at_home(&situation, pool)).cloned();
        Self { pool, ..Self::new(situation, version) }
    }

    /// Looks for the next candidate from the cursor on.
    fn advance(&mut self) -> bool {
        loop {
            let Some(pass) = PASSES.get(self.cursor.pass) else {
                if !self.progress {
                    return false;
                }
                self.progress = false;
                self.cursor = Cursor::START;
                continue;
            };
            match attempt(*pass, &self.best, self.version, &mut self.cursor) {
                Attempt::Try(candidate) => match self.possible(*candidate) {
                    Some(candidate) if candidate != self.best => {
                        self.candidate = Some(candidate);
                        return true;
                    }
                    _ => self.cursor.refused(),
                },
                Attempt::Over => self.cursor.next_pass(),
            }
        }
    }

    fn possible(&self, candidate: Situation) -> Option<Situation> {
        match &self.pool {
            Some(pool) => at_home(candidate, pool, Some(&self.best)),
            None => Some(candidate),
        }
    }
}

impl ValueTree for SituationTree {
    type Value = Situation;

    fn current(&self) -> Situation {
        self.candidate.as_ref().unwrap_or(&self.best).clone()
    }

    /// The candidate still shows what is looked for (or there was none yet): goes on from it.
    fn simplify(&mut self) -> bool {
        if let Some(candidate) = self.candidate.take() {
            self.best = candidate;
            self.progress = true;
            self.cursor.accepted();
        }
        self.advance()
    }

    /// The candidate does not show it: gives it back and tries the next one.
    fn complicate(&mut self) -> bool {
        if self.candidate.take().is_none() {
            return false;
        }
        self.cursor.refused();
        self.advance()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::{Situations, words};

    /// Shrinks while `holds`, and counts the calls.
    fn shrunk(start: Situation, version: EventVersion, holds: impl Fn(&Situation) -> bool) -> (Situation, usize) {
        let mut tree = SituationTree::new(start, version);
        let mut calls = 0;
        let mut more = tree.simplify();
        while more {
            calls += 1;
            more = if holds(&tree.current()) { tree.simplify() } else { tree.complicate() };
        }
        (tree.current(), calls)
    }

    fn drawn(version: EventVersion) -> impl Iterator<Item = Situation> {
        (0..=255).map(move |byte| Situations::new(version).draw([byte; 32]))
    }

    #[test]
    fn no_step_gives_an_attribute_a_value_that_its_format_forbids() {
        for version in EventVersion::ALL {
            for start in drawn(version) {
                let mut tree = SituationTree::new(start, version);
                // Whatever keeps the attributes: each step on their values is taken.
                let mut more = tree.simplify();
                while more {
                    let current = tree.current();
                    let attributes = current.user().map(|user| user.attributes.as_slice()).unwrap_or_default();
                    for attribute in attributes {
                        assert!(words::fits(attribute.name.as_str(), &attribute.value), "{attribute:?}");
                    }
                    more = if attributes.is_empty() { tree.complicate() } else { tree.simplify() };
                }
            }
        }
    }

    #[test]
    fn shrinking_ends_on_the_plainest_situation_when_everything_holds() {
        for version in EventVersion::ALL {
            for start in drawn(version) {
                let (end, calls) = shrunk(start, version, |_| true);
                assert_eq!(end, crate::situation::Scene::User.situation().without_attributes());
                assert!(calls <= 3, "{calls}");
            }
        }
    }

    #[test]
    fn shrinking_ends_when_nothing_holds() {
        for version in EventVersion::ALL {
            for start in drawn(version) {
                let (end, calls) = shrunk(start.clone(), version, |_| false);
                assert_eq!(end, start);
                assert!(calls < 1_000, "{calls}");
            }
        }
    }

    #[test]
    fn shrinking_ends_when_only_a_trigger_source_holds() {
        for start in drawn(EventVersion::V3) {
            let source = start.trigger_source();
            let calls = std::cell::Cell::new(0);
            let holds = |situation: &Situation| {
                calls.set(calls.get() + 1);
                assert!(calls.get() < 1_000, "{source:?} makes it go on and on");
                situation.trigger_source() == source
            };
            let (end, _) = shrunk(start, EventVersion::V3, holds);
            assert_eq!(end.trigger_source(), source);
            assert!(end.user().is_none_or(|user| user.attributes.is_empty() && user.groups.is_empty()));
        }
    }

    #[test]
    fn one_telling_attribute_is_all_that_is_left() {
        let tells = |situation: &Situation| situation.user().and_then(|user| user.attribute("custom:role")).is_some();
        let mut found = 0;
        for start in drawn(EventVersion::V2).filter(tells) {
            let (end, _) = shrunk(start, EventVersion::V2, tells);
            assert_eq!(end.user().unwrap().attributes.len(), 1);
            found += 1;
        }
        assert!(found > 10, "{found}");
    }

    #[test]
    fn a_pair_of_groups_is_kept_and_nothing_else() {
        let tells = |situation: &Situation| situation.user().is_some_and(|user| user.groups.len() >= 2);
        for start in drawn(EventVersion::V1).filter(tells) {
            let (end, _) = shrunk(start, EventVersion::V1, tells);
            let user = end.user().unwrap();
            assert_eq!((user.groups.len(), user.attributes.len(), user.identities.len()), (2, 0, 0));
        }
    }

    #[test]
    fn roles_and_identities_become_plain_and_stay_apart() {
        let tells = |situation: &Situation| {
            let user = situation.user();
            user.is_some_and(|user| user.roles().len() >= 2 && !user.identities.is_empty())
        };
        let mut found = 0;
        for start in (0..4_000).map(|case| Situations::new(EventVersion::V2).draw(crate::engine::Seed(5).of_case(case)))
        {
            if !tells(&start) {
                continue;
            }
            let (end, _) = shrunk(start, EventVersion::V2, tells);
            let user = end.user().unwrap();
            let role = |number| format!("arn:aws:iam::123456789012:role/group-{number}");
            assert_eq!(user.roles().iter().map(|role| role.as_str()).collect::<Vec<_>>(), [role(1), role(2)]);
            let identity = &user.identities[0];
            assert_eq!((user.identities.len(), &*identity.provider, &*identity.user_id), (1, "Corp", "1"));
            found += 1;
        }
        assert!(found > 10, "{found}");
    }
}
