use crate::engine::{Cases, Phase};
use crate::situation::{EventVersion, Principal, Situation};

/// So many random cases are looked through for a sample.
const RANDOM: usize = 64;

/// Places of cases on which answers are compared; a function of the plan alone.
pub(super) struct Sample {
    /// For pairs, the most telling first: in turn a random one with client metadata, a fixed one with some, one that is
    /// documented, one of the fullest, one boundary and a random one.
    pub(super) pairs: Vec<u64>,
    /// For the order of events: in turn one of the fullest, one of the barest (what one user brings shows in the token
    /// of a user who has nothing), and one of the former.
    pub(super) in_order: Vec<u64>,
}

impl Sample {
    pub(super) fn of(cases: &Cases, version: EventVersion) -> Self {
        let mut metadata = Vec::new();
        let mut documented = Vec::new();
        let mut boundary = Vec::new();
        let mut random = Vec::new();
        // Its keys are the trigger's own, where the trigger has any.
        let mut own_metadata = Vec::new();
        for place in 0..cases.len() {
            if random.len() + own_metadata.len() >= RANDOM {
                break;
            }
            let phase = cases.phase(place);
            let Some((situation, _)) = cases.situation(place).filter(|(_, other)| *other == version) else { continue };
            match phase {
                // They come from whatever was found before, and may need events before them.
                Phase::Saved => {}
                Phase::Documented | Phase::Boundary if !situation.client_metadata.is_empty() => metadata.push(place),
                Phase::Documented => documented.push(place),
                Phase::Boundary => boundary.push((fullness(&situation), place)),
                Phase::Random if !situation.client_metadata.is_empty() => own_metadata.push(place),
                Phase::Random => random.push(place),
            }
        }
        let sorted = |by: fn(usize) -> isize| {
            let mut sorted = boundary.clone();
            sorted.sort_by_key(|(fullness, place)| (by(*fullness), *place));
            sorted.into_iter().map(|(_, place)| place).take(EXTREMES).collect::<Vec<u64>>()
        };
        let barest = sorted(|fullness| isize::try_from(fullness).unwrap_or(isize::MAX));
        let fullest = sorted(|fullness| -isize::try_from(fullness).unwrap_or(isize::MAX));
        // Every so-many-th, so that each family of boundaries has its turn.
        let spread: Vec<u64> = (0..STRIDE)
            .flat_map(|start| boundary.iter().skip(start).step_by(STRIDE))
            .map(|(_, place)| *place)
            .filter(|place| !fullest.contains(place))
            .collect();
        let pairs = in_turn(&[&own_metadata, &metadata, &documented, &fullest, &spread, &random]);
        let extreme = |place: &u64| fullest.contains(place) || barest.contains(place);
        let others: Vec<u64> = pairs.iter().copied().filter(|place| !extreme(place)).collect();
        Self { in_order: in_turn(&[&fullest, &barest, &others]), pairs }
    }
}

/// So many of the fullest boundaries, and of the barest.
const EXTREMES: usize = 8;

/// Prime to the lengths of the families.
const STRIDE: usize = 17;

/// How much a trigger can find in a situation.
fn fullness(situation: &Situation) -> usize {
    // Many of one kind tell no more than a few of it.
    situation.user().map_or(0, |user| user.attributes.len().min(40) + 4 * user.groups.len().min(3))
}

fn in_turn(lists: &[&[u64]]) -> Vec<u64> {
    let longest = lists.iter().map(|list| list.len()).max().unwrap_or_default();
    (0..longest).flat_map(|turn| lists.iter().filter_map(move |list| list.get(turn).copied())).collect()
}

/// The situation of a user (or a machine) of its own, by number.
///
/// A trigger that remembers what it knows by the user's id, name, address or number is right to, so no two that are
/// compared may share one of them.
pub(super) fn somebody(situation: &Situation, number: usize) -> Situation {
    let mut own = situation.clone();
    match &mut own.principal {
        Principal::User(user) => {
            user.name = match user.name.as_str().split_once('_') {
                Some((provider, _)) => format!("{provider}_another-{number}").into(),
                None => format!("another-{number}").into(),
            };
            user.sub = format!("99998888-7777-6666-5555-{number:012}").into();
            for attribute in &mut user.attributes {
                let value = match attribute.name.as_str() {
                    "email" | "cognito:email_alias" => format!("another-{number}@example.com"),
                    "phone_number" => format!("+1206555{number:04}"),
                    "preferred_username" | "nickname" | "custom:idp_username" => format!("another-{number}"),
                    _ => continue,
                };
                attribute.value = value.into();
            }
            for identity in &mut user.identities {
                identity.user_id = format!("another-{number}").into();
            }
        }
        Principal::Machine => own.client = format!("anotherclient{number:04}").into(),
    }
    own.session.id = situation.session.id.wrapping_add(number as u64);
    own
}

/// Somebody who has all that another one has, and nothing of it with the same value.
pub(super) fn somebody_else(situation: &Situation) -> Situation {
    let mut own = somebody(situation, SOMEBODY_ELSE);
    if let Principal::User(user) = &mut own.principal {
        for attribute in &mut user.attributes {
            let name = attribute.name.as_str();
            if name.starts_with("custom:") || matches!(name, "name" | "given_name" | "family_name" | "middle_name") {
                attribute.value = format!("different-{}", name.trim_start_matches("custom:")).into();
            }
        }
        for (index, group) in user.groups.iter_mut().enumerate() {
            group.name = format!("different-{index}").into();
        }
    }
    own
}

/// Larger than the number of any situation in a sample.
const SOMEBODY_ELSE: usize = 900;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Audit, Plan};
    use crate::event;
    use crate::rules::{self, Second};
    use crate::situation::{Attribute, Scene};

    fn legal(audit: &Audit, situation: &Situation, version: EventVersion, about: &str) {
        assert_eq!(audit.fault(version, &event::build(situation, version)), None, "{about} under {version}");
    }

    #[test]
    fn whatever_is_made_from_a_case_is_an_event_that_cognito_could_send() {
        let audit = Audit::new().unwrap();
        let cases = Cases::new(&Plan { cases: 300, ..Plan::default() });
        for place in 0..cases.len() {
            let (situation, version) = cases.situation(place).unwrap();
            legal(&audit, &somebody(&situation, 12), version, "somebody");
            legal(&audit, &somebody_else(&situation), version, "somebody else");
            for rule in rules::ALL {
                if let Some(Second::Made(made)) = rule.comparison().map(|comparison| comparison.second)
                    && let Some(second) = made(&situation)
                {
                    legal(&audit, &second, version, rule.id);
                }
            }
        }
    }

    #[test]
    fn users_of_a_sample_share_neither_id_nor_name_nor_address() {
        let cases = Cases::new(&Plan { cases: 50, ..Plan::default() });
        let (situation, _) = cases.situation(0).unwrap();
        let (one, two, other) = (somebody(&situation, 1), somebody(&situation, 2), somebody_else(&situation));
        for (one, two) in [(&one, &two), (&one, &other)] {
            let (one, two) = (one.user().unwrap(), two.user().unwrap());
            assert_ne!((&one.sub, &one.name), (&two.sub, &two.name));
            assert!(one.name != two.name && one.sub != two.sub);
            assert!(one.attribute("email").is_none() || one.attribute("email") != two.attribute("email"));
        }
    }

    #[test]
    fn whatever_may_name_a_user_is_another_users_own() {
        let mut situation = Scene::FederatedUser.situation();
        let names =
            ["email", "cognito:email_alias", "phone_number", "preferred_username", "nickname", "custom:idp_username"];
        if let Principal::User(user) = &mut situation.principal {
            let with = |name: &'static str| Attribute { name: name.into(), value: "the same".into() };
            user.attributes = names.map(with).into();
            assert!(!user.identities.is_empty());
        }
        let (one, two) = (somebody(&situation, 1), somebody(&situation, 2));
        let (one, two) = (one.user().unwrap(), two.user().unwrap());
        for (one, two) in one.attributes.iter().zip(&two.attributes) {
            assert_ne!(one.value, two.value, "{}", one.name.as_str());
        }
        for (one, two) in one.identities.iter().zip(&two.identities) {
            assert_ne!(one.user_id, two.user_id);
        }
    }

    #[test]
    fn no_case_is_in_a_sample_twice() {
        let cases = Cases::new(&Plan { cases: 50, ..Plan::default() });
        for version in EventVersion::ALL {
            let Sample { mut pairs, .. } = Sample::of(&cases, version);
            let all = pairs.len();
            pairs.sort_unstable();
            pairs.dedup();
            assert_eq!(pairs.len(), all, "{version}");
        }
    }

    #[test]
    fn a_sample_has_full_and_bare_users_and_client_metadata() {
        let cases = Cases::new(&Plan { cases: 50, ..Plan::default() });
        for version in EventVersion::ALL {
            let sample = Sample::of(&cases, version);
            let of = |places: &[u64]| -> Vec<Situation> {
                places.iter().take(12).map(|place| cases.situation(*place).unwrap().0.into_owned()).collect()
            };
            assert!(of(&sample.pairs).iter().any(|situation| !situation.client_metadata.is_empty()));
            let fullness: Vec<usize> = of(&sample.in_order).iter().map(fullness).collect();
            assert!(fullness.contains(&0) && fullness.iter().any(|fullness| *fullness > 30), "{fullness:?}");
        }
    }
}
