use std::time::Duration;

use serde_json::{Map, Value};

use super::answer::Vocabulary;
use super::expectations::{self, Expectations};
use super::part::{Part, SetClaims, V1, V2, escaped, parts};
use super::standings::Standings;
use super::survey::{Survey, Weights};
use crate::situation::{EventVersion, Situation};
use crate::target::Outcome;
use crate::tokens::{Standing, TokenKind, standing};

/// One event, what came back, and the situation behind it: all that a rule may look at.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The situation behind the event.
    pub situation: &'a Situation,
    /// The event version.
    pub version: EventVersion,
    /// The event as it was sent.
    pub event: &'a Value,
    /// What came back.
    pub outcome: &'a Outcome,
    /// How long it took.
    pub timing: Timing,
    /// What people say that the trigger does on purpose.
    pub expectations: &'a Expectations,
    /// Nearly every rule asks for these, so they are looked up once.
    details: Option<&'a Map<String, Value>>,
    parts: [Option<Part<'a>>; 2],
    /// Those of the tokens that are issued.
    issued: [Option<Part<'a>>; 2],
    set: Standings,
    suppressed: Standings,
    survey: Survey,
}

/// How long a trigger took for one event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// From the event's sending until what came back.
    pub took: Duration,
    /// The start of the process, when this event was its first.
    pub cold_start: Option<Duration>,
}

impl<'a> Exchange<'a> {
    /// An exchange that took no time.
    ///
    /// ```
    /// use pretoken::event;
    /// use pretoken::rules::Exchange;
    /// use pretoken::situation::{EventVersion, Scene};
    /// use pretoken::target::Outcome;
    ///
    /// let situation = Scene::User.situation();
    /// let event = event::build(&situation, EventVersion::V2);
    /// let outcome = Outcome::Answered(event.clone());
    /// assert!(Exchange::new(&situation, EventVersion::V2, &event, &outcome).details().is_none());
    /// ```
    pub fn new(situation: &'a Situation, version: EventVersion, event: &'a Value, outcome: &'a Outcome) -> Self {
        let details = match outcome {
            Outcome::Answered(answer) => {
                answer.get("response").and_then(|response| response.get(version.container())?.as_object())
            }
            _ => None,
        };
        let parts = details.map_or([None, None], |details| parts(details, version));
        let is_issued = |part: &Part<'_>| part.token == TokenKind::Access || situation.user().is_some();
        let issued = parts.map(|part| part.filter(is_issued));
        let each = || issued.into_iter().flatten();
        let (set, suppressed) = (Standings::of_set(each()), Standings::of_suppressed(each()));
        let (timing, expectations, survey) = (Timing::default(), &expectations::NONE, Survey::default());
        let exchange = Self {
            situation,
            version,
            event,
            outcome,
            timing,
            expectations,
            details,
            parts,
            issued,
            set,
            suppressed,
            survey,
        };
        Self { survey: Survey::of(&exchange), ..exchange }
    }

    /// The same exchange, with the time that it took.
    #[must_use]
    pub const fn timed(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }

    /// The same exchange, with what people say that the trigger does on purpose.
    #[must_use]
    pub const fn under(mut self, expectations: &'a Expectations) -> Self {
        self.expectations = expectations;
        self
    }

    /// The answer, if the trigger returned JSON.
    pub const fn answer(&self) -> Option<&'a Value> {
        match self.outcome {
            Outcome::Answered(answer) => Some(answer),
            _ => None,
        }
    }

    /// The answer's `response`, if it is an object.
    pub fn response(&self) -> Option<&'a Map<String, Value>> {
        self.answer()?.get("response")?.as_object()
    }

    /// The member of `response` that the event version reads, if it is an object.
    pub const fn details(&self) -> Option<&'a Map<String, Value>> {
        self.details
    }

    /// The JSON pointer of [`Exchange::details`].
    pub const fn details_pointer(&self) -> &'static str {
        match self.version {
            EventVersion::V1 => V1,
            EventVersion::V2 | EventVersion::V3 => V2,
        }
    }

    /// What the answer says about each token; parts that are not objects are left out.
    ///
    /// V1 has one part, for the ID token. V2 and V3 have one for each token.
    pub fn parts(&self) -> impl Iterator<Item = Part<'a>> + use<'a> {
        self.parts.into_iter().flatten()
    }

    /// Every claim that the answer sets, with the part that sets it.
    ///
    /// What is said of an ID token that is never issued (to a machine) is left out: only `no-effect-for-machine`
    /// speaks of that.
    pub fn set_claims(&self) -> impl Iterator<Item = (Part<'a>, &'a str, &'a Value)> + use<'a> {
        SetClaims::of(self.issued)
    }

    /// Those of them that have one of these standings.
    pub fn set_claims_of<'s>(
        &self,
        standings: &'s [Standing],
    ) -> impl Iterator<Item = (Part<'a>, &'a str, &'a Value)> + use<'a, 's> {
        let claims = self.set.has_any(standings).then(|| self.set_claims());
        claims.into_iter().flatten().filter(|(_, claim, _)| standings.contains(&standing(claim)))
    }

    /// Whether the answer sets any claim.
    pub const fn sets_claims(&self) -> bool {
        !self.set.is_empty()
    }

    /// Every claim that the answer suppresses, with the part that does and the place in its `claimsToSuppress`.
    pub fn suppressed_claims(&self) -> impl Iterator<Item = (Part<'a>, usize, &'a str)> + use<'a> {
        let parts = self.issued.into_iter().flatten();
        parts.flat_map(|part| part.names("claimsToSuppress").map(move |(index, claim)| (part, index, claim)))
    }

    /// Those of them that have one of these standings.
    pub fn suppressed_claims_of<'s>(
        &self,
        standings: &'s [Standing],
    ) -> impl Iterator<Item = (Part<'a>, usize, &'a str)> + use<'a, 's> {
        let claims = self.suppressed.has_any(standings).then(|| self.suppressed_claims());
        claims.into_iter().flatten().filter(|(.., claim)| standings.contains(&standing(claim)))
    }

    /// Whether the answer suppresses any claim.
    pub const fn suppresses_claims(&self) -> bool {
        !self.suppressed.is_empty()
    }

    /// Whether the answer is the event as it was sent, but for its `response`.
    pub(super) const fn is_echo(&self) -> bool {
        self.survey.is_echo
    }

    /// What the keys of the answer come to.
    pub(super) const fn vocabulary(&self) -> Vocabulary {
        self.survey.vocabulary
    }

    /// What the event's and the answer's JSON take at most.
    pub(super) const fn weights(&self) -> Weights {
        self.survey.weights
    }

    /// The answer's `groupOverrideDetails`, if the key is there, whatever its value.
    pub fn group_override(&self) -> Option<&'a Value> {
        self.details()?.get("groupOverrideDetails")
    }
}

impl<'a> Exchange<'a> {
    /// A list of the event's `groupConfiguration`; empty where the event has none, in whichever of its forms.
    pub fn event_groups(&self, member: &str) -> &'a [Value] {
        self.event_group_configuration()
            .and_then(|groups| groups.get(member)?.as_array())
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The event's preferred role, if it has one.
    pub fn event_preferred_role(&self) -> Option<&'a str> {
        self.event_group_configuration()?.get("preferredRole")?.as_str()
    }

    /// Whether the answer suppresses a claim by its name in a token. V1 speaks of the ID token only.
    pub fn suppresses(&self, token: TokenKind, claim: &str) -> bool {
        self.parts().any(|part| part.token == token && part.names("claimsToSuppress").any(|(_, name)| name == claim))
    }

    /// Whether the answer suppresses a claim by its name in every token that the event version can change.
    pub fn suppresses_everywhere(&self, claim: &str) -> bool {
        self.suppresses(TokenKind::Id, claim)
            && (self.version == EventVersion::V1 || self.suppresses(TokenKind::Access, claim))
    }

    /// The JSON pointer of the place in the answer that decides a claim; of its `response` where none does.
    pub fn place(&self, token: TokenKind, claim: &str) -> String {
        const RESPONSE: &str = "/response";
        let place = match standing(claim) {
            Standing::Groups | Standing::Roles => Some(format!("{}/groupOverrideDetails", self.details_pointer())),
            Standing::Scope => self.parts().find(|part| part.token == token).map(|part| part.pointer.to_owned()),
            _ => self
                .parts()
                .find(|part| part.token == token && part.claims().is_some_and(|claims| claims.contains_key(claim)))
                .map(|part| format!("{}/claimsToAddOrOverride/{}", part.pointer, escaped(claim))),
        };
        let is_there = |place: &str| self.answer().is_some_and(|answer| answer.pointer(place).is_some());
        place
            .filter(|place| is_there(place))
            .unwrap_or_else(|| if is_there(RESPONSE) { RESPONSE.to_owned() } else { String::new() })
    }

    /// The text of a user's attribute in the event; `None` if it is absent, or empty.
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        let text = self.event.get("request")?.get("userAttributes")?.get(name)?.as_str()?;
        (!text.is_empty()).then_some(text)
    }

    fn event_group_configuration(&self) -> Option<&'a Map<String, Value>> {
        self.event.get("request")?.get("groupConfiguration")?.as_object()
    }
}

/// Whether a member of an answer gives nothing: absent, `null`, or an empty text, list or map.
pub(crate) fn gives_nothing(member: Option<&Value>) -> bool {
    match member {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(list)) => list.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
        Some(Value::Bool(_) | Value::Number(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event;
    use crate::situation::Scene;

    /// Looks at a user in groups and at a response.
    fn with<T>(version: EventVersion, response: Value, look: impl Fn(&Exchange<'_>) -> T) -> T {
        let situation = Scene::UserInGroups.situation();
        let event = event::build(&situation, version);
        let mut answer = event.clone();
        answer["response"] = response;
        let outcome = Outcome::Answered(answer);
        look(&Exchange::new(&situation, version, &event, &outcome))
    }

    #[test]
    fn the_place_of_a_claim_is_what_decides_it_as_far_as_the_answer_has_that() {
        use EventVersion::{V1, V2};
        use TokenKind::{Access, Id};
        let part = json!({"claimsToAddOrOverride": {"a/b": 1}, "scopesToAdd": ["x"]});
        let v2 = json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": part, "groupOverrideDetails": {}}});
        let v1 = json!({"claimsOverrideDetails": part});
        let (details, access) = (
            "/response/claimsAndScopeOverrideDetails",
            "/response/claimsAndScopeOverrideDetails/accessTokenGeneration",
        );
        for (version, response, token, claim, place) in [
            (V2, &v2, Access, "a/b", format!("{access}/claimsToAddOrOverride/a~1b")),
            (V2, &v2, Access, "scope", access.to_owned()),
            (V2, &v2, Access, "other", "/response".to_owned()),
            (V2, &v2, Id, "a/b", "/response".to_owned()),
            (V2, &v2, Id, "scope", "/response".to_owned()),
            (V2, &v2, Id, "cognito:roles", format!("{details}/groupOverrideDetails")),
            (V2, &v2, Access, "cognito:groups", format!("{details}/groupOverrideDetails")),
            (V1, &v1, Id, "a/b", "/response/claimsOverrideDetails/claimsToAddOrOverride/a~1b".to_owned()),
            (V1, &v1, Access, "a/b", "/response".to_owned()),
            (V1, &v1, Id, "cognito:groups", "/response".to_owned()),
        ] {
            assert_eq!(with(version, response.clone(), |exchange| exchange.place(token, claim)), place, "{claim}");
        }
        let (situation, outcome) = (Scene::User.situation(), Outcome::NotJson(Vec::new()));
        let event = event::build(&situation, V1);
        assert_eq!(Exchange::new(&situation, V1, &event, &outcome).place(Id, "a"), "");
    }

    #[test]
    fn a_claim_is_suppressed_everywhere_if_each_token_that_can_change_loses_it() {
        use EventVersion::{V1, V2};
        let part = json!({"claimsToSuppress": ["a"]});
        for (version, response, everywhere) in [
            (V1, json!({"claimsOverrideDetails": part}), true),
            (V1, json!({"claimsOverrideDetails": {"claimsToSuppress": ["b"]}}), false),
            (V2, json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": part}}), false),
            (V2, json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": part}}), false),
            (
                V2,
                json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": part, "accessTokenGeneration": part}}),
                true,
            ),
        ] {
            assert_eq!(with(version, response.clone(), |it| it.suppresses_everywhere("a")), everywhere, "{response}");
        }
    }

    #[test]
    fn what_the_event_says_of_groups_and_attributes_is_found_in_whichever_form() {
        with(EventVersion::V1, json!({}), |exchange| {
            assert_eq!(exchange.event_groups("groupsToOverride").len(), 2);
            assert!(exchange.event_groups("preferredRole").is_empty());
            assert_eq!(exchange.event_preferred_role(), Some("arn:aws:iam::123456789012:role/admins"));
            assert_eq!(exchange.attribute("email"), Some("jane@example.com"));
            assert_eq!(exchange.attribute("none"), None);
        });
        let (situation, outcome) = (Scene::User.situation(), Outcome::NotJson(Vec::new()));
        let event = json!({"request": {"userAttributes": {"empty": ""}, "groupConfiguration": null}});
        let exchange = Exchange::new(&situation, EventVersion::V2, &event, &outcome);
        assert_eq!((exchange.attribute("empty"), exchange.event_preferred_role()), (None, None));
        assert!(exchange.event_groups("groupsToOverride").is_empty());
    }

    #[test]
    fn a_machine_has_no_id_token_of_which_claims_could_be_set() {
        let part = json!({"claimsToAddOrOverride": {"a": 1}, "claimsToSuppress": ["b"]});
        let details = json!({"idTokenGeneration": part, "accessTokenGeneration": part});
        for (scene, tokens) in
            [(Scene::User, &[TokenKind::Id, TokenKind::Access][..]), (Scene::Machine, &[TokenKind::Access])]
        {
            let situation = scene.situation();
            let event = event::build(&situation, EventVersion::V3);
            let outcome = Outcome::Answered(json!({"response": {"claimsAndScopeOverrideDetails": details}}));
            let exchange = Exchange::new(&situation, EventVersion::V3, &event, &outcome);
            assert_eq!(exchange.set_claims().map(|(part, ..)| part.token).collect::<Vec<_>>(), tokens);
            assert_eq!(exchange.suppressed_claims().map(|(part, ..)| part.token).collect::<Vec<_>>(), tokens);
        }
    }

    #[test]
    fn claims_are_set_or_suppressed_if_any_is_and_are_found_by_their_standing() {
        let set = json!({"claimsToAddOrOverride": {"a": 1, "dev:b": 2}});
        let suppress = json!({"claimsToSuppress": ["sub", "a"]});
        for (part, sets, suppresses) in [
            (json!({}), false, false),
            (json!({"claimsToAddOrOverride": {}, "claimsToSuppress": []}), false, false),
            (set, true, false),
            (suppress, false, true),
        ] {
            let response = json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": part}});
            with(EventVersion::V2, response, |exchange| {
                assert_eq!((exchange.sets_claims(), exchange.suppresses_claims()), (sets, suppresses), "{part}");
                let set: Vec<_> = exchange.set_claims_of(&[Standing::DevPrefix]).map(|(_, claim, _)| claim).collect();
                assert_eq!(set, if sets { &["dev:b"][..] } else { &[] });
                let suppressed: Vec<_> =
                    exchange.suppressed_claims_of(&[Standing::Immutable]).map(|(.., claim)| claim).collect();
                assert_eq!(suppressed, if suppresses { &["sub"][..] } else { &[] });
            });
        }
    }

    #[test]
    fn only_what_holds_something_gives_something() {
        for (value, nothing) in [
            (json!(null), true),
            (json!(""), true),
            (json!([]), true),
            (json!({}), true),
            (json!("a"), false),
            (json!([null]), false),
            (json!({"a": null}), false),
            (json!(false), false),
            (json!(0), false),
        ] {
            assert_eq!(gives_nothing(Some(&value)), nothing, "{value}");
        }
        assert!(gives_nothing(None));
    }
}
