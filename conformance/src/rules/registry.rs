use super::{Rule, claims};

/// Every rule, by family.
pub static ALL: &[&Rule] = &[&claims::reserved_claim_set::RULE];

/// The rule of that id.
///
/// ```
/// use pretoken::rules;
/// assert!(rules::find("reserved-claim-set").is_some());
/// assert!(rules::find("no-such-rule").is_none());
/// ```
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}
