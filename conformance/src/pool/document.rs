use serde_json::Value;
use thiserror::Error;

/// A file about a user pool: what one command of the AWS CLI prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PoolFile {
    /// `describe-user-pool`.
    UserPool,
    /// `describe-user-pool-client`.
    Client,
    /// `list-groups`.
    Groups,
    /// `list-identity-providers`.
    IdentityProviders,
    /// `list-resource-servers`.
    ResourceServers,
}

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PoolFault {
    /// There is nothing in it.
    #[error("is empty; the command that writes it may have failed")]
    Empty,
    /// It is another notation.
    #[error("is no JSON ({0}); the AWS CLI prints JSON with `--output json`")]
    NotJson(String),
    /// It is something else, in words.
    #[error("looks like {0}")]
    Other(String),
    /// Something is missing or of another kind than the AWS CLI prints it.
    #[error("is not whole: {0}")]
    Partial(String),
    /// It is of another user pool.
    #[error("is of the user pool `{found}`, not of `{wanted}`")]
    OtherPool {
        /// The pool that the file is of.
        found: String,
        /// The pool that is described.
        wanted: String,
    },
    /// It says the same as another one.
    #[error("is of the app client `{0}`, and so is another file")]
    Twice(String),
}

impl PoolFile {
    /// Every file, the user pool itself first.
    pub const ALL: [Self; 5] =
        [Self::UserPool, Self::Client, Self::Groups, Self::IdentityProviders, Self::ResourceServers];

    /// The operation whose output it is.
    pub const fn operation(self) -> &'static str {
        match self {
            Self::UserPool => "describe-user-pool",
            Self::Client => "describe-user-pool-client",
            Self::Groups => "list-groups",
            Self::IdentityProviders => "list-identity-providers",
            Self::ResourceServers => "list-resource-servers",
        }
    }

    /// The command that prints it.
    ///
    /// ```
    /// use pretoken::pool::PoolFile;
    /// let command = PoolFile::Groups.command("eu-west-1_Ab3dE6gHi");
    /// assert_eq!(command, "aws cognito-idp list-groups --user-pool-id eu-west-1_Ab3dE6gHi");
    /// ```
    pub fn command(self, pool: &str) -> String {
        let more = match self {
            Self::Client => " --client-id CLIENT_ID",
            // Without a number, the command prints an error (the API asks for one) or a page of a few.
            Self::IdentityProviders => " --max-results 60",
            Self::ResourceServers => " --max-results 50",
            Self::UserPool | Self::Groups => "",
        };
        format!("aws cognito-idp {} --user-pool-id {pool}{more}", self.operation())
    }

    /// The member that holds all of it.
    pub(super) const fn member(self) -> &'static str {
        match self {
            Self::UserPool => "UserPool",
            Self::Client => "UserPoolClient",
            Self::Groups => "Groups",
            Self::IdentityProviders => "Providers",
            Self::ResourceServers => "ResourceServers",
        }
    }

    /// Tells whether a text is this file.
    ///
    /// # Errors
    ///
    /// It is none, or that of another command.
    pub fn recognise(self, text: &str) -> Result<(), PoolFault> {
        self.value(text).map(drop)
    }

    /// The JSON of a file, if it is this one.
    pub(super) fn value(self, text: &str) -> Result<Value, PoolFault> {
        // PowerShell's `>` begins a file so.
        let text = text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Err(PoolFault::Empty);
        }
        let value: Value = serde_json::from_str(text).map_err(|error| PoolFault::NotJson(error.to_string()))?;
        match value.get(self.member()) {
            Some(_) => Ok(value),
            None => Err(PoolFault::Other(look(&value))),
        }
    }
}

/// The members by which other outputs are known, and their operations.
const OTHERS: [(&str, &str); 8] = [
    ("UserPools", "list-user-pools"),
    ("UserPoolClients", "list-user-pool-clients"),
    ("Group", "get-group"),
    ("IdentityProvider", "describe-identity-provider"),
    ("ResourceServer", "describe-resource-server"),
    ("Users", "list-users"),
    ("UserAttributes", "admin-get-user"),
    ("LambdaConfig", "describe-user-pool"),
];

/// Members that a single thing has, and no other, with the file whose heart it is.
const HEARTS: [(&str, PoolFile); 5] = [
    ("SchemaAttributes", PoolFile::UserPool),
    ("ClientId", PoolFile::Client),
    ("GroupName", PoolFile::Groups),
    ("ProviderName", PoolFile::IdentityProviders),
    ("Identifier", PoolFile::ResourceServers),
];

/// What a value looks like, in words.
fn look(value: &Value) -> String {
    let whole = PoolFile::ALL.into_iter().map(|file| (file.member(), file.operation()));
    if let Some((_, operation)) = whole.chain(OTHERS).find(|(member, _)| value.get(member).is_some())
        && value.get("SchemaAttributes").is_none()
    {
        return format!("the output of `{operation}`");
    }
    let heart = |value: &Value| HEARTS.into_iter().find(|(member, _)| value.get(member).is_some());
    match value {
        Value::Object(members) if members.is_empty() => "an empty object".to_owned(),
        Value::Array(entries) if entries.is_empty() => "an empty list".to_owned(),
        Value::Array(entries) => match entries.first().and_then(heart) {
            Some((_, file)) => format!("part of the output of `{}`, cut out by `--query`", file.operation()),
            None => "a list that no command prints whole; `--query` may have cut it out".to_owned(),
        },
        Value::Object(members) => match heart(value) {
            Some((_, file)) => format!("part of the output of `{}`, cut out by `--query`", file.operation()),
            None => {
                let names: Vec<_> = members.keys().take(3).map(|name| format!("`{name}`")).collect();
                format!("something else, with {}", names.join(", "))
            }
        },
        _ => "a single value, cut out by `--query`".to_owned(),
    }
}
