//! Every event that is made for a pool can come from it, and so can every one that shrinking makes of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use pretoken::engine::{Audit, Cases, Phase, Plan, Seed};
use pretoken::event;
use pretoken::generate::{Dictionary, Kind, Likely, SituationTree, Situations};
use pretoken::pool::Pool;
use pretoken::situation::{EventVersion, Flow};
use proptest::strategy::ValueTree;
use serde_json::Value;

use super::fit::Files;
use super::{FILES, pool, shared, text};

fn words() -> Dictionary {
    let mut words = Dictionary::default();
    for (word, kind) in [
        ("newsletter", Kind::Group),
        ("wheel", Kind::Group),
        ("custom:cost_centre", Kind::Attribute),
        ("custom:tenant", Kind::Attribute),
        ("custom:seats", Kind::Attribute),
        ("email", Kind::Attribute),
        ("orders/export", Kind::Scope),
        ("anotherclient", Kind::Client),
        ("Okta", Kind::Provider),
        ("Google", Kind::Provider),
        ("jane", Kind::UserName),
        ("initech", Kind::Value),
        ("initech.example", Kind::Domain),
        ("TokenGeneration_HostedAuth", Kind::Source),
    ] {
        words.add(word, &[(kind, Likely::Yes)]);
    }
    words
}

fn cases(pool: &Arc<Pool>, random: u64, dictionary: Dictionary) -> Cases {
    let (pool, dictionary) = (Some(Arc::clone(pool)), Arc::new(dictionary));
    Cases::new(&Plan { cases: random, pool, dictionary, ..Plan::default() })
}

#[test]
fn every_event_satisfies_its_schema_and_fits_the_pool() {
    let (audit, files, pool) = (Audit::new().unwrap(), Files::read(), shared());
    for dictionary in [Dictionary::default(), words()] {
        let cases = cases(&pool, 2_000, dictionary);
        let (mut fixed, mut random) = (0, 0);
        for place in 0..cases.len() {
            let case = cases.get(place).unwrap();
            if case.phase == Phase::Documented {
                continue;
            }
            let event = case.event();
            assert_eq!(audit.fault(case.version, &event), None, "{}: {event:#}", case.scenario);
            assert_eq!(files.misfits(&event), [""; 0], "{}: {event:#}", case.scenario);
            *if case.phase == Phase::Random { &mut random } else { &mut fixed } += 1;
        }
        assert_eq!(random, 2_000);
        assert!(fixed > 200, "{fixed} boundaries");
    }
}

#[test]
fn all_that_the_pool_has_occurs() {
    let cases = cases(&shared(), 1_000, Dictionary::default());
    let events: Vec<Value> = (0..cases.len())
        .map(|place| cases.get(place).unwrap())
        .filter(|case| case.phase == Phase::Random)
        .map(|case| case.event())
        .collect();
    let all = |of: &dyn Fn(&Value) -> Vec<String>| events.iter().flat_map(of).collect::<BTreeSet<String>>();
    let names = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(all(&|event| names(&event["request"]["groupConfiguration"]["groupsToOverride"])).len(), 4);
    assert_eq!(all(&|event| vec![event["callerContext"]["clientId"].to_string()]).len(), 3);
    assert_eq!(all(&|event| vec![event["triggerSource"].to_string()]).len(), 6);
    let scopes = all(&|event| names(&event["request"]["scopes"]));
    assert!(
        ["orders/read", "orders/export", "https://billing.example.com/invoices", "openid"]
            .iter()
            .all(|scope| scopes.contains(*scope))
    );
    let known = pool().attributes;
    let attributes = all(&|event| event["request"]["userAttributes"].as_object().unwrap().keys().cloned().collect());
    assert!(known.iter().all(|attribute| attributes.contains(attribute.name.as_str())), "{attributes:?}");
    for provider in ["AcmeSAML_", "Google_"] {
        assert!(events.iter().any(|event| event["userName"].as_str().unwrap().starts_with(provider)), "{provider}");
    }
    // Both ends of the range of a number.
    let seats = all(&|event| vec![event["request"]["userAttributes"]["custom:seats"].to_string()]);
    assert!(seats.contains("\"1\"") && seats.contains("\"500\""), "{seats:?}");
}

#[test]
fn a_shrunk_event_still_fits_the_pool_and_shrinking_ends() {
    let (files, pool) = (Files::read(), shared());
    type Holds = fn(&Value) -> bool;
    let faults: [Holds; 5] = [
        |_| true,
        |event| event["request"]["userAttributes"].get("custom:cost_centre").is_some(),
        |event| {
            event["request"]["groupConfiguration"]["iamRolesToOverride"].as_array().is_some_and(|all| all.len() > 1)
        },
        |event| event["userName"].as_str().unwrap().starts_with("Google_"),
        |event| event["request"]["scopes"].as_array().is_some_and(|all| all.iter().any(|scope| scope == "orders/read")),
    ];
    let mut shown = [0; 5];
    for index in 0..300 {
        let version = EventVersion::ALL[index as usize % 3];
        let situations = Situations::new(version).in_pool(&pool);
        let start = situations.draw(Seed(9).of_case(index));
        for (holds, shown) in faults.iter().zip(&mut shown) {
            if !holds(&event::build(&start, version)) {
                continue;
            }
            let mut tree = SituationTree::in_pool(start.clone(), version, Some(&pool));
            let (mut calls, mut more) = (0, tree.simplify());
            while more {
                let event = event::build(&tree.current(), version);
                assert_eq!(files.misfits(&event), [""; 0], "{event:#}");
                calls += 1;
                assert!(calls < 1_000, "it goes on and on");
                more = if holds(&event) { tree.simplify() } else { tree.complicate() };
            }
            *shown += 1;
        }
    }
    assert!(shown.iter().all(|shown| *shown > 10), "{shown:?}");
}

#[test]
fn the_smallest_event_of_all_has_what_the_pool_requires_and_nothing_else() {
    let pool = shared();
    for index in 0..60 {
        let start = Situations::new(EventVersion::V2).in_pool(&pool).draw(Seed(2).of_case(index));
        let mut tree = SituationTree::in_pool(start, EventVersion::V2, Some(&pool));
        while tree.simplify() {}
        let event = event::build(&tree.current(), EventVersion::V2);
        let attributes = &event["request"]["userAttributes"];
        assert_eq!(attributes.as_object().unwrap().keys().collect::<Vec<_>>(), ["cognito:user_status", "email", "sub"]);
        assert_eq!((&attributes["email"], &event["userName"]), (&"a@b.co".into(), &attributes["sub"]));
        assert_eq!(event["callerContext"]["clientId"], "4d7pk2q9webclient0example0");
    }
}

#[test]
fn a_case_is_a_function_of_the_seed_its_place_and_the_pool() {
    let (one, two) = (cases(&shared(), 300, words()), cases(&shared(), 900, words()));
    let of = |cases: &Cases, place| cases.get(place).map(|case| (case.scenario, case.version, case.situation));
    for place in (0..one.len()).rev() {
        assert_eq!(of(&one, place), of(&two, place));
    }
}

#[test]
fn documented_examples_stay_as_they_are() {
    let (with, without) = (cases(&shared(), 0, words()), Cases::new(&Plan { cases: 0, ..Plan::default() }));
    assert!(with.count(Phase::Documented) > 10);
    for place in 0..with.count(Phase::Documented) {
        assert_eq!(with.get(place).unwrap().event(), without.get(place).unwrap().event());
    }
}

#[test]
fn what_no_file_tells_is_as_in_any_pool() {
    let bare = Arc::new(Pool::read(&text("user-pool.json")).unwrap());
    let events = |pool: &Arc<Pool>| -> Vec<Value> {
        (0..400)
            .map(|index| {
                event::build(
                    &Situations::new(EventVersion::V3).in_pool(pool).draw(Seed(1).of_case(index)),
                    EventVersion::V3,
                )
            })
            .collect()
    };
    let clients: BTreeSet<_> =
        events(&bare).iter().map(|event| event["callerContext"]["clientId"].to_string()).collect();
    assert!(clients.contains("\"1example23456789\"") && clients.len() > 2, "{clients:?}");
    assert!(
        events(&bare).iter().any(|event| event["request"]["groupConfiguration"]["groupsToOverride"][0] == "admins")
    );
    let mut grouped = (*bare).clone();
    grouped.add(FILES[3].1, &text(FILES[3].0)).unwrap();
    let known = |event: &Value| event["request"]["groupConfiguration"]["groupsToOverride"][0] != "admins";
    assert!(events(&Arc::new(grouped)).iter().all(known));
}

#[test]
fn a_pool_of_machines_alone_lets_nobody_in_but_machines_under_v3() {
    let mut machines = Pool::read(&text("user-pool.json")).unwrap();
    machines.add(FILES[2].1, &text("machine.json")).unwrap();
    assert_eq!(machines.flows(EventVersion::V2), []);
    assert_eq!(machines.flows(EventVersion::V3), [Flow::ClientCredentials]);
    let cases = cases(&Arc::new(machines), 30, Dictionary::default());
    let random: Vec<_> = (0..cases.len()).filter(|place| cases.phase(*place) == Phase::Random).collect();
    assert_eq!(random.len(), 30);
    for place in random {
        let case = cases.get(place).unwrap();
        assert_eq!(
            (case.version, case.event()["callerContext"]["clientId"].as_str()),
            (EventVersion::V3, Some("1q0zt6machineclient0example"))
        );
    }
}
