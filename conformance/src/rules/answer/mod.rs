//! Rules of the family `answer`.
