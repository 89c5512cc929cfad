use super::members::Member;
use super::reading::{Field, Table, nearest, optional};
use super::run::event_versions;
use crate::engine::Allowance;
use crate::rules::{self, Rule};
use crate::situation::TriggerSource;

/// Findings that people know of and decided to live with.
///
/// A scenario cannot be named: a fault shows in many of them, and which one comes first is an accident of their order.
/// Event versions, trigger sources and places are the fault's own.
pub(super) const ALLOW: Member = Member {
    key: "allow",
    read: |field, config| {
        for entry in field.list("a list, so `[[allow]]` for each entry").unwrap_or_default() {
            config
                .allowances
                .extend(entry.table("a rule and a reason, as members of `[[allow]]`", allowance).flatten());
        }
    },
};

fn allowance(table: &mut Table<'_>) -> Option<Allowance> {
    let rule = table.required("rule", "it names the rule that is allowed to be broken").as_ref().and_then(rule);
    let fault = optional(table.field("fault"), |field| fault(field, rule));
    let place = optional(table.field("place"), place);
    let wanted = "a list such as [1, 2]";
    let versions = optional(table.field("event-versions"), |field| event_versions(field, wanted));
    let trigger_source = optional(table.field("trigger-source"), trigger_source);
    let reason = table.required("reason", "it tells the next reader why this is no fault");
    let reason = reason.and_then(|field| field.text("a sentence of your own").map(ToOwned::to_owned));
    let expires = optional(table.field("expires"), |field| field.date("a day such as 2027-01-31"));
    // Every member has been asked for by now: what is left over is unknown, and is told as well.
    Some(Allowance {
        rule: rule?,
        fault: fault?,
        place: place?,
        versions: versions?.unwrap_or_default(),
        trigger_source: trigger_source?,
        reason: reason?,
        expires: expires?,
        expired: expires?.is_some_and(|last| last < table.today()),
        written: table.line(),
    })
}

fn rule(field: &Field<'_>) -> Option<&'static Rule> {
    let text = field.text("the id of a rule, such as \"groups-replaced\"")?;
    let found = rules::find(text);
    if found.is_none() {
        match nearest(text, rules::ALL.iter().map(|rule| rule.id)) {
            Some(right) => field.wrong(format!("`{text}` is no rule; did you mean `{right}`?")),
            None => field.wrong(format!("`{text}` is no rule; `pretoken rules` lists them")),
        }
    }
    found
}

fn fault(field: &Field<'_>, rule: Option<&'static Rule>) -> Option<&'static str> {
    let rule = rule?;
    field.word(rule.reasons, &format!("a fault that `{}` tells of", rule.id))
}

fn place(field: &Field<'_>) -> Option<String> {
    let wanted = "a JSON pointer such as \"/response/claimsOverrideDetails/claimsToAddOrOverride/tenant\"";
    let text = field.text(wanted)?;
    let escapes_are_right = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    if !text.starts_with('/') || !escapes_are_right {
        field.wrong(format!("`{text}` is no place in an answer; `place` takes {wanted}"));
        return None;
    }
    Some(text.to_owned())
}

fn trigger_source(field: &Field<'_>) -> Option<TriggerSource> {
    let words = TriggerSource::ALL.map(TriggerSource::as_str);
    TriggerSource::parse(field.word(&words, "a trigger source")?)
}
