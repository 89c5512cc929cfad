use super::{Rule, claims, groups, scopes};

/// Every rule, by family.
pub static ALL: &[&Rule] = &[
    &claims::reserved_claim_set::RULE,
    &groups::groups_suppressed::RULE,
    &groups::roles_dropped::RULE,
    &groups::groups_replaced::RULE,
    &groups::empty_preferred_role::RULE,
    &groups::no_effect_for_machine::RULE,
    &scopes::blank_in_scope::RULE,
    &scopes::malformed_scope::RULE,
    &scopes::scope_added_and_suppressed::RULE,
];

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
