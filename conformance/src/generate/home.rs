use crate::pool::{Pool, Provider, UserNames};
use crate::situation::{Attribute, Flow, Principal, Situation, Text, User, UserStatus};

/// The situation as it would be in the pool: what the pool decides is the pool's, what cannot occur in it is left out, what
/// must be there is. `None` where nobody could come by this way.
///
/// What was is a situation of the pool that this one is to be plainer than: nothing gets longer than it was there, so that
/// shrinking ends.
pub(super) fn at_home(mut situation: Situation, pool: &Pool, was: Option<&Situation>) -> Option<Situation> {
    situation.pool = pool.id.clone();
    if let Principal::User(user) = &mut situation.principal {
        user.identities.retain_mut(|identity| belongs(pool, &identity.provider, &mut identity.kind));
    }
    at_a_client(&mut situation, pool)?;
    if let Principal::User(user) = &mut situation.principal {
        let before = was.and_then(Situation::user);
        attributes(user, pool, before);
        groups(user, pool);
        name(user, pool);
        if user.status == UserStatus::ExternalProvider && provider(user).is_none() {
            user.status = UserStatus::Confirmed;
        }
        user.device = user.device.take().filter(|_| pool.remembers_devices).map(|key| of_region(&key, pool));
    }
    scopes(&mut situation, pool);
    Some(situation)
}

/// Whether it is one of the pool.
pub(super) fn is_at_home(situation: &Situation, pool: &Pool) -> bool {
    at_home(situation.clone(), pool, Some(situation)).is_some_and(|home| home == *situation)
}

/// The provider that a user came from; `None` for the pool's own users.
pub(super) fn provider(user: &User) -> Option<&str> {
    user.identities.first().filter(|identity| identity.primary).map(|identity| &*identity.provider)
}

fn belongs(pool: &Pool, name: &str, kind: &mut Text) -> bool {
    let Some(known) = &pool.providers else { return true };
    let found: Option<&Provider> = known.iter().find(|provider| provider.name == name);
    if let Some(provider) = found {
        *kind = provider.kind.clone();
    }
    found.is_some()
}

/// A client that has all the scopes, or else the first by which the principal can come.
fn at_a_client(situation: &mut Situation, pool: &Pool) -> Option<()> {
    let flow = situation.flow;
    let provider = situation.user().and_then(provider);
    if !pool.lets_in(provider, flow) {
        return None;
    }
    let Some(clients) = &pool.clients else { return Some(()) };
    let fits = || clients.iter().filter(|client| client.lets_in(provider, flow));
    if fits().any(|client| client.id == situation.client) {
        return Some(());
    }
    let has_all =
        |scopes: &[_]| !flow.has_oauth_scopes() || situation.scopes.iter().all(|scope| scopes.contains(scope));
    let client = fits().find(|client| has_all(&client.scopes)).or_else(|| fits().next())?;
    situation.client = client.id.clone();
    Some(())
}

/// In the schema's order, so that it does not matter which one was there first.
fn attributes(user: &mut User, pool: &Pool, before: Option<&User>) {
    let mut old = std::mem::take(&mut user.attributes);
    for known in &pool.attributes {
        let name = known.name.as_str();
        let given = old.iter().position(|attribute| attribute.name == known.name).map(|at| old.swap_remove(at));
        let is_there = given.is_some() || known.required;
        let plain = known.plain();
        let given = given.map(|attribute| attribute.value).filter(|value| known.holds(value));
        let value = given.unwrap_or_else(|| Text::Owned(plain.clone()));
        // By one measure for all passes of shrinking, or else two that prefer different values would never end.
        let rank = |value: &str| (value.chars().count(), value != plain);
        let before = before.and_then(|user| user.attribute(name)).filter(|value| known.holds(value));
        let value = Some(match before {
            Some(before) if rank(before) <= rank(&value) => Text::Owned(before.to_owned()),
            _ => value,
        });
        user.attributes.extend(value.filter(|_| is_there).map(|value| Attribute { name: known.name.clone(), value }));
    }
    old.retain(|attribute| pool.added.contains(&attribute.name.as_str()));
    old.sort_by(|a, b| a.name.cmp(&b.name));
    user.attributes.extend(old);
}

fn groups(user: &mut User, pool: &Pool) {
    let Some(known) = &pool.groups else { return };
    user.groups.retain_mut(|group| match known.iter().find(|other| other.name == group.name) {
        Some(other) => {
            *group = other.clone();
            true
        }
        None => false,
    });
}

fn name(user: &mut User, pool: &Pool) {
    if let Some(identity) = user.identities.first().filter(|identity| identity.primary) {
        user.name = format!("{}_{}", identity.provider, identity.user_id).into();
        return;
    }
    match pool.user_names {
        UserNames::Uuid => user.name = user.sub.to_string().into(),
        UserNames::Chosen { email: true } if user.name.as_str().contains('@') => user.name = "jane".into(),
        UserNames::Chosen { .. } => {}
    }
}

/// Where there are no OAuth scopes there is exactly the reserved one, in every pool.
fn scopes(situation: &mut Situation, pool: &Pool) {
    if let Some(known) = pool.scopes(&situation.client, situation.flow)
        && situation.flow.has_oauth_scopes()
    {
        situation.scopes.retain(|scope| known.contains(scope));
    }
    // Tokens are bound to a resource server whose identifier is an address.
    if let Some(servers) = &pool.resource_servers
        && situation.resource.as_ref().is_some_and(|resource| servers.iter().all(|server| server.id != *resource))
    {
        let first = servers.iter().find(|server| server.id.starts_with("https://"));
        situation.resource = first.map(|server| server.id.clone()).filter(|_| takes_resource(situation.flow));
    }
}

pub(super) const fn takes_resource(flow: Flow) -> bool {
    matches!(flow, Flow::ManagedLogin | Flow::ManagedLoginLocal | Flow::ManagedRefresh)
}

fn of_region(key: &str, pool: &Pool) -> Text {
    let rest = key.split_once('_').map_or(key, |(_, rest)| rest);
    Text::Owned(format!("{}_{rest}", pool.id.region()))
}
