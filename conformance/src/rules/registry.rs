use super::{Rule, claims, groups, scopes};

/// Every rule, by family.
pub static ALL: &[&Rule] = &[
    &claims::reserved_claim_set::RULE,
    &claims::non_string_claim_in_v1::RULE,
    &claims::null_claim_value::RULE,
    &claims::unlisted_claim_type::RULE,
    &claims::complex_value_for_simple_claim::RULE,
    &claims::reserved_claim_suppressed::RULE,
    &claims::cognito_claim_set::RULE,
    &claims::group_claim_set_directly::RULE,
    &claims::role_claim_suppressed_directly::RULE,
    &claims::dev_claim_set::RULE,
    &claims::audience_mismatch::RULE,
    &claims::scope_set_as_claim::RULE,
    &claims::claim_set_and_suppressed::RULE,
    &claims::stringified_nothing::RULE,
    &claims::empty_claim_name::RULE,
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
