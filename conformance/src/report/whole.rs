use super::{Report, Verdict};

/// What keeps a run from conforming beside its findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matter {
    /// It was stopped before its end.
    Interrupted,
    /// It says nothing about the trigger.
    NoVerdict,
    /// No finding is denied, but allowances are of no use any more, and they have to be.
    Allowances,
}

impl Matter {
    /// The matter with a run; nothing where its findings say all. The report's notes tell the details.
    pub(super) fn of(report: &Report) -> Option<Self> {
        let denied = || report.findings.iter().any(|finding| finding.is_denied(report.denied));
        match report.verdict {
            _ if report.interrupted => Some(Self::Interrupted),
            Verdict::NoVerdict => Some(Self::NoVerdict),
            Verdict::Violates if !denied() => Some(Self::Allowances),
            Verdict::Violates | Verdict::Conforms => None,
        }
    }

    /// Its name for programs.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Interrupted => "interrupted",
            Self::NoVerdict => "no-verdict",
            Self::Allowances => "allowances",
        }
    }
}
