use serde_json::{Map, Value};

use super::Exchange;
use super::answer::{Vocabulary, lost_members};
use super::weight::{weight, weight_of_object};

/// What several rules ask about an answer as a whole, looked up once. Most answers are the event with a documented
/// `response`, and of these the rules then need to know no more.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Survey {
    /// The answer is the event, but for its `response`.
    pub(super) is_echo: bool,
    /// What its keys come to.
    pub(super) vocabulary: Vocabulary,
    /// Upper bounds.
    pub(super) weights: Weights,
}

/// What parts of an exchange take as JSON, in bytes, at most.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weights {
    /// The event's `request`.
    pub(super) request: usize,
    /// The answer's `response`.
    pub(super) response: usize,
    /// The answer as a whole.
    pub(super) answer: usize,
}

impl Survey {
    pub(super) fn of(exchange: &Exchange<'_>) -> Self {
        let Some(answer) = exchange.answer() else { return Self::default() };
        let request = exchange.event.get("request").map_or(0, weight);
        let (Value::Object(event), Value::Object(members)) = (exchange.event, answer) else {
            return Self { weights: Weights { request, response: 0, answer: weight(answer) }, ..Self::default() };
        };
        let is_echo = is_echo(event, members);
        let response = members.get("response").map_or(0, weight);
        let answer = weight_of_object(members.iter().map(|(name, value)| match name.as_str() {
            "response" => ("response", response),
            // What is the same need not be weighed twice.
            "request" if is_echo => ("request", request),
            name => (name, weight(value)),
        }));
        Self { is_echo, vocabulary: Vocabulary::of(exchange), weights: Weights { request, response, answer } }
    }
}

fn is_echo(event: &Map<String, Value>, answer: &Map<String, Value>) -> bool {
    // Both are sorted; where they are not (serde_json's `preserve_order`), an answer in another order is looked at more closely.
    event.len() == answer.len()
        && event
            .iter()
            .zip(answer)
            .all(|((sent, before), (came, after))| sent == came && (sent == "response" || before == after))
        && lost_members(event, answer).next().is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event;
    use crate::situation::{EventVersion, Scene};
    use crate::target::Outcome;

    type Change = Box<dyn Fn(&mut Map<String, Value>)>;

    fn survey(event: &Value, answer: Value) -> Survey {
        let (situation, outcome) = (Scene::UserInGroups.situation(), Outcome::Answered(answer));
        Survey::of(&Exchange::new(&situation, EventVersion::V2, event, &outcome))
    }

    fn changed(change: impl Fn(&mut Map<String, Value>)) -> (Value, Value) {
        let event = event::build(&Scene::UserInGroups.situation(), EventVersion::V2);
        let mut answer = event.clone();
        change(answer.as_object_mut().unwrap());
        (event, answer)
    }

    #[test]
    fn an_echo_is_the_event_with_any_response_and_with_nothing_else_changed_lost_or_added() {
        let set = |name: &'static str, value: Value| {
            move |answer: &mut Map<String, Value>| drop(answer.insert(name.to_owned(), value.clone()))
        };
        let request = json!({"userAttributes": {}});
        let cases: [(&str, bool, Change); 8] = [
            ("unchanged", true, Box::new(|_| ())),
            ("another response", true, Box::new(set("response", json!({"a": 1})))),
            ("a response of another type", true, Box::new(set("response", json!([])))),
            ("a null response", false, Box::new(set("response", Value::Null))),
            ("another request", false, Box::new(set("request", request))),
            ("another member", false, Box::new(set("added", json!(1)))),
            ("a member less", false, Box::new(|answer| drop(answer.remove("region")))),
            (
                "a member under another name",
                false,
                Box::new(|answer| {
                    let region = answer.remove("region").unwrap();
                    answer.insert("regiom".to_owned(), region);
                }),
            ),
        ];
        for (what, is_echo, change) in cases {
            let (event, answer) = changed(change);
            assert_eq!(survey(&event, answer).is_echo, is_echo, "{what}");
        }
    }

    #[test]
    fn each_part_weighs_what_it_weighs_by_itself_whether_the_answer_is_an_echo_or_not() {
        let long = || json!({"\"": "\u{0}".repeat(100), "a": vec!["b"; 20]});
        let cases: [Change; 4] = [
            Box::new(|_| ()),
            Box::new(move |answer| drop(answer.insert("response".to_owned(), long()))),
            Box::new(move |answer| drop(answer.insert("request".to_owned(), long()))),
            Box::new(move |answer| drop(answer.insert("\u{1}\u{2}\u{3}".to_owned(), long()))),
        ];
        for change in cases {
            let (event, answer) = changed(change);
            let Weights { request, response, answer: all } = survey(&event, answer.clone()).weights;
            let weighed = [weight(&event["request"]), weight(&answer["response"]), weight(&answer)];
            assert_eq!([request, response, all], weighed, "{answer}");
        }
        let list = json!(["\n", 1]);
        let (event, _) = changed(|_| ());
        assert_eq!(survey(&event, list.clone()).weights.answer, weight(&list));
    }
}
