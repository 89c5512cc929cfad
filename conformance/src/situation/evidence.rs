use std::fmt;

use serde::Serialize;

/// How sure we are of a fact about Cognito.
///
/// The suite made no call to AWS: everything rests on the documentation, on AWS's own libraries and on what others
/// have seen. A finding says which of these it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// The AWS documentation or the API model says so plainly.
    Documented,
    /// Only an official sample implies it.
    DocumentedByExample,
    /// The documentation is unclear, or two official texts disagree.
    DocumentedAmbiguous,
    /// Credible reports of what Cognito really did.
    ObservedByOthers,
    /// A reading of documented facts.
    Inference,
    /// No evidence was found: an open question.
    Unknown,
    /// Not about Cognito at all: what experience with such triggers teaches.
    Practice,
}

impl Certainty {
    /// The label as it stands in reports, such as `documented-by-example`.
    ///
    /// ```
    /// use pretoken::situation::Certainty;
    /// assert_eq!(Certainty::DocumentedByExample.label(), "documented-by-example");
    /// ```
    pub const fn label(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::DocumentedByExample => "documented-by-example",
            Self::DocumentedAmbiguous => "documented-ambiguous",
            Self::ObservedByOthers => "observed-by-others",
            Self::Inference => "inference",
            Self::Unknown => "unknown",
            Self::Practice => "practice",
        }
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// Why the suite believes that Cognito sends an event in a certain form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The fact's id, such as `E-14`.
    pub fact: &'static str,
    /// How sure it is.
    pub certainty: Certainty,
    /// What was said or seen, in a few words.
    pub words: &'static str,
    /// Where it can be read.
    pub url: &'static str,
}
