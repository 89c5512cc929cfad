use super::{Client, PoolAttribute};
use crate::situation::{ClientId, EventVersion, Flow, Group, Scope, Text, UserPoolId};

/// A user pool as it is. What is `None` is not known, and then anything can occur.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Its id.
    pub id: UserPoolId,
    /// What its users are called.
    pub user_names: UserNames,
    /// Its schema, in its own order, without `sub` and `identities`, which are Cognito's to fill.
    pub attributes: Vec<PoolAttribute>,
    /// Attributes beside the schema that Cognito itself may add here, such as `cognito:mfa_enabled`.
    pub added: Vec<&'static str>,
    /// Whether it remembers devices.
    pub remembers_devices: bool,
    /// The event version that it calls its trigger with; `None` where it has no trigger yet.
    pub trigger: Option<EventVersion>,
    /// Its app clients.
    pub clients: Option<Vec<Client>>,
    /// Its groups.
    pub groups: Option<Vec<Group>>,
    /// Its identity providers.
    pub providers: Option<Vec<Provider>>,
    /// Its resource servers.
    pub resource_servers: Option<Vec<ResourceServer>>,
    /// The lists that are not whole, in words.
    pub cut_short: Vec<String>,
}

/// What users are called in a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserNames {
    /// They sign in by email address or phone number, and the name is a UUID, their `sub`.
    Uuid,
    /// They choose a name; what is an alias beside it cannot be one.
    Chosen {
        /// Whether the email address is an alias.
        email: bool,
    },
}

/// An identity provider of the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its name, which begins its users' names.
    pub name: Text,
    /// Its type (`SAML`, `OIDC`, `Google` …).
    pub kind: Text,
}

/// A resource server of the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceServer {
    /// Its identifier, which begins its scopes.
    pub id: Text,
    /// Its scopes, whole (`orders/read`).
    pub scopes: Vec<Scope>,
}

/// The scopes that are no resource server's.
const STANDARD_SCOPES: [&str; 5] = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

impl Pool {
    /// Whether a user of this provider (`None` for one of the pool's own), or a machine, can come by this way.
    pub fn lets_in(&self, provider: Option<&str>, flow: Flow) -> bool {
        self.knows_devices(flow)
            && match &self.clients {
                Some(clients) => clients.iter().any(|client| client.lets_in(provider, flow)),
                None => provider.is_none() || matches!(flow, Flow::ManagedLogin | Flow::ManagedRefresh),
            }
    }

    /// The ways by which anybody can come under an event version, the plainest first.
    pub fn flows(&self, version: EventVersion) -> Vec<Flow> {
        let anybody = |flow: &Flow| self.ways_in(*flow).next().is_some();
        let sent = |flow: &Flow| flow.trigger_source().sent_under(version);
        Flow::ALL.into_iter().filter(sent).filter(anybody).collect()
    }

    /// The providers whose users can come by this way; `None` for the pool's own users and for machines.
    pub(crate) fn ways_in(&self, flow: Flow) -> impl Iterator<Item = Option<&Provider>> {
        let providers = self.providers.iter().flatten().map(Some);
        std::iter::once(None)
            .chain(providers)
            .filter(move |way| self.lets_in(way.map(|provider| &*provider.name), flow))
    }

    /// The scopes that can be asked for with an app client by this way; `None` if any can.
    pub fn scopes(&self, client: &ClientId, flow: Flow) -> Option<Vec<Scope>> {
        let mut scopes = if let Some(client) = self.clients.iter().flatten().find(|other| other.id == *client) {
            client.scopes.clone()
        } else {
            let servers = self.resource_servers.as_ref()?.iter();
            STANDARD_SCOPES
                .map(Scope::from)
                .into_iter()
                .chain(servers.flat_map(|server| server.scopes.clone()))
                .collect()
        };
        // What a client may ask for and no server defines any more is not issued; machines get the servers' scopes alone.
        scopes.retain(|scope| {
            let of_server = !STANDARD_SCOPES.contains(&scope.as_str());
            if of_server { self.defines(scope) } else { !flow.is_machine() }
        });
        Some(scopes)
    }

    /// Whether one of the resource servers has this scope, as far as they are known.
    fn defines(&self, scope: &Scope) -> bool {
        let has = |server: &ResourceServer| server.scopes.contains(scope);
        self.resource_servers.as_ref().is_none_or(|servers| servers.iter().any(has))
    }

    /// The attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&PoolAttribute> {
        self.attributes.iter().find(|attribute| attribute.name.as_str() == name)
    }

    /// The identity provider of this name.
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().flatten().find(|provider| provider.name == name)
    }

    const fn knows_devices(&self, flow: Flow) -> bool {
        self.remembers_devices || !matches!(flow, Flow::Device)
    }
}
