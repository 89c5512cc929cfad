//! The event, read in place.
//!
//! Nothing is deserialised: the event goes back as it came, and most of it is none of the trigger's business. Cognito says that fields
//! may be added at any time and that strict validation makes a function fail (E-04), so whatever is missing, `null` or of another type
//! counts as "not there".
//!
//! The event types of `aws_lambda_events` 1.2 cannot be used for this; `tests/facts/aws_types.rs` shows each reason. They know no
//! client credentials, they fail on groups that are `null` or left out, and what they do not know is lost on the way back.

use serde_json::{Map, Value};

use crate::handle::Error;

type Object = Map<String, Value>;

/// An event of any version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event<'e> {
    body: &'e Object,
    request: &'e Object,
    response: Option<&'e Object>,
}

impl<'e> Event<'e> {
    /// Reads the event's outline.
    pub(crate) fn read(event: &'e Value) -> Result<Self, Error> {
        let body = event.as_object().ok_or(Error::NotAnObject)?;
        let request = object(body, "request").ok_or(Error::NoRequest)?;
        let response = match body.get("response") {
            None | Some(Value::Null) => None,
            Some(Value::Object(response)) => Some(response),
            Some(_) => return Err(Error::ResponseIsNotAnObject),
        };
        Ok(Self { body, request, response })
    }

    /// Which member of `response` Cognito reads; `None` for an event version that is not known.
    ///
    /// The member that the event itself brings decides, and only then `version`: a user pool on version 3 may well send `"2"` for
    /// users (E-03, U-25). Without either it is version 1, which user pools send by default (W-02).
    pub(crate) fn container(self) -> Option<Container> {
        let brings =
            |container: Container| self.response.is_some_and(|response| response.contains_key(container.key()));
        match (brings(Container::ClaimsAndScopes), brings(Container::Claims)) {
            (true, false) => Some(Container::ClaimsAndScopes),
            (false, true) => Some(Container::Claims),
            (true, true) | (false, false) => match text(self.body, "version") {
                Some("2" | "3") => Some(Container::ClaimsAndScopes),
                Some("1") | None => Some(Container::Claims),
                Some(_) => None,
            },
        }
    }

    /// Whom the tokens are for.
    ///
    /// A trigger source that is not known yet (T-05) is a user's if there are user attributes: Cognito sends none for a machine (E-12).
    pub(crate) fn principal(self) -> Principal {
        match text(self.body, "triggerSource") {
            Some("TokenGeneration_ClientCredentials") => Principal::Machine,
            Some(
                "TokenGeneration_HostedAuth"
                | "TokenGeneration_Authentication"
                | "TokenGeneration_NewPasswordChallenge"
                | "TokenGeneration_AuthenticateDevice"
                | "TokenGeneration_RefreshTokens",
            ) => Principal::User,
            _ if self.attributes().is_some_and(|attributes| !attributes.is_empty()) => Principal::User,
            _ => Principal::Machine,
        }
    }

    /// The user's attributes. Cognito sends texts only (E-10).
    pub(crate) fn attributes(self) -> Option<&'e Object> {
        object(self.request, "userAttributes")
    }

    /// One attribute of the user.
    pub(crate) fn attribute(self, name: &str) -> Option<&'e str> {
        self.attributes().and_then(|attributes| text(attributes, name))
    }

    /// What the caller sent along under `key`.
    pub(crate) fn metadata(self, key: &str) -> Option<&'e str> {
        object(self.request, "clientMetadata").and_then(|metadata| text(metadata, key))
    }

    /// The id of the app client (E-05).
    pub(crate) fn client_id(self) -> Option<&'e str> {
        object(self.body, "callerContext").and_then(|caller| text(caller, "clientId"))
    }

    /// The name of the user.
    pub(crate) fn user_name(self) -> Option<&'e str> {
        text(self.body, "userName")
    }

    /// The id of the user pool.
    pub(crate) fn user_pool_id(self) -> Option<&'e str> {
        text(self.body, "userPoolId")
    }

    /// The scopes that the access token will have (E-18).
    pub(crate) fn scopes(self) -> impl Iterator<Item = &'e str> {
        texts(self.request, "scopes")
    }

    /// The user's groups.
    pub(crate) fn groups(self) -> impl Iterator<Item = &'e str> {
        self.group_configuration().into_iter().flat_map(|groups| texts(groups, "groupsToOverride"))
    }

    /// The roles of the user's groups.
    pub(crate) fn roles(self) -> impl Iterator<Item = &'e str> {
        self.group_configuration().into_iter().flat_map(|groups| texts(groups, "iamRolesToOverride"))
    }

    /// The role of the group with the highest precedence. The test events in AWS's documentation print it as a list of one (E-17).
    pub(crate) fn preferred_role(self) -> Option<&'e str> {
        let role = match self.group_configuration()?.get("preferredRole")? {
            Value::Array(roles) => match roles.as_slice() {
                [role] => role,
                _ => return None,
            },
            role => role,
        };
        role.as_str().filter(|role| !role.is_empty())
    }

    fn group_configuration(self) -> Option<&'e Object> {
        object(self.request, "groupConfiguration")
    }
}

/// Whom the tokens are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Principal {
    /// Somebody who signed in: an ID token and an access token.
    User,
    /// An app client by itself (client credentials): an access token.
    Machine,
}

/// The member of `response` that carries the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// Event version 1.
    Claims,
    /// Event versions 2 and 3.
    ClaimsAndScopes,
}

impl Container {
    /// The member's name.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Claims => "claimsOverrideDetails",
            Self::ClaimsAndScopes => "claimsAndScopeOverrideDetails",
        }
    }
}

fn object<'e>(parent: &'e Object, member: &str) -> Option<&'e Object> {
    parent.get(member).and_then(Value::as_object)
}

fn text<'e>(parent: &'e Object, member: &str) -> Option<&'e str> {
    parent.get(member).and_then(Value::as_str)
}

fn texts<'e>(parent: &'e Object, member: &str) -> impl Iterator<Item = &'e str> + use<'e> {
    parent.get(member).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
