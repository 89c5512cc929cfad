use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The event version that a user pool is configured for (`PreTokenGenerationConfig.LambdaVersion`).
///
/// ```
/// use pretoken::situation::EventVersion;
/// assert_eq!("2".parse(), Ok(EventVersion::V2));
/// assert_eq!("V2_0".parse(), Ok(EventVersion::V2));
/// assert_eq!(EventVersion::V2.to_string(), "2");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventVersion {
    /// `V1_0`: changes the ID token, and the groups of both tokens.
    V1,
    /// `V2_0`: changes both tokens of users.
    V2,
    /// `V3_0`: as `V2_0`, and the access tokens of machines too.
    V3,
}

impl EventVersion {
    /// Every version, oldest first.
    pub const ALL: [Self; 3] = [Self::V1, Self::V2, Self::V3];

    /// The event's `version` string.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1",
            Self::V2 => "2",
            Self::V3 => "3",
        }
    }

    /// The member of `response` that a trigger fills under this version.
    pub const fn container(self) -> &'static str {
        match self {
            Self::V1 => "claimsOverrideDetails",
            Self::V2 | Self::V3 => "claimsAndScopeOverrideDetails",
        }
    }

    /// The container of the other version.
    pub const fn other_container(self) -> &'static str {
        match self {
            Self::V1 => "claimsAndScopeOverrideDetails",
            Self::V2 | Self::V3 => "claimsOverrideDetails",
        }
    }

    /// The place of this version as an index into [`EventVersion::ALL`].
    pub const fn index(self) -> usize {
        match self {
            Self::V1 => 0,
            Self::V2 => 1,
            Self::V3 => 2,
        }
    }
}

impl fmt::Display for EventVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no event version.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no event version; use `1`, `2` or `3`")]
pub struct UnknownVersion(pub String);

impl FromStr for EventVersion {
    type Err = UnknownVersion;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word.trim() {
            "1" | "V1" | "v1" | "V1_0" => Ok(Self::V1),
            "2" | "V2" | "v2" | "V2_0" => Ok(Self::V2),
            "3" | "V3" | "v3" | "V3_0" => Ok(Self::V3),
            _ => Err(UnknownVersion(word.to_owned())),
        }
    }
}
