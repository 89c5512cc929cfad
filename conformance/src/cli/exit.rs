use std::process::ExitCode;

/// How the command ends. Scripts rely on these numbers: none changes its meaning.
///
/// ```
/// use pretoken::cli::Exit;
/// assert_eq!(Exit::Violates.code(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exit {
    /// 0: done; `check` found nothing at or above the denied level.
    Success,
    /// 1: `check` found something at or above the denied level.
    Violates,
    /// 2: wrong usage, or a file that was named cannot be used.
    Usage,
    /// 3: no verdict: the trigger could not be started or spoken to, no rule was exercised, or pretoken is at fault.
    NoVerdict,
    /// 130: interrupted; what was found so far has been reported.
    Interrupted,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Violates => 1,
            Self::Usage => 2,
            Self::NoVerdict => 3,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
