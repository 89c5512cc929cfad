//! Rules of the family `scopes`.
