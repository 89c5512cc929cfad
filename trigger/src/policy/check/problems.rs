//! Problems and their places.

use std::collections::BTreeSet;

use crate::policy::{Fault, Problem};

/// Goes through a document and collects what is wrong with it.
#[derive(Default)]
pub(super) struct Check {
    pub(super) problems: Vec<Problem>,
}

impl Check {
    /// Takes a fault down.
    pub(super) fn fault(&mut self, place: &str, fault: Fault) {
        self.problems.push(Problem { place: place.to_owned(), fault });
    }

    /// A list of names in which one stands twice is a slip, even where it does no harm.
    pub(super) fn once_each(&mut self, place: &str, names: &[String]) {
        let mut seen = BTreeSet::new();
        for (index, name) in names.iter().enumerate() {
            if !seen.insert(name) {
                self.fault(&format!("{place}/{index}"), Fault::Twice(name.clone()));
            }
        }
    }
}

/// `place` with one more member, as a JSON pointer.
pub(in crate::policy) fn pointer(place: &str, member: &str) -> String {
    format!("{place}/{}", member.replace('~', "~0").replace('/', "~1"))
}
