use std::sync::LazyLock;

use serde_json::Value;
use thiserror::Error;

use super::Document;
use super::document::FORMAT_VERSION;
use crate::engine::{Audit, BrokenSchema, SavedCase};
use crate::event::{self, Unreadable};
use crate::rules::{self, Level, Rule};
use crate::situation::{EventVersion, Situation, TriggerSource};

/// A counterexample that was understood.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// What its file holds.
    pub document: Document,
    /// The rule that was broken.
    pub rule: &'static Rule,
    /// For which reason.
    pub reason: &'static str,
    /// The event version.
    pub version: EventVersion,
    /// The situation behind the event.
    pub situation: Situation,
}

/// Why a file cannot be used as a counterexample, with the next step. Such a file is never changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unusable {
    /// The file cannot be read.
    #[error("cannot be read: {0}; check the path, and who may read it")]
    Unread(String),
    /// A folder, a pipe.
    #[error("is no regular file; name one that `check` saved")]
    NoFile,
    /// Nothing in it.
    #[error("is empty; restore it or delete it")]
    Empty,
    /// Not UTF-8.
    #[error("is damaged: it is not UTF-8; restore it or delete it")]
    NotText,
    /// Broken off, or never JSON.
    #[error("is damaged: it is not JSON, {0}; restore it or delete it")]
    NotJson(String),
    /// JSON of another kind.
    #[error("is no counterexample of pretoken: it has no number `format_version`; move it elsewhere")]
    Foreign,
    /// Of a later pretoken.
    #[error("has format version {0}, and this pretoken reads {FORMAT_VERSION}; update pretoken")]
    Newer(u64),
    /// A member is missing or of the wrong type.
    #[error("is damaged: {0}; restore it or delete it")]
    Damaged(String),
    /// A rule that there is not.
    #[error("is about the rule `{0}`, which this pretoken does not have; update pretoken, or delete the file")]
    UnknownRule(String),
    /// A reason that the rule does not have.
    #[error(
        "is about `{rule}` for the reason `{reason}`, which this pretoken does not know; update pretoken, or delete the file"
    )]
    UnknownReason {
        /// The rule.
        rule: &'static str,
        /// The reason.
        reason: String,
    },
    /// The event cannot be understood.
    #[error("has an event that cannot be used: {0}")]
    Event(#[from] Unreadable),
    /// The event is none that Cognito sends.
    #[error("has an event that Cognito would not send: {0}; restore it or delete it")]
    NotLegal(String),
    /// It is kept in the folder of another trigger.
    #[error("was saved for another trigger, `{0}`; `pretoken replay` runs it against any trigger")]
    OtherTrigger(String),
}

impl Counterexample {
    /// Reads what a file holds.
    ///
    /// # Errors
    ///
    /// Says why it cannot be used, and what to do.
    ///
    /// ```
    /// use pretoken::saved::{Counterexample, Unusable};
    /// let error = Counterexample::read(br#"{"format_version": 2}"#).unwrap_err();
    /// assert_eq!(error, Unusable::Newer(2));
    /// ```
    pub fn read(bytes: &[u8]) -> Result<Self, Unusable> {
        let text = std::str::from_utf8(bytes).map_err(|_| Unusable::NotText)?;
        if text.trim().is_empty() {
            return Err(Unusable::Empty);
        }
        let value: Value = serde_json::from_str(text).map_err(|error| Unusable::NotJson(error.to_string()))?;
        // The version first: a later format may have other members.
        match value.get("format_version").and_then(Value::as_u64) {
            None | Some(0) => return Err(Unusable::Foreign),
            Some(FORMAT_VERSION) => {}
            Some(newer) => return Err(Unusable::Newer(newer)),
        }
        let document: Document = serde_json::from_str(text).map_err(|error| Unusable::Damaged(error.to_string()))?;
        Self::understood(document)
    }

    fn understood(document: Document) -> Result<Self, Unusable> {
        let rule = rules::find(&document.rule).ok_or_else(|| Unusable::UnknownRule(document.rule.clone()))?;
        let reason = rule.reasons.iter().find(|reason| **reason == document.reason);
        let reason =
            *reason.ok_or_else(|| Unusable::UnknownReason { rule: rule.id, reason: document.reason.clone() })?;
        let version: EventVersion = document
            .event_version
            .parse()
            .map_err(|_| Unusable::Damaged(format!("`event_version` is `{}`", document.event_version)))?;
        let situation = match &document.situation {
            Some(kept) => kept
                .restored(&document.event, version)?
                .ok_or_else(|| Unusable::Damaged("`situation` is none that the event can have".to_owned()))?,
            None => event::read_under(&document.event, version)?,
        };
        legal(&document.event, version, situation.trigger_source())?;
        Ok(Self { document, rule, reason, version, situation })
    }

    /// The level of what it shows: at most a warning where the form of the event is only inferred.
    pub fn level(&self) -> Level {
        if self.situation.form.is_known() { self.rule.level } else { self.rule.level.min(Level::Warning) }
    }

    /// The case that runs it again, under a name.
    pub fn case(&self, name: &str) -> SavedCase {
        SavedCase {
            name: name.to_owned(),
            version: self.version,
            situation: self.situation.clone(),
            before: self.document.before.clone(),
            event: self.document.event.clone(),
        }
    }
}

/// A trigger must not be judged by an event that Cognito would not send.
fn legal(event: &Value, version: EventVersion, source: TriggerSource) -> Result<(), Unusable> {
    if !source.sent_under(version) {
        let words = format!("`{}` comes under event version 3 only, not {version}", source.as_str());
        return Err(Unusable::NotLegal(words));
    }
    // There may be many files, and the schemas are the same for all.
    static AUDIT: LazyLock<Result<Audit, BrokenSchema>> = LazyLock::new(Audit::new);
    let audit = AUDIT.as_ref().map_err(|broken| Unusable::NotLegal(broken.to_string()))?;
    audit.fault(version, event).map_or(Ok(()), |fault| Err(Unusable::NotLegal(fault)))
}
