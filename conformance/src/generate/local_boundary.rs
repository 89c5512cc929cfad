use super::home::at_home;
use super::{Scenario, boundaries};
use crate::pool::{Client, Pool, Provider};
use crate::situation::{Attribute, EventVersion, Flow, Identity, Principal, Scene, Situation, Text, User, UserStatus};

/// The named edges that can occur in a pool: those of all pools, moved to this one, and those of its own.
///
/// A general one is left out where what it is about is not to be had here: a group of another name, a provider that is
/// none of the pool's, a profile without what this pool requires. What it is about is what sets it apart from a plain
/// user.
///
/// ```
/// use pretoken::generate::boundaries_in;
/// use pretoken::pool::{Pool, PoolFile};
///
/// let mut pool = Pool::read(r#"{"UserPool": {"Id": "eu-west-1_Ab3dE6gHi", "SchemaAttributes": []}}"#).unwrap();
/// pool.add(PoolFile::Groups, r#"{"Groups": [{"GroupName": "auditors"}]}"#).unwrap();
/// let names: Vec<_> = boundaries_in(&pool).into_iter().map(|scenario| scenario.name).collect();
/// assert!(names.iter().any(|name| name == "the pool's group \"auditors\""));
/// assert!(!names.iter().any(|name| name == "the group \"admins\""));
/// ```
pub fn boundaries_in(pool: &Pool) -> Vec<Scenario> {
    let mut all: Vec<_> = boundaries().into_iter().filter_map(|scenario| moved(scenario, pool)).collect();
    let mut own = Own { pool, all: Vec::new() };
    own.ways();
    own.machines();
    if let Some(plain) = own.plain() {
        own.attributes(&plain);
        own.groups(&plain);
    }
    all.extend(own.all);
    all
}

/// The scenario in the pool, if it still shows there what it shows.
fn moved(scenario: Scenario, pool: &Pool) -> Option<Scenario> {
    let plain = Scene::User.situation();
    let general = scenario.situation;
    let situation = at_home(general.clone(), pool, None)?;
    let stays = |differs: bool, same: bool| !differs || same;
    let mut shows = stays(general.pool != plain.pool, situation.pool == general.pool)
        && stays(general.client != plain.client, situation.client == general.client)
        && stays(general.scopes != plain.scopes, situation.scopes == general.scopes)
        && stays(general.resource.is_some(), situation.resource.is_some());
    if let (Some(then), Some(now), Some(plain)) = (general.user(), situation.user(), plain.user()) {
        shows = shows
            && stays(then.attributes != plain.attributes, same_attributes(then, now))
            && stays(then.groups != plain.groups, now.groups == then.groups)
            && stays(then.identities != plain.identities, now.identities == then.identities)
            && stays(then.name != plain.name, now.name == then.name)
            && stays(then.status != plain.status, now.status == then.status)
            && stays(then.device.is_some(), now.device.is_some());
    }
    shows.then_some(Scenario { situation, ..scenario })
}

fn same_attributes(then: &User, now: &User) -> bool {
    then.attributes.len() == now.attributes.len()
        && then.attributes.iter().all(|attribute| now.attributes.contains(attribute))
}

struct Own<'p> {
    pool: &'p Pool,
    all: Vec<Scenario>,
}

const USERS: &[EventVersion] = &EventVersion::ALL;
const MACHINES: &[EventVersion] = &[EventVersion::V3];

impl Own<'_> {
    fn add(&mut self, name: String, versions: &'static [EventVersion], situation: Option<Situation>) {
        self.all.extend(situation.map(|situation| Scenario { name: name.into(), versions, situation }));
    }

    /// Each way in, with each app client and from each provider, and all scopes that can be asked for.
    fn ways(&mut self) {
        for flow in Flow::ALL.into_iter().filter(|flow| !flow.is_machine()) {
            let name = |who: &str| format!("{flow:?}: {who} in this pool");
            for client in self.pool.clients.iter().flatten() {
                self.add(
                    name(&format!("a user of the client {}", client.id)),
                    USERS,
                    self.user(flow, None, Some(client)),
                );
            }
            for provider in self.pool.providers.iter().flatten() {
                let name = name(&format!("a user of {}", provider.name));
                self.add(name, USERS, self.user(flow, Some(provider), None));
            }
        }
    }

    fn machines(&mut self) {
        for client in self.pool.clients.iter().flatten().filter(|client| client.is_machine) {
            let scopes = self.pool.scopes(&client.id, Flow::ClientCredentials).unwrap_or_default();
            let machine = Situation { client: client.id.clone(), scopes, ..Scene::Machine.situation() };
            let few = Situation { scopes: machine.scopes.iter().take(1).cloned().collect(), ..machine.clone() };
            self.add(format!("the machine {} with all its scopes", client.id), MACHINES, self.home(machine));
            self.add(format!("the machine {} with one scope", client.id), MACHINES, self.home(few));
        }
    }

    fn attributes(&mut self, plain: &Situation) {
        let every = || self.pool.attributes.iter().map(|known| (known.name.clone(), known.plain()));
        let of = |chosen: Vec<(_, String)>| {
            let attributes = chosen.into_iter().map(|(name, value)| Attribute { name, value: Text::Owned(value) });
            self.home(changed(plain, |user| user.attributes = attributes.collect()))
        };
        let mut own = vec![
            ("the pool's attributes, every one".to_owned(), of(every().collect())),
            ("the pool's attributes, those that it requires".to_owned(), of(Vec::new())),
        ];
        for known in &self.pool.attributes {
            let name = &known.name;
            if !known.required {
                let others = every().filter(|(other, _)| other != name).collect();
                own.push((format!("the pool's attributes but {name}"), of(others)));
            }
            for (value, which) in known.edges().into_iter().zip(["least", "greatest"]) {
                let name = name.clone();
                own.push((format!("the pool's attribute {name} at its {which}"), of(vec![(name, value)])));
            }
        }
        for (name, situation) in own {
            self.add(name, USERS, situation);
        }
    }

    fn groups(&mut self, plain: &Situation) {
        let groups = self.pool.groups.as_deref().unwrap_or_default();
        for group in groups {
            let member = changed(plain, |user| user.groups = vec![group.clone()]);
            self.add(format!("the pool's group {:?}", group.name.as_str()), USERS, self.home(member));
        }
        if groups.len() > 1 {
            let member = changed(plain, |user| user.groups = groups.iter().take(100).cloned().collect());
            self.add("the pool's groups, every one".to_owned(), USERS, self.home(member));
        }
    }

    /// The plainest user who can come here.
    fn plain(&self) -> Option<Situation> {
        let flows = Flow::ALL.into_iter().filter(|flow| !flow.is_machine());
        let mut ways = flows.flat_map(|flow| self.pool.ways_in(flow).map(move |way| (flow, way)));
        ways.find_map(|(flow, provider)| self.user(flow, provider, None))
    }

    /// A user who comes by a way, with all scopes that can be asked for.
    fn user(&self, flow: Flow, provider: Option<&Provider>, client: Option<&Client>) -> Option<Situation> {
        let of = provider.map(|provider| &*provider.name);
        if client.is_some_and(|client| !client.lets_in(of, flow)) {
            return None;
        }
        let mut situation = changed(&Situation { flow, ..Scene::User.situation() }, |user| {
            user.identities.extend(provider.map(|provider| Identity {
                provider: provider.name.clone(),
                kind: provider.kind.clone(),
                user_id: Text::Borrowed("1234"),
                primary: true,
            }));
            if provider.is_some() {
                user.status = UserStatus::ExternalProvider;
            }
        });
        situation.client = client.map_or(situation.client, |client| client.id.clone());
        let mut home = self.home(situation)?;
        if flow.has_oauth_scopes() {
            let basic = || vec!["openid".into(), "email".into(), "profile".into()];
            home.scopes = self.pool.scopes(&home.client, flow).unwrap_or_else(basic);
        }
        Some(home)
    }

    fn home(&self, situation: Situation) -> Option<Situation> {
        at_home(situation, self.pool, None)
    }
}

fn changed(situation: &Situation, change: impl FnOnce(&mut User)) -> Situation {
    let mut situation = situation.clone();
    if let Principal::User(user) = &mut situation.principal {
        change(user);
    }
    situation
}
