//! Miniatures that break their rule under a condition break it wherever that holds, and nowhere else.
//!
//! The conditions are written down a second time here: a needle that lies about where it lies proves nothing.

use pretoken::rules::{ALL, Miniature, Rule};
use serde_json::Value;

use crate::cases::{Case, cases, documented_and_boundary, edges};
use crate::conviction::{judged_under, within_one_exchange};

type Condition = fn(&Value) -> bool;

/// What a miniature is about, and the events on which it breaks its rule.
const CONDITIONS: [(&str, Condition); 68] = [
    ("has a branch for each kind of sign-in, and none for machines", machine),
    ("returns the event inside its `if` only, where a user has an email", |event| attribute(event, "email").is_none()),
    ("prints a warning about unverified users to the stream that carries its answer", |event| {
        attribute(event, "email_verified") == Some("false")
    }),
    ("takes an event without client metadata for a ping, and answers `ok`", |event| {
        !event["request"]["clientMetadata"].is_object()
    }),
    ("gives a role to whoever has none, in the attributes", |event| attribute(event, "custom:role").is_none()),
    ("writes claims that it has not got as an empty list, as PHP does", |event| attribute(event, "email").is_none()),
    ("unwraps a list of one group, as PowerShell does", |event| list(event, GROUPS).len() == 1),
    ("looks a role's scope up in a table that lacks some roles", |event| {
        event["version"] != "1" && attribute(event, "custom:role").is_some_and(|role| role != "admin")
    }),
    ("writes the scopes for members of a group beside the parts of the tokens", |event| {
        event["version"] != "1" && in_groups(event)
    }),
    ("writes the groups into the part of the ID token", |event| {
        event["version"] != "1" && !machine(event) && event["request"]["groupConfiguration"].is_object()
    }),
    ("knows version 1 only", |event| event["version"] != "1"),
    ("knows versions 2 and 3 only", |event| event["version"] == "1"),
    ("takes the tenant back out of the access token where it is not its own", |event| {
        event["version"] != "1" && tenant(event).is_some_and(|tenant| tenant != "acme")
    }),
    ("lists both flags of whoever has an email and a phone", |event| {
        attribute(event, "email_verified").is_some() && attribute(event, "phone_number_verified").is_some()
    }),
    ("lists two names, of which some users have only one", |event| {
        attribute(event, "given_name").is_some() != attribute(event, "family_name").is_some()
    }),
    ("takes the tenant for a number (JavaScript)", |event| {
        // Whoever is called so may be called so.
        tenant(event).is_some_and(|it| !it.trim().is_empty() && it != "NaN" && it.trim().parse::<i64>().is_err())
    }),
    ("reads the groups into a type that cannot be null", |event| !preferred(event)),
    ("prefers no role where there are several", |event| preferred(event) && list(event, ROLES).len() > 1),
    ("prefers the first role, and an empty text where there is none", |event| {
        in_groups(event) && list(event, ROLES).is_empty()
    }),
    ("adds everyone who gets a token to a group, machines too", machine),
    ("makes a scope of the tenant's name", |event| {
        event["version"] != "1" && tenant(event).is_some_and(|it| it.trim().contains(char::is_whitespace))
    }),
    ("joins the groups of teams to one scope", |event| {
        let teams = list(event, GROUPS).into_iter().filter(|group| group.starts_with("team-"));
        event["version"] != "1" && teams.map(|team| team.len() + 1).sum::<usize>() > 257
    }),
    ("takes `phone` from everyone, and grants it to whoever has a number", |event| {
        event["version"] != "1" && attribute(event, "phone_number").is_some()
    }),
    ("makes a new object for machines", machine),
    ("names the client in tokens of machines", machine),
    ("hides the client in tokens of machines", machine),
    ("refuses machines", machine),
    ("reads `sub`, which machines have not", machine),
    ("knows the trigger sources of users only", machine),
    ("puts machines into a group by a claim", machine),
    ("answers machines as version 1 is answered", machine),
    ("writes the scopes of machines back as a claim", machine),
    ("puts machines with several scopes into a group", |event| machine(event) && list(event, SCOPES).len() > 1),
    ("returns `{}` for a trigger source that it does not handle", refresh),
    ("asks too much of its table on refreshes", refresh),
    ("takes the first device of a list that a refresh leaves empty", refresh),
    ("prolongs the session on a refresh", refresh),
    ("hides the scopes on a refresh", |event| refresh(event) && event["version"] != "1"),
    ("writes null on a refresh", |event| refresh(event) && in_groups(event)),
    ("hides the preferred role on a refresh", |event| refresh(event) && preferred(event)),
    ("shows the scopes of the managed login to the page", |event| source(event) == "TokenGeneration_HostedAuth"),
    ("writes the scopes of the managed login as one text", |event| {
        source(event) == "TokenGeneration_HostedAuth" && event["version"] != "1"
    }),
    ("lets nobody in who has no group", |event| !in_groups(event)),
    ("lets nobody in whose email is not verified", |event| attribute(event, "email_verified") != Some("true")),
    ("names the id of a user whose email is not verified", |event| attribute(event, "email_verified") == Some("false")),
    ("knows one app client", |event| event["callerContext"]["clientId"] != "1example23456789"),
    ("walks through the groups; they may be null", |event| !event.pointer(GROUPS).is_some_and(Value::is_array)),
    ("reads the group configuration into a type that cannot be null", |event| {
        event.pointer("/request/groupConfiguration").is_some_and(Value::is_null)
    }),
    ("puts a set of groups into a claim, for whoever has some", in_groups),
    ("runs out of memory over a user in very many groups", |event| list(event, GROUPS).len() > 50),
    ("looks many groups up one by one", |event| list(event, GROUPS).len() > 10),
    ("counts the groups of whoever is in more than five", |event| list(event, GROUPS).len() > 5),
    ("looks groups up in an object literal, where `constructor` is a function", |event| {
        list(event, GROUPS).contains(&"constructor")
    }),
    ("gives administrators another role and leaves their groups out", |event| list(event, GROUPS).contains(&"admins")),
    ("joins several groups to one text, because version 1 takes no list", |event| {
        event["version"] == "1" && list(event, GROUPS).len() > 1
    }),
    ("hides the roles of whoever has more than one", |event| list(event, ROLES).len() > 1),
    ("picks the first of several roles by a claim", |event| list(event, ROLES).len() > 1),
    ("clears what was overridden, for federated users", |event| federated(event) && in_groups(event)),
    ("leaves out the request of federated users, which holds other people's data", federated),
    ("deletes the identities of federated users, to keep them out of its log", federated),
    ("parses the identities of users who have none", |event| !federated(event)),
    ("takes what follows the `_` in a user name", |event| !name(event).contains('_')),
    ("hides user names that are email addresses", |event| name(event).contains('@')),
    ("writes the email over a user name that is a UUID", |event| name(event).len() == 36 && event["version"] != "1"),
    ("decodes a tenant as part of a URL", |event| tenant(event).is_some_and(|tenant| tenant.contains('%'))),
    ("takes the tenant for a number", |event| tenant(event).is_some_and(|tenant| tenant.parse::<i64>().is_err())),
    ("writes a tenant that is a number as one", |event| tenant(event).is_some_and(|it| it.parse::<i64>().is_ok())),
    ("writes names in Latin-1", |event| tenant(event).is_some_and(|it| it.chars().any(|letter| letter > 'ÿ'))),
];

#[test]
fn a_miniature_with_a_condition_breaks_its_rule_where_that_holds_and_nowhere_else() {
    let mut cases = cases();
    cases.extend(edges());
    cases.extend(documented_and_boundary());
    for (about, holds) in CONDITIONS {
        let (rule, miniature) = find(about);
        let sent = cases.iter().filter(|case| rule.versions.contains(&case.version));
        let (meeting, other): (Vec<_>, Vec<_>) = sent.partition(|case| holds(&case.event));
        assert!(!meeting.is_empty() && !other.is_empty(), "{about}: it is no condition on these events");
        for (cases, expected) in [(meeting, true), (other, false)] {
            for case in cases {
                assert_eq!(is_convicted(rule, miniature, case), expected, "the trigger that {about}, for {case}");
            }
        }
    }
}

fn find(about: &str) -> (&'static Rule, &'static Miniature) {
    let all = within_one_exchange().flat_map(|rule| rule.miniatures.iter().map(move |miniature| (rule, miniature)));
    let mut named = all.filter(|(_, miniature)| miniature.about == about);
    let found = named.next().unwrap_or_else(|| panic!("no trigger that {about} among the {} rules'", ALL.len()));
    assert!(named.next().is_none(), "two triggers that {about}");
    found
}

fn is_convicted(rule: &Rule, miniature: &Miniature, case: &Case) -> bool {
    let outcome = (miniature.trigger)(case.event.clone());
    !judged_under(&rule.violates.expectations(), rule, case, &outcome).is_empty()
}

const GROUPS: &str = "/request/groupConfiguration/groupsToOverride";
const ROLES: &str = "/request/groupConfiguration/iamRolesToOverride";
const SCOPES: &str = "/request/scopes";

fn list<'a>(event: &'a Value, pointer: &str) -> Vec<&'a str> {
    event.pointer(pointer).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

fn source(event: &Value) -> &str {
    event["triggerSource"].as_str().unwrap()
}

fn name(event: &Value) -> &str {
    event["userName"].as_str().unwrap()
}

fn attribute<'a>(event: &'a Value, name: &str) -> Option<&'a str> {
    event["request"]["userAttributes"].get(name)?.as_str()
}

fn tenant(event: &Value) -> Option<&str> {
    attribute(event, "custom:tenant")
}

fn machine(event: &Value) -> bool {
    source(event) == "TokenGeneration_ClientCredentials"
}

fn refresh(event: &Value) -> bool {
    source(event) == "TokenGeneration_RefreshTokens"
}

fn federated(event: &Value) -> bool {
    attribute(event, "identities").is_some()
}

fn in_groups(event: &Value) -> bool {
    !list(event, GROUPS).is_empty()
}

fn preferred(event: &Value) -> bool {
    event.pointer("/request/groupConfiguration/preferredRole").is_some_and(Value::is_string)
}
