//! Rules of the family `groups`.
