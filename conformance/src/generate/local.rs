use super::dice::Dice;
use super::home::{at_home, provider, takes_resource};
use super::{draw, words};
use crate::pool::{Limits, Pool, PoolAttribute, Provider};
use crate::situation::{Attribute, EventVersion, Identity, Principal, Scope, Situation, Text, User, UserStatus};

/// Makes a drawn situation one of the pool.
///
/// It is laid over a situation that was drawn as it would be without the pool, from a random source of its own. What the
/// pool can have of it stays, so words of the dictionary are still there where they fit.
pub(super) fn lay(mut situation: Situation, pool: &Pool, version: EventVersion, seed: [u8; 32]) -> Situation {
    let mut local = Local { pool, dice: Dice::new(seed.map(|byte| byte.rotate_left(3) ^ 0x5a)) };
    local.flow(&mut situation, version);
    local.principal(&mut situation);
    // The flow is one of the pool's by now, so that there is a way in; a pool without any is not drawn from.
    let mut home = at_home(situation.clone(), pool, None).unwrap_or(situation);
    local.scopes(&mut home);
    home
}

struct Local<'p> {
    pool: &'p Pool,
    dice: Dice,
}

impl Local<'_> {
    fn flow(&mut self, situation: &mut Situation, version: EventVersion) {
        let flows = self.pool.flows(version);
        if !flows.contains(&situation.flow) {
            situation.flow = self.dice.pick(&flows, situation.flow);
            if !situation.flow.passes_client_metadata() {
                situation.client_metadata.clear();
            }
        }
        if !takes_resource(situation.flow) {
            situation.resource = None;
        }
        if !situation.flow.has_oauth_scopes() {
            situation.scopes = vec!["aws.cognito.signin.user.admin".into()];
        }
    }

    fn principal(&mut self, situation: &mut Situation) {
        let flow = situation.flow;
        if flow.is_machine() {
            situation.principal = Principal::Machine;
            self.client(situation, None);
            return;
        }
        if situation.user().is_none() {
            situation.principal = Principal::User(draw::user(&mut self.dice, flow, "us-east-1_EXAMPLE"));
        }
        let ways: Vec<Option<&Provider>> = self.pool.ways_in(flow).collect();
        let Principal::User(user) = &mut situation.principal else { return };
        // A provider that the trigger names, and the pool has, is left; else one in two is of another provider, if any is.
        let known = self.pool.providers.is_none()
            || provider(user).is_some_and(|name| ways.iter().flatten().any(|way| way.name == name));
        if !(known && self.pool.lets_in(provider(user), flow)) {
            let own = ways.contains(&None) && (ways.len() == 1 || self.dice.one_in(2));
            let others: Vec<&Provider> = ways.into_iter().flatten().collect();
            match others.get(self.dice.below(others.len())) {
                Some(other) if !own => self.comes_from(user, other),
                _ => self.is_own(user),
            }
        }
        self.attributes(user);
        self.groups(user);
        let of = provider(user).map(ToOwned::to_owned);
        self.client(situation, of.as_deref());
    }

    fn comes_from(&mut self, user: &mut User, provider: &Provider) {
        user.status = UserStatus::ExternalProvider;
        user.identities = vec![Identity {
            provider: provider.name.clone(),
            kind: provider.kind.clone(),
            user_id: Text::Owned(self.dice.below(1_000_000_000).to_string()),
            primary: true,
        }];
    }

    /// One of the pool's own, now and then linked to somebody at a provider.
    fn is_own(&mut self, user: &mut User) {
        user.identities.clear();
        let linked = self.dice.below(self.pool.providers.as_ref().map_or(0, Vec::len));
        if self.dice.one_in(12)
            && let Some(provider) = self.pool.providers.iter().flatten().nth(linked)
        {
            self.comes_from(user, provider);
            user.identities.iter_mut().for_each(|identity| identity.primary = false);
            user.status = UserStatus::Confirmed;
        }
    }

    fn client(&mut self, situation: &mut Situation, provider: Option<&str>) {
        let flow = situation.flow;
        let clients = self.pool.clients.iter().flatten().filter(|client| client.lets_in(provider, flow));
        let clients: Vec<_> = clients.collect();
        if let Some(client) = clients.get(self.dice.below(clients.len()))
            && clients.iter().all(|client| client.id != situation.client)
        {
            situation.client = client.id.clone();
        }
    }

    fn attributes(&mut self, user: &mut User) {
        let times = self.dice.pick(&[0, 1, 2, 2, 4, 4, 4], 4);
        for known in &self.pool.attributes {
            let given = user.attributes.iter().find(|attribute| attribute.name == known.name);
            let fits = given.is_some_and(|attribute| known.holds(&attribute.value));
            let taken = known.required || (times > 0 && self.dice.one_in(times));
            if fits || (given.is_none() && !taken) {
                continue;
            }
            let value = Text::Owned(self.value(known));
            user.attributes.retain(|attribute| attribute.name != known.name);
            user.attributes.push(Attribute { name: known.name.clone(), value });
        }
    }

    /// Mostly an ordinary value, sometimes one at an edge.
    fn value(&mut self, attribute: &PoolAttribute) -> String {
        let edges = attribute.edges();
        if self.dice.one_in(8)
            && let Some(edge) = edges.get(self.dice.below(edges.len()))
        {
            return edge.clone();
        }
        let value = match attribute.limits {
            Limits::Text { least, most } => {
                let word = self.dice.pick(words::values_of(attribute.name.as_str()), "a");
                let missing = least.saturating_sub(word.chars().count());
                word.chars().chain(std::iter::repeat_n('v', missing)).take(most).collect()
            }
            Limits::Number { least, most } => {
                // From zero on where that is within the range, because large numbers are rare.
                let first = 0.clamp(least, most);
                let room = usize::try_from(most.saturating_sub(first)).unwrap_or(0).min(999);
                let above = i64::try_from(self.dice.below(room + 1)).unwrap_or(0);
                first.saturating_add(above).to_string()
            }
            Limits::Boolean => self.dice.pick(&["true", "false", "True", "False"], "true").to_owned(),
            Limits::Time => {
                let (month, day) = (1 + self.dice.below(12), 1 + self.dice.below(28));
                format!("{}-{month:02}-{day:02}T12:00:00Z", 1_970 + self.dice.below(100))
            }
        };
        if attribute.holds(&value) { value } else { attribute.plain() }
    }

    /// None, one, each one or not, or all.
    fn groups(&mut self, user: &mut User) {
        let Some(groups) = &self.pool.groups else { return };
        let chosen = self.dice.below(groups.len());
        let way = self.dice.below(6);
        for (index, group) in groups.iter().enumerate() {
            let joins = match way {
                0 => false,
                1 | 2 => index == chosen,
                3 => true,
                _ => self.dice.one_in(2),
            };
            if joins && user.groups.len() < MOST_GROUPS && user.groups.iter().all(|other| other.name != group.name) {
                user.groups.push(group.clone());
            }
        }
    }

    /// Of the scopes that the client may ask for.
    fn scopes(&mut self, situation: &mut Situation) {
        let flow = situation.flow;
        let Some(known) = self.pool.scopes(&situation.client, flow).filter(|_| flow.has_oauth_scopes()) else { return };
        let always: Option<Scope> = if flow.is_machine() {
            known.get(self.dice.below(known.len())).cloned()
        } else {
            known.iter().find(|scope| scope.as_str() == "openid").cloned()
        };
        for scope in known {
            if (always.as_ref() == Some(&scope) || self.dice.one_in(3)) && !situation.scopes.contains(&scope) {
                situation.scopes.push(scope);
            }
        }
    }
}

/// The limit of groups for a user (O-07).
const MOST_GROUPS: usize = 100;
