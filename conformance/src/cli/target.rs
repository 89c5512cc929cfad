use pretoken_trigger::Policy;

use super::streams::Failure;
use crate::target::{InProcess, Targets};

/// Opens the trigger that the words name; the bundled reference trigger when there are none.
pub(super) fn open() -> Result<Box<dyn Targets>, Failure> {
    let policy = Policy::bundled();
    let handler = move |event| pretoken_trigger::handle(event, &policy);
    Ok(Box::new(InProcess::new("the bundled reference trigger", handler)))
}
