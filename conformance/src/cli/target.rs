use pretoken_trigger::Policy;

use super::streams::Failure;
use crate::report::clean;
use crate::target::{InProcess, StartError, Targets};

/// Opens the trigger under test: the bundled reference trigger.
#[expect(clippy::unnecessary_wraps, reason = "a trigger that is named may not be there")]
pub(super) fn open() -> Result<Box<dyn Targets>, Failure> {
    let policy = Policy::bundled();
    let handler = move |event| pretoken_trigger::handle(event, &policy);
    Ok(Box::new(InProcess::new("the bundled reference trigger", handler)))
}

/// Why there is no verdict. The trigger's own last words come with the reason: they usually say what is wrong.
pub(super) fn not_started(error: &StartError) -> Failure {
    let mut text = format!("the trigger could not be started: {error}");
    for line in &error.output {
        text.push_str("\n  ");
        text.push_str(&clean(&anstream::adapter::strip_str(line).to_string()));
    }
    Failure::NoVerdict(text)
}
