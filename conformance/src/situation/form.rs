use super::{Certainty, Evidence};

const TRIGGERS: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html";
const PRE_TOKEN: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html";

/// Which of its legal forms the event takes, where there are several.
///
/// The default of each is the plainest form, on which shrinking ends. Every other form names its [`Evidence`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Form {
    /// How "no preferred role" is written.
    pub no_preferred_role: NoPreferredRole,
    /// How "no groups" is written.
    pub no_groups: NoGroups,
    /// How "no client metadata" is written.
    pub no_metadata: NoMetadata,
    /// What `response` holds on the way in.
    pub inbound: Inbound,
    /// Whether there are fields that no page documents.
    pub unknown_fields: UnknownFields,
    /// What `version` says to a pool that is configured for V3.
    pub version_text: VersionText,
}

impl Form {
    /// The evidence of every choice that is not the plainest.
    ///
    /// ```
    /// use pretoken::situation::{Form, NoGroups};
    /// assert_eq!(Form::default().evidence().count(), 0);
    /// let form = Form { no_groups: NoGroups::NullConfiguration, ..Form::default() };
    /// assert_eq!(form.evidence().next().unwrap().fact, "E-15");
    /// ```
    pub fn evidence(self) -> impl Iterator<Item = Evidence> {
        [
            self.no_preferred_role.evidence(),
            self.no_groups.evidence(),
            self.no_metadata.evidence(),
            self.inbound.evidence(),
            self.unknown_fields.evidence(),
            self.version_text.evidence(),
        ]
        .into_iter()
        .flatten()
    }

    /// Whether all of this is known: documented, or seen by others. An event in a form that is only inferred may never
    /// come, so what a trigger makes of it is no error.
    ///
    /// ```
    /// use pretoken::situation::{Form, NoMetadata};
    /// assert!(Form::default().is_known());
    /// assert!(!Form { no_metadata: NoMetadata::Null, ..Form::default() }.is_known());
    /// ```
    pub fn is_known(self) -> bool {
        self.evidence().all(|evidence| match evidence.certainty {
            Certainty::Documented | Certainty::DocumentedByExample | Certainty::ObservedByOthers => true,
            Certainty::DocumentedAmbiguous | Certainty::Inference | Certainty::Unknown | Certainty::Practice => false,
        })
    }
}

/// How an event says that there is no preferred role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NoPreferredRole {
    /// `"preferredRole": null`.
    #[default]
    Null,
    /// No such key.
    Absent,
}

impl NoPreferredRole {
    const fn evidence(self) -> Option<Evidence> {
        match self {
            Self::Null => None,
            Self::Absent => Some(Evidence {
                fact: "E-14",
                certainty: Certainty::ObservedByOthers,
                words: "captured V2 events without the key",
                url: PRE_TOKEN,
            }),
        }
    }
}

/// How an event says that a user is in no group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NoGroups {
    /// Two empty lists.
    #[default]
    EmptyLists,
    /// `null` where the lists would be.
    NullLists,
    /// `"groupConfiguration": null`.
    NullConfiguration,
}

impl NoGroups {
    const fn evidence(self) -> Option<Evidence> {
        match self {
            Self::EmptyLists => None,
            Self::NullLists => Some(Evidence {
                fact: "E-14",
                certainty: Certainty::Inference,
                words: "typed libraries and public triggers meet null lists",
                url: PRE_TOKEN,
            }),
            Self::NullConfiguration => Some(Evidence {
                fact: "E-15",
                certainty: Certainty::ObservedByOthers,
                words: "documented for machines; seen for users under V2 (aws-lambda-rust-runtime#1129)",
                url: "https://github.com/aws/aws-lambda-rust-runtime/issues/1129",
            }),
        }
    }
}

/// How an event says that no client metadata was passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NoMetadata {
    /// No such key.
    #[default]
    Absent,
    /// `"clientMetadata": {}`.
    Empty,
    /// `"clientMetadata": null`.
    Null,
}

impl NoMetadata {
    const fn evidence(self) -> Option<Evidence> {
        match self {
            Self::Absent => None,
            Self::Empty => Some(Evidence {
                fact: "E-19",
                certainty: Certainty::Inference,
                words: "a caller may pass an empty map",
                url: PRE_TOKEN,
            }),
            Self::Null => Some(Evidence {
                fact: "E-19",
                certainty: Certainty::Inference,
                words: "AWS's own types mark it optional; never captured",
                url: PRE_TOKEN,
            }),
        }
    }
}

/// What `response` holds when the event arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Inbound {
    /// The details of the event version, `null`. This is what Cognito sends (E-30, E-31).
    #[default]
    NullDetails,
    /// `{}`, as the documentation's own test events have it.
    Empty,
}

impl Inbound {
    const fn evidence(self) -> Option<Evidence> {
        match self {
            Self::NullDetails => None,
            Self::Empty => Some(Evidence {
                fact: "E-32",
                certainty: Certainty::DocumentedByExample,
                words: "the test event of the first V1 example",
                url: PRE_TOKEN,
            }),
        }
    }
}

/// Whether the event has fields that no page documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UnknownFields {
    /// Only documented fields.
    #[default]
    None,
    /// One more at the top level.
    Top,
    /// One more at every level that is not a map of the user's or the caller's.
    Everywhere,
}

impl UnknownFields {
    const fn evidence(self) -> Option<Evidence> {
        match self {
            Self::None => None,
            Self::Top | Self::Everywhere => Some(Evidence {
                fact: "E-04",
                certainty: Certainty::Documented,
                words: "stricter input validation can cause your functions to fail",
                url: TRIGGERS,
            }),
        }
    }
}

/// What `version` says when the pool is configured for V3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum VersionText {
    /// The version's own number.
    #[default]
    Own,
    /// `"2"` for a user under V3: "the same event as `V2_0`" (U-25). Machines always see `"3"`.
    TwoForUsers,
}

impl VersionText {
    const fn evidence(self) -> Option<Evidence> {
        match self {
            Self::Own => None,
            Self::TwoForUsers => Some(Evidence {
                fact: "U-25",
                certainty: Certainty::DocumentedAmbiguous,
                words: "V3_0 produces the same event as V2_0",
                url: PRE_TOKEN,
            }),
        }
    }
}
