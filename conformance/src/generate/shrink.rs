use super::words;
use crate::situation::{
    EventVersion, Flow, Form, Group, Identity, Principal, Scene, Situation, Text, User, UserStatus,
};

/// One way of making a situation plainer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pass {
    /// Everything plain at once, then everything but the flow, then everything but the user.
    Plain,
    /// The event's form.
    Form,
    /// The flow, to a plain sign-in.
    Flow,
    /// Fewer members of a list.
    Fewer(List),
    /// Plainer members of a list.
    Plainer(List),
    /// Plainer single values.
    Values,
}

/// The lists of a situation.
#[derive(Clone, Copy, Debug)]
pub(super) enum List {
    Attributes,
    Groups,
    Identities,
    Metadata,
    Scopes,
}

/// The passes of a round, the largest steps first.
pub(super) const PASSES: &[Pass] = &[
    Pass::Plain,
    Pass::Form,
    Pass::Flow,
    Pass::Fewer(List::Attributes),
    Pass::Fewer(List::Groups),
    Pass::Fewer(List::Metadata),
    Pass::Fewer(List::Scopes),
    Pass::Fewer(List::Identities),
    Pass::Values,
    Pass::Plainer(List::Groups),
    Pass::Plainer(List::Attributes),
    Pass::Plainer(List::Metadata),
    Pass::Plainer(List::Identities),
];

/// Where the search stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    pub(super) pass: usize,
    /// How many members of a list are taken away at once; 0 before the pass has begun.
    size: usize,
    offset: usize,
}

impl Cursor {
    pub(super) const START: Self = Self { pass: 0, size: 0, offset: 0 };

    pub(super) const fn next_pass(&mut self) {
        *self = Self { pass: self.pass + 1, size: 0, offset: 0 };
    }

    /// The candidate was taken: what came after it in a list has moved to its place. Single steps just go on.
    pub(super) const fn accepted(&mut self) {
        if self.size == 0 {
            self.offset += 1;
        }
    }

    pub(super) const fn refused(&mut self) {
        self.offset += if self.size == 0 { 1 } else { self.size };
    }
}

/// What a pass proposes at the cursor.
pub(super) enum Attempt {
    Try(Box<Situation>),
    Over,
}

pub(super) fn attempt(pass: Pass, best: &Situation, version: EventVersion, cursor: &mut Cursor) -> Attempt {
    let candidate = match pass {
        Pass::Plain => plain(best, version, cursor.offset),
        Pass::Form => form(best, cursor.offset),
        Pass::Flow => flow(best, cursor.offset),
        Pass::Fewer(list) => fewer(best, list, cursor),
        Pass::Plainer(list) => plainer(best, list, cursor.offset),
        Pass::Values => values(best, cursor.offset),
    };
    candidate.map_or(Attempt::Over, |candidate| Attempt::Try(Box::new(candidate)))
}

/// The plainest situation of all: no attributes, no groups, a sign-in through the API.
fn plainest() -> Situation {
    Scene::User.situation().without_attributes()
}

fn plain(best: &Situation, version: EventVersion, step: usize) -> Option<Situation> {
    match step {
        0 => Some(plainest()),
        // The same principal, but nothing about them.
        1 => Some(Situation {
            principal: match &best.principal {
                Principal::User(_) => plainest().principal,
                Principal::Machine => Principal::Machine,
            },
            flow: best.flow,
            scopes: if best.flow.has_oauth_scopes() { best.scopes.clone() } else { plainest().scopes },
            ..plainest()
        }),
        // The same user, but nothing around them.
        2 => match &best.principal {
            Principal::User(_) => Some(Situation { principal: best.principal.clone(), ..plainest() }),
            // A machine has nothing about it but its scopes. (To offer its scene, with the scene's scopes, would undo what
            // later passes took away, and the search would never end.)
            Principal::Machine if version == EventVersion::V3 => None,
            Principal::Machine => Some(plainest()),
        },
        _ => None,
    }
}

fn form(best: &Situation, step: usize) -> Option<Situation> {
    let plain = Form::default();
    let form = match step {
        0 => plain,
        1 => Form { unknown_fields: plain.unknown_fields, ..best.form },
        2 => Form { inbound: plain.inbound, ..best.form },
        3 => Form { no_groups: plain.no_groups, ..best.form },
        4 => Form { no_preferred_role: plain.no_preferred_role, ..best.form },
        5 => Form { no_metadata: plain.no_metadata, ..best.form },
        6 => Form { version_text: plain.version_text, ..best.form },
        _ => return None,
    };
    Some(Situation { form, ..best.clone() })
}

fn flow(best: &Situation, step: usize) -> Option<Situation> {
    let user = best.user().is_some();
    let flow = match step {
        0 if user => Flow::SignIn,
        // Keeps the trigger source, and drops what is special about the way to it.
        1 if best.flow == Flow::ManagedRefresh => Flow::Refresh,
        2 if user && !best.client_metadata.is_empty() => Flow::Challenge,
        0..=2 => best.flow,
        _ => return None,
    };
    let mut candidate = Situation { flow, ..best.clone() };
    if !flow.has_oauth_scopes() {
        candidate.scopes = plainest().scopes;
        candidate.resource = None;
    }
    if !flow.passes_client_metadata() {
        candidate.client_metadata.clear();
    }
    Some(candidate)
}

/// Takes members away: all of them, then halves, then quarters … then each one (delta debugging).
fn fewer(best: &Situation, list: List, cursor: &mut Cursor) -> Option<Situation> {
    let length = length(best, list);
    if cursor.size == 0 {
        cursor.size = length;
        cursor.offset = 0;
    }
    while cursor.size > 0 && cursor.offset >= length {
        cursor.size /= 2;
        cursor.offset = 0;
    }
    if cursor.size == 0 || length == 0 {
        return None;
    }
    let gone = cursor.offset..length.min(cursor.offset + cursor.size);
    let mut candidate = best.clone();
    match list {
        List::Metadata => drop(candidate.client_metadata.drain(gone)),
        // Without OAuth there is exactly the one reserved scope.
        List::Scopes if !best.flow.has_oauth_scopes() => {}
        List::Scopes => drop(candidate.scopes.drain(gone)),
        List::Attributes => drop(user(&mut candidate)?.attributes.drain(gone)),
        List::Groups => drop(user(&mut candidate)?.groups.drain(gone)),
        List::Identities => drop(user(&mut candidate)?.identities.drain(gone)),
    }
    Some(candidate)
}

fn length(situation: &Situation, list: List) -> usize {
    let user = situation.user();
    match list {
        List::Metadata => situation.client_metadata.len(),
        List::Scopes => situation.scopes.len(),
        List::Attributes => user.map_or(0, |user| user.attributes.len()),
        List::Groups => user.map_or(0, |user| user.groups.len()),
        List::Identities => user.map_or(0, |user| user.identities.len()),
    }
}

/// How many proposals a member of a list gets before it is the next one's turn.
const TRIES: usize = 5;

fn plainer(best: &Situation, list: List, step: usize) -> Option<Situation> {
    let (index, attempt) = (step / TRIES, step % TRIES);
    if index >= length(best, list) {
        return None;
    }
    let mut candidate = best.clone();
    match list {
        List::Metadata => {
            let (_, value) = candidate.client_metadata.get_mut(index)?;
            *value = shorter(value, attempt);
        }
        List::Attributes => {
            let attribute = user(&mut candidate)?.attributes.get_mut(index)?;
            attribute.value = plainer_value(attribute.name.as_str(), &attribute.value, attempt);
        }
        List::Groups => {
            let groups = &mut user(&mut candidate)?.groups;
            let plain = format!("group-{}", index + 1);
            let taken = groups.iter().any(|group| group.name.as_str() == plain);
            plainer_group(groups.get_mut(index)?, attempt, plain, taken);
        }
        List::Identities => plainer_identity(user(&mut candidate)?.identities.get_mut(index)?, attempt),
        List::Scopes => {}
    }
    Some(candidate)
}

fn plainer_group(group: &mut Group, attempt: usize, plain: String, taken: bool) {
    match attempt {
        0 => {
            group.role = None;
            group.precedence = None;
        }
        1 => group.role = None,
        2 => group.precedence = None,
        // A role that carries the group's number, so that roles that differ go on to differ.
        3 => group.role = group.role.as_ref().map(|_| format!("arn:aws:iam::123456789012:role/{plain}").into()),
        _ if taken => {}
        _ => group.name = plain.into(),
    }
}

fn plainer_identity(identity: &mut Identity, attempt: usize) {
    match attempt {
        0 => {
            identity.provider = Text::Borrowed("Corp");
            identity.kind = Text::Borrowed("OIDC");
        }
        1 => identity.user_id = Text::Borrowed("1"),
        2 => identity.primary = true,
        _ => {}
    }
}

/// A shorter value; of an attribute with a format, the usual one, or a plain name before what an email address ends with.
fn plainer_value(attribute: &str, value: &Text, attempt: usize) -> Text {
    let shorter = shorter(value, attempt);
    if value.is_empty() || words::fits(attribute, "a") {
        return shorter;
    }
    // Nothing is plainer than the usual one: to go on from it would be to go round in circles.
    let usual = words::values_of(attribute).first().copied().unwrap_or_default();
    match (attempt, value.rsplit_once('@')) {
        (0, _) => Text::Borrowed(usual),
        (1, Some((_, domain))) if value != usual => Text::Owned(format!("a@{domain}")),
        _ => value.clone(),
    }
}

/// `a`, then a half, a quarter, and all but the last character. An empty value is special, and stays.
fn shorter(text: &Text, attempt: usize) -> Text {
    let length = text.chars().count();
    let kept = match attempt {
        _ if length <= 1 => return text.clone(),
        0 => return Text::Borrowed("a"),
        1 => length / 2,
        2 => length / 4,
        _ => length - 1,
    };
    Text::Owned(text.chars().take(kept.max(1)).collect())
}

fn values(best: &Situation, step: usize) -> Option<Situation> {
    let plain = plainest();
    let mut candidate = best.clone();
    match step {
        0 => {
            candidate.sdk = plain.sdk;
            candidate.session = plain.session;
            candidate.resource = None;
        }
        1 => candidate.pool = plain.pool,
        2 => candidate.client = plain.client,
        3..=7 => {
            if let Some(user) = user(&mut candidate) {
                plainer_user(user, step);
            }
        }
        8 => candidate.resource = None,
        9 => candidate.session = plain.session,
        _ => return None,
    }
    Some(candidate)
}

fn plainer_user(user: &mut User, step: usize) {
    let Principal::User(plain) = plainest().principal else { return };
    match step {
        3 => user.device = None,
        4 => user.status = UserStatus::Confirmed,
        5 => user.name = plain.name,
        6 => user.sub = plain.sub,
        _ => {
            // A name of the same kind, where the plain one is too plain.
            if let Some((before, _)) = user.name.as_str().split_once('_') {
                user.name = format!("{}_1", before.chars().next().unwrap_or('A')).into();
            }
        }
    }
}

fn user(situation: &mut Situation) -> Option<&mut User> {
    match &mut situation.principal {
        Principal::User(user) => Some(user),
        Principal::Machine => None,
    }
}
