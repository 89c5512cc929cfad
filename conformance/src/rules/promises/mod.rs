//! Rules on what a team promises of its tokens, in `pretoken.toml`. Where nothing is promised, none of them is on.
//!
//! AWS demands none of it: the level is `error` because the team itself says that its tokens are so.

mod example;

pub(super) mod promise_broken;
pub(super) mod promise_broken_at_refresh;
pub(super) mod promise_broken_by_caller;
