use crate::situation::{ClientId, Flow, Scope};

/// An app client: by which ways tokens are issued to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// Whether users sign in through the API.
    pub signs_in: bool,
    /// Whether their sessions are refreshed.
    pub refreshes: bool,
    /// Whether users come through managed login, and take their tokens by the code grant.
    pub code: bool,
    /// The same, by the implicit grant, whose sessions are not refreshed.
    pub implicit: bool,
    /// Whether it gets tokens on its own behalf.
    pub is_machine: bool,
    /// The scopes that can be asked for.
    pub scopes: Vec<Scope>,
    /// The names of the providers whose users come through managed login; `COGNITO` for the pool's own users.
    pub providers: Vec<String>,
}

impl Client {
    /// Whether principals of this client come by this way.
    pub const fn allows(&self, flow: Flow) -> bool {
        match flow {
            Flow::SignIn | Flow::Challenge | Flow::NewPassword | Flow::Device => self.signs_in,
            Flow::Refresh => self.signs_in && self.refreshes,
            Flow::ManagedLogin | Flow::ManagedLoginLocal => self.code || self.implicit,
            Flow::ManagedRefresh => self.code,
            Flow::ClientCredentials => self.is_machine,
        }
    }

    /// Whether a user of this provider (`None` for one of the pool's own) can come by this way.
    ///
    /// The list of providers is for managed login alone: it "doesn't prevent authentication operations for local users
    /// with the user pools API"
    /// (<https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>).
    pub fn lets_in(&self, provider: Option<&str>, flow: Flow) -> bool {
        let is_listed = |name: &str| self.providers.iter().any(|other| other == name);
        self.allows(flow)
            && match (provider, flow) {
                (Some(provider), Flow::ManagedLogin | Flow::ManagedRefresh) => is_listed(provider),
                (Some(_), _) => false,
                (None, Flow::ManagedLogin | Flow::ManagedLoginLocal | Flow::ManagedRefresh) => {
                    self.providers.is_empty() || is_listed("COGNITO")
                }
                (None, _) => true,
            }
    }
}
