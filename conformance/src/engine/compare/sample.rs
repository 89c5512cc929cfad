use crate::engine::{Cases, Phase};
use crate::situation::{EventVersion, Principal, Situation};

/// So many random cases are looked through for a sample.
const RANDOM: usize = 64;

/// The places of the cases on which answers are compared, the most telling first: in turn one with client metadata, one
/// that is documented, one of the fullest, one boundary and a random one. A function of the plan alone.
pub(super) fn places(cases: &Cases, version: EventVersion) -> Vec<u64> {
    let mut metadata = Vec::new();
    let mut documented = Vec::new();
    let mut boundary = Vec::new();
    let mut random = Vec::new();
    for place in 0..cases.len() {
        if random.len() >= RANDOM {
            break;
        }
        let phase = cases.phase(place);
        let Some((situation, _)) = cases.situation(place).filter(|(_, other)| *other == version) else { continue };
        match phase {
            _ if phase != Phase::Random && !situation.client_metadata.is_empty() => metadata.push(place),
            Phase::Saved | Phase::Documented => documented.push(place),
            Phase::Boundary => boundary.push((fullness(&situation), place)),
            Phase::Random => random.push(place),
        }
    }
    let mut fullest = boundary.clone();
    fullest.sort_by_key(|(fullness, place)| (std::cmp::Reverse(*fullness), *place));
    let fullest: Vec<u64> = fullest.into_iter().map(|(_, place)| place).take(FULLEST).collect();
    // Every so-many-th, so that each family of boundaries has its turn.
    let spread: Vec<u64> = (0..STRIDE)
        .flat_map(|start| boundary.iter().skip(start).step_by(STRIDE))
        .map(|(_, place)| *place)
        .filter(|place| !fullest.contains(place))
        .collect();
    in_turn([metadata, documented, fullest, spread, random])
}

const FULLEST: usize = 8;
const STRIDE: usize = 17;

/// How much a trigger can find in a situation.
fn fullness(situation: &Situation) -> usize {
    // Many of one kind tell no more than a few of it.
    situation.user().map_or(0, |user| user.attributes.len().min(40) + 4 * user.groups.len().min(3))
}

fn in_turn<const N: usize>(lists: [Vec<u64>; N]) -> Vec<u64> {
    let longest = lists.iter().map(Vec::len).max().unwrap_or_default();
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
