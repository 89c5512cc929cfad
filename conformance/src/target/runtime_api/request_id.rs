use std::fmt;
use std::str::FromStr;

/// The id of one invocation: a number in the form of a UUID, since clients and triggers take it for one.
///
/// It counts up rather than being random: a run shows a trigger the same ids each time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RequestId(pub(super) u32);

/// Version and variant bits of a random UUID; the rest is the number.
const PREFIX: &str = "7072e746-f6b6-4e00-8000-0000";

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{:08x}", self.0)
    }
}

impl FromStr for RequestId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.strip_prefix(PREFIX).filter(|digits| digits.len() == 8).ok_or(())?;
        u32::from_str_radix(digits, 16).map(Self).map_err(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid_and_reads_back() {
        let id = RequestId(0x00ab_cdef);
        assert_eq!(id.to_string(), "7072e746-f6b6-4e00-8000-000000abcdef");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn another_text_is_no_id() {
        for text in ["", "1", "7072e746-f6b6-4e00-8000-0000", "7072e746-f6b6-4e00-8000-000000abcdeg"] {
            assert_eq!(text.parse::<RequestId>(), Err(()), "{text}");
        }
    }
}
