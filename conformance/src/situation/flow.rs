use super::{Certainty, EventVersion, Evidence};

const TRIGGERS: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html";
const PRE_TOKEN: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html";

/// The event's `triggerSource`: which step made Cognito call the trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TriggerSource {
    /// A user has signed in.
    Authentication,
    /// A user has signed in through managed login.
    HostedAuth,
    /// A user has replaced a temporary password.
    NewPasswordChallenge,
    /// A user's device has been authenticated.
    AuthenticateDevice,
    /// Tokens are refreshed.
    RefreshTokens,
    /// A machine asked for a token; only under event version 3.
    ClientCredentials,
}

impl TriggerSource {
    /// All six, the plainest first.
    pub const ALL: [Self; 6] = [
        Self::Authentication,
        Self::HostedAuth,
        Self::NewPasswordChallenge,
        Self::AuthenticateDevice,
        Self::RefreshTokens,
        Self::ClientCredentials,
    ];

    /// The word in the event.
    ///
    /// ```
    /// use pretoken::situation::TriggerSource;
    /// assert_eq!(TriggerSource::HostedAuth.as_str(), "TokenGeneration_HostedAuth");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authentication => "TokenGeneration_Authentication",
            Self::HostedAuth => "TokenGeneration_HostedAuth",
            Self::NewPasswordChallenge => "TokenGeneration_NewPasswordChallenge",
            Self::AuthenticateDevice => "TokenGeneration_AuthenticateDevice",
            Self::RefreshTokens => "TokenGeneration_RefreshTokens",
            Self::ClientCredentials => "TokenGeneration_ClientCredentials",
        }
    }

    /// The source that an event's word names, if it is a known one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == word)
    }

    /// Whether Cognito calls a trigger of this event version for this source.
    ///
    /// "Your user pool only sends this event when your event version is `V3_0`"
    /// (<https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html>).
    pub fn sent_under(self, version: EventVersion) -> bool {
        self != Self::ClientCredentials || version == EventVersion::V3
    }
}

/// The way by which the principal came to the point where tokens are issued.
///
/// It decides the trigger source, which scopes there can be and whether client metadata reaches the trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flow {
    /// `InitiateAuth` or `AdminInitiateAuth` that needed no challenge.
    SignIn,
    /// `RespondToAuthChallenge`: the only user flows that pass client metadata to this trigger (T-06).
    Challenge,
    /// A temporary password was replaced, in answer to a challenge.
    NewPassword,
    /// A device was confirmed, in answer to a challenge.
    Device,
    /// Managed login, with OAuth scopes.
    ManagedLogin,
    /// Managed login of a local user, which one AWS page lists under `TokenGeneration_Authentication` (U-26).
    ManagedLoginLocal,
    /// A refresh of a session that began with a sign-in through the API.
    Refresh,
    /// A refresh of a session that began in managed login.
    ManagedRefresh,
    /// A machine's client-credentials grant.
    ClientCredentials,
}

impl Flow {
    /// Every flow, the plainest first.
    pub const ALL: [Self; 9] = [
        Self::SignIn,
        Self::Challenge,
        Self::NewPassword,
        Self::Device,
        Self::ManagedLogin,
        Self::ManagedLoginLocal,
        Self::Refresh,
        Self::ManagedRefresh,
        Self::ClientCredentials,
    ];

    /// The flow's name in saved counterexamples.
    ///
    /// ```
    /// use pretoken::situation::Flow;
    /// assert_eq!(Flow::ManagedRefresh.name(), "managed-refresh");
    /// assert!(Flow::ALL.iter().all(|flow| Flow::parse(flow.name()) == Some(*flow)));
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Challenge => "challenge",
            Self::NewPassword => "new-password",
            Self::Device => "device",
            Self::ManagedLogin => "managed-login",
            Self::ManagedLoginLocal => "managed-login-local",
            Self::Refresh => "refresh",
            Self::ManagedRefresh => "managed-refresh",
            Self::ClientCredentials => "client-credentials",
        }
    }

    /// The flow of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flow| flow.name() == name)
    }

    /// The trigger source that Cognito names for this flow.
    pub const fn trigger_source(self) -> TriggerSource {
        match self {
            Self::SignIn | Self::Challenge | Self::ManagedLoginLocal => TriggerSource::Authentication,
            Self::NewPassword => TriggerSource::NewPasswordChallenge,
            Self::Device => TriggerSource::AuthenticateDevice,
            Self::ManagedLogin => TriggerSource::HostedAuth,
            Self::Refresh | Self::ManagedRefresh => TriggerSource::RefreshTokens,
            Self::ClientCredentials => TriggerSource::ClientCredentials,
        }
    }

    /// Whether the scopes are the OAuth scopes that were asked for; else there is the one reserved scope (E-18).
    pub const fn has_oauth_scopes(self) -> bool {
        match self {
            Self::ManagedLogin | Self::ManagedLoginLocal | Self::ManagedRefresh | Self::ClientCredentials => true,
            Self::SignIn | Self::Challenge | Self::NewPassword | Self::Device | Self::Refresh => false,
        }
    }

    /// Whether client metadata that the caller passed reaches this trigger (T-06).
    pub const fn passes_client_metadata(self) -> bool {
        match self {
            Self::Challenge | Self::NewPassword | Self::Device | Self::ClientCredentials => true,
            Self::SignIn | Self::ManagedLogin | Self::ManagedLoginLocal | Self::Refresh | Self::ManagedRefresh => false,
        }
    }

    /// Whether a machine, not a user, gets the token.
    pub const fn is_machine(self) -> bool {
        matches!(self, Self::ClientCredentials)
    }

    /// Why we believe that this flow carries its trigger source.
    pub const fn evidence(self) -> Evidence {
        match self {
            Self::ManagedLoginLocal => Evidence {
                fact: "U-26",
                certainty: Certainty::DocumentedAmbiguous,
                words: "the managed login table lists `/login` under Authentication, the trigger's page under HostedAuth",
                url: TRIGGERS,
            },
            Self::ClientCredentials => Evidence {
                fact: "T-01",
                certainty: Certainty::Documented,
                words: "only invoked for machines when the event version is V3_0",
                url: PRE_TOKEN,
            },
            _ => Evidence {
                fact: "T-02",
                certainty: Certainty::Documented,
                words: "the table of trigger sources",
                url: PRE_TOKEN,
            },
        }
    }
}
