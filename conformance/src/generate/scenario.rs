use std::borrow::Cow;

use crate::situation::{EventVersion, Situation};

/// A situation with a name, and the event versions under which it makes sense.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it shows, such as `groupConfiguration is null`.
    pub name: Cow<'static, str>,
    /// The event versions.
    pub versions: &'static [EventVersion],
    /// The situation.
    pub situation: Situation,
}
