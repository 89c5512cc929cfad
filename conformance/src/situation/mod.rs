//! What Cognito knows when it is about to issue tokens.
//!
//! A [`Situation`] is the generated value. The event, the tokens that Cognito would issue without a trigger and the
//! tokens after the trigger are derived from it, so that one situation can be shown under every event version.

mod evidence;
mod flow;
mod form;
mod principal;
mod scene;
mod situated;
mod text;
mod version;

pub use evidence::{Certainty, Evidence};
pub use flow::{Flow, TriggerSource};
pub use form::{Form, Inbound, NoGroups, NoMetadata, NoPreferredRole, UnknownFields, VersionText};
pub use principal::{Attribute, Group, Identity, Principal, User, UserStatus};
pub use scene::Scene;
pub use situated::{Session, Situation};
pub use text::{AttributeName, ClientId, GroupName, RoleArn, Scope, Text, UserName, UserPoolId};
pub use version::{EventVersion, UnknownVersion};
