use super::{Rule, answer, claims, conduct, groups, promises, scopes};

/// Every rule, by family.
pub static ALL: &[&Rule] = &[
    &answer::answer_is_not_json::RULE,
    &answer::event_not_returned::RULE,
    &answer::event_fields_changed::RULE,
    &answer::absent_field_echoed_as_null::RULE,
    &answer::misspelled_response_key::RULE,
    &answer::unknown_response_key::RULE,
    &answer::wrong_version_answer::RULE,
    &answer::both_version_answers::RULE,
    &answer::wrong_type_in_answer::RULE,
    &answer::non_string_in_list::RULE,
    &answer::answer_too_large::RULE,
    &claims::non_string_claim_in_v1::RULE,
    &claims::null_claim_value::RULE,
    &claims::unlisted_claim_type::RULE,
    &claims::complex_value_for_simple_claim::RULE,
    &claims::reserved_claim_set::RULE,
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
    &claims::too_many_claims::RULE,
    &claims::token_outgrows_header::RULE,
    &groups::groups_suppressed::RULE,
    &groups::roles_dropped::RULE,
    &groups::groups_replaced::RULE,
    &groups::empty_preferred_role::RULE,
    &groups::no_effect_for_machine::RULE,
    &scopes::blank_in_scope::RULE,
    &scopes::malformed_scope::RULE,
    &scopes::scope_added_and_suppressed::RULE,
    &conduct::crash_on_legal_event::RULE,
    &conduct::sign_in_denied::RULE,
    &conduct::over_time_limit::RULE,
    &conduct::cold_start_over_limit::RULE,
    &conduct::error_text_exposed::RULE,
    &conduct::unknown_field_rejected::RULE,
    &conduct::nondeterministic_answer::RULE,
    &conduct::state_kept_between_events::RULE,
    &conduct::claims_lost_on_refresh::RULE,
    &conduct::caller_controlled_claim::RULE,
    &promises::promise_broken::RULE,
    &promises::promise_broken_at_refresh::RULE,
    &promises::promise_broken_by_caller::RULE,
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
