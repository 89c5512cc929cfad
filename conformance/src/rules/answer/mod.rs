//! Rules on the answer as a whole: is it one that Cognito can read?
//!
//! They are told apart by what came back. Nothing, or no JSON: `answer-is-not-json`. JSON that is not the event:
//! `event-not-returned`, and then the rules that compare the answer with the event keep silent. The event, but with
//! other fields than were sent: `event-fields-changed` and `absent-field-echoed-as-null`. The others look at the keys
//! and the JSON types of `response`.
//!
//! A `request` or a `response` that is `null` has not been returned. A `response` of another type than a map is a
//! `wrong-type-in-answer`, because Cognito reads it; a `request` of another type came back changed.

mod echo;
#[cfg(test)]
pub(in crate::rules) mod trial;
mod vocabulary;

pub(super) mod absent_field_echoed_as_null;
pub(super) mod answer_is_not_json;
pub(super) mod answer_too_large;
pub(super) mod both_version_answers;
pub(super) mod event_fields_changed;
pub(super) mod event_not_returned;
pub(super) mod misspelled_response_key;
pub(super) mod non_string_in_list;
pub(super) mod unknown_response_key;
pub(super) mod wrong_type_in_answer;
pub(super) mod wrong_version_answer;

pub(super) use echo::lost_members;
pub(crate) use echo::says_nothing;
pub(super) use vocabulary::Vocabulary;
