/// The ids in tokens that Cognito makes up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Label {
    /// `origin_jti`: the same in both tokens.
    Origin = 1,
    /// `event_id`: the same in both tokens.
    Event = 2,
    /// The ID token's `jti`.
    Id = 3,
    /// The access token's `jti`.
    Access = 4,
}

/// A text in the form of a random UUID (version 4), always the same for a session and a label.
pub(super) fn uuid(session: u64, label: Label) -> String {
    let high = mixed(session ^ mixed(label as u64));
    let low = mixed(high);
    let bits = u128::from(high) << 64 | u128::from(low);
    let bits = bits & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let mut text = String::with_capacity(36);
    for place in 0..32_u32 {
        if matches!(place, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        let digit = (bits >> (124 - 4 * place)) as u32 & 0xf;
        text.extend(char::from_digit(digit, 16));
    }
    text
}

/// The finaliser of `SplitMix64`: neighbouring sessions get ids that look nothing alike.
const fn mixed(seed: u64) -> u64 {
    let x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_the_form_of_a_version_4_uuid() {
        for session in [0, 1, 2, u64::MAX] {
            let text = uuid(session, Label::Event);
            let groups: Vec<_> = text.split('-').map(str::len).collect();
            assert_eq!(groups, [8, 4, 4, 4, 12], "{text}");
            assert_eq!(text.chars().nth(14), Some('4'), "{text}");
            assert!(matches!(text.chars().nth(19), Some('8' | '9' | 'a' | 'b')), "{text}");
            assert!(text.chars().all(|c| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c)), "{text}");
        }
    }

    #[test]
    fn ids_differ_between_sessions_and_between_claims() {
        let mut all: Vec<_> = (0..100)
            .flat_map(|session| {
                [Label::Origin, Label::Event, Label::Id, Label::Access].map(|label| uuid(session, label))
            })
            .collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 400);
    }

    #[test]
    fn numbers_are_mixed_as_splitmix64_mixes_them() {
        // The first number of the published generator for these seeds.
        for (seed, first) in [(0, 0xe220_a839_7b1d_cdaf), (1_234_567, 6_457_827_717_110_365_317)] {
            assert_eq!(mixed(seed), first, "{seed}");
        }
    }

    #[test]
    fn an_id_is_two_mixed_numbers_but_for_version_and_variant() {
        let (session, label) = (7, Label::Access);
        let high = mixed(session ^ mixed(label as u64));
        let mut digits: Vec<char> = format!("{high:016x}{:016x}", mixed(high)).chars().collect();
        let id: Vec<char> = uuid(session, label).chars().filter(|c| *c != '-').collect();
        // The variant takes two bits of its digit.
        let (kept, variant) = (digits[16].to_digit(16).unwrap() & 0x3, id[16].to_digit(16).unwrap());
        assert_eq!(variant, 0x8 | kept);
        (digits[12], digits[16]) = ('4', id[16]);
        assert_eq!(id, digits);
    }
}
