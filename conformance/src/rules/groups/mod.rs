//! Rules on groups, roles and the preferred role.
//!
//! All of them rest on one sentence: `groupOverrideDetails` replaces the group configuration as a whole (S-06). They
//! are told apart by what the override gives: no groups (`groups-suppressed`), some of the event's groups without their
//! roles (`roles-dropped`), or none of the event's groups but others (`groups-replaced`). An override that is absent
//! changes nothing (U-06), and none of them looks at it.

pub(super) mod empty_preferred_role;
pub(super) mod groups_replaced;
pub(super) mod groups_suppressed;
pub(super) mod no_effect_for_machine;
pub(super) mod roles_dropped;
