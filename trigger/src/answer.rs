//! The answer: what goes into the container of the event's version.

use serde_json::{Map, Value};

use crate::event::{Container, Event, Principal};
use crate::groups::{Membership, group_override, name_in_token};
use crate::handle::Error;
use crate::policy::{Claim, Policy, Scopes, Source, TokenChanges, says_nothing};
use crate::size;

type Object = Map<String, Value>;

/// What the policy has to say to this event; `None` when that is nothing, and the event is the best answer as it is.
pub(crate) fn details(event: Event<'_>, container: Container, policy: &Policy) -> Result<Option<Object>, Error> {
    match (event.principal(), container) {
        (Principal::User, _) => user(event, container, policy),
        (Principal::Machine, Container::ClaimsAndScopes) => Ok(machine(event, policy)),
        // Event version 1 has no machines (T-01).
        (Principal::Machine, Container::Claims) => Ok(None),
    }
}

fn user(event: Event<'_>, container: Container, policy: &Policy) -> Result<Option<Object>, Error> {
    let mut membership = Membership::settle(event, &policy.groups, true);
    let mut id = claims(event, &policy.id, container);
    let mut access = match container {
        Container::Claims => Object::new(),
        Container::ClaimsAndScopes => claims(event, &policy.access, container),
    };
    let mut scopes = match container {
        Container::Claims => Vec::new(),
        Container::ClaimsAndScopes => scopes_to_add(&policy.access.scopes, membership.names()),
    };
    if let Some(limit) = policy.max_token_bytes
        && longest_user_token(event, policy, &membership, [&id, &access], &scopes) > limit
    {
        membership = Membership::settle(event, &policy.groups, false);
        (id, access, scopes) = (Object::new(), Object::new(), Vec::new());
    }

    // The documented way to be rid of all groups is an empty override (S-07), which is also what a trigger answers by mistake; naming
    // the claim says plainly that it is meant, and takes the roles along (S-15).
    let loses_groups = membership == Membership::NoneLeft;
    let id = token_part(id, suppressed(&policy.id, loses_groups));
    let access = match container {
        Container::Claims => Object::new(),
        Container::ClaimsAndScopes => {
            let mut part = token_part(access, suppressed(&policy.access, loses_groups));
            insert_scopes(&mut part, scopes, &policy.access.scopes);
            part
        }
    };

    let mut details = match container {
        Container::Claims => id,
        Container::ClaimsAndScopes => {
            let mut details = Object::new();
            insert_part(&mut details, "idTokenGeneration", id);
            insert_part(&mut details, "accessTokenGeneration", access);
            details
        }
    };
    // An answer that leaves groups out keeps them in AWS's examples, while its text says to copy them (S-08, S-09): copying is right in
    // either reading. Without groups there is nothing to keep, and an override of nothing might be taken for an empty one (S-12).
    let speaks = !details.is_empty() || !policy.groups.change_nothing();
    if let Membership::Some(groups) = &membership
        && speaks
    {
        let groups = group_override(event, groups, &policy.groups);
        details.insert("groupOverrideDetails".to_owned(), serde_json::to_value(groups)?);
    }
    Ok((!details.is_empty()).then_some(details))
}

/// A machine has an access token only, and no groups: anything else in the answer has no effect.
fn machine(event: Event<'_>, policy: &Policy) -> Option<Object> {
    let changes = &policy.machine;
    let mut claims = claims(event, changes, Container::ClaimsAndScopes);
    let mut scopes = scopes_to_add(&changes.scopes, &[]);
    if let Some(limit) = policy.max_token_bytes
        && size::signed_token(size::access_payload(event) + added(&claims, &scopes)) > limit
    {
        (claims, scopes) = (Object::new(), Vec::new());
    }
    let mut part = token_part(claims, suppressed(changes, false));
    insert_scopes(&mut part, scopes, &changes.scopes);
    let mut details = Object::new();
    insert_part(&mut details, "accessTokenGeneration", part);
    (!details.is_empty()).then_some(details)
}

// ---- parts of an answer

/// A token's claims, with what is empty left out.
fn token_part(claims: Object, suppress: Vec<Value>) -> Object {
    let mut part = Object::new();
    if !claims.is_empty() {
        part.insert("claimsToAddOrOverride".to_owned(), Value::Object(claims));
    }
    if !suppress.is_empty() {
        part.insert("claimsToSuppress".to_owned(), Value::Array(suppress));
    }
    part
}

fn insert_scopes(part: &mut Object, add: Vec<&str>, scopes: &Scopes) {
    if !add.is_empty() {
        part.insert("scopesToAdd".to_owned(), Value::from(add));
    }
    if !scopes.suppress.is_empty() {
        part.insert("scopesToSuppress".to_owned(), Value::from(scopes.suppress.as_slice()));
    }
}

fn insert_part(details: &mut Object, name: &str, part: Object) {
    if !part.is_empty() {
        details.insert(name.to_owned(), Value::Object(part));
    }
}

fn claims(event: Event<'_>, changes: &TokenChanges, container: Container) -> Object {
    let carries = |claim: &&Claim| match (container, &claim.source) {
        // Event version 1 carries texts only, and writing a number or a list as a text would give its consumers two types to
        // expect.
        (Container::Claims, Source::Literal { value, .. }) => value.is_string(),
        _ => true,
    };
    let value = |claim: &Claim| value(event, &claim.source).map(|value| (claim.name.clone(), value));
    changes.claims.iter().filter(carries).filter_map(value).collect()
}

fn value(event: Event<'_>, source: &Source) -> Option<Value> {
    let text = match source {
        Source::Literal { value, .. } => return Some(value.clone()),
        Source::ClientId => event.client_id(),
        Source::Attribute { name, values, default } => {
            let attribute = event.attribute(name);
            let came = match values {
                Some(values) => attribute.and_then(|came| values.get(came)).map(String::as_str),
                None => attribute.filter(|text| !says_nothing(text)),
            };
            came.or(default.as_deref())
        }
        Source::ClientMetadata { key, values, default } => {
            event.metadata(key).and_then(|came| values.get(came)).or(default.as_ref()).map(String::as_str)
        }
    };
    text.map(Value::from)
}

fn suppressed(changes: &TokenChanges, loses_groups: bool) -> Vec<Value> {
    const GROUPS: &str = "cognito:groups";
    let mut suppress: Vec<Value> = changes.suppress.iter().map(|name| Value::from(name.as_str())).collect();
    if loses_groups && !changes.suppress.iter().any(|name| name == GROUPS) {
        suppress.push(Value::from(GROUPS));
    }
    suppress
}

fn scopes_to_add<'a>(scopes: &'a Scopes, groups: &[&str]) -> Vec<&'a str> {
    let mut add: Vec<&str> = scopes.add.iter().map(String::as_str).collect();
    if !scopes.by_group.is_empty() {
        for scope in groups.iter().filter_map(|group| scopes.by_group.get(*group)).flatten() {
            if !add.contains(&scope.as_str()) {
                add.push(scope);
            }
        }
    }
    add
}

// ---- sizes

/// The length of the longer of the two tokens, at most.
fn longest_user_token(
    event: Event<'_>,
    policy: &Policy,
    membership: &Membership<'_>,
    [id, access]: [&Object; 2],
    scopes: &[&str],
) -> usize {
    let groups: usize =
        membership.names().iter().map(|group| size::list_entry(name_in_token(group, &policy.groups))).sum();
    let id = size::id_payload(event) + groups + added(id, &[]);
    let access = size::access_payload(event) + groups + added(access, scopes);
    size::signed_token(id.max(access))
}

/// What the trigger adds to a payload.
fn added(claims: &Object, scopes: &[&str]) -> usize {
    let claims: usize = claims.iter().map(|(name, value)| size::claim(name, value)).sum();
    claims + scopes.iter().map(|scope| size::list_entry(scope)).sum::<usize>()
}
