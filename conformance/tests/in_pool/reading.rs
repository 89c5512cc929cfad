//! What is taken from the files of the AWS CLI.

use pretoken::pool::{Limits, Pool, PoolFault, PoolFile, UserNames};
use pretoken::situation::{EventVersion, Flow};
use serde_json::{Value, json};

use super::{json, pool, text};

#[test]
fn the_pool_is_read_as_it_is() {
    let pool = pool();
    assert_eq!((pool.id.as_str(), pool.id.region()), ("eu-west-1_Ab3dE6gHi", "eu-west-1"));
    assert_eq!((pool.trigger, pool.user_names), (Some(EventVersion::V2), UserNames::Uuid));
    let limits = |name| pool.attribute(name).unwrap().limits;
    assert_eq!(limits("custom:cost_centre"), Limits::Text { least: 6, most: 10 });
    assert_eq!(limits("custom:seats"), Limits::Number { least: 1, most: 500 });
    assert_eq!((limits("custom:beta"), limits("custom:since")), (Limits::Boolean, Limits::Time));
    assert_eq!(limits("dev:custom:risk"), Limits::Text { least: 0, most: 16 });
    let required: Vec<_> =
        pool.attributes.iter().filter(|attribute| attribute.required).map(|it| it.name.as_str()).collect();
    assert_eq!(required, ["email"]);
    let clients = pool.clients.as_ref().unwrap();
    let flows = |index: usize| Flow::ALL.into_iter().filter(|flow| clients[index].allows(*flow)).count();
    assert_eq!([flows(0), flows(1), flows(2)], [8, 5, 1]);
    assert_eq!(pool.cut_short, [""; 0]);
}

#[test]
fn the_event_version_is_that_of_the_configured_trigger() {
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:claims";
    let config = |version: Value| json!({"PreTokenGenerationConfig": {"LambdaVersion": version, "LambdaArn": arn}});
    let table = [
        (config(json!("V1_0")), Some(EventVersion::V1)),
        (config(json!("V2_0")), Some(EventVersion::V2)),
        (config(json!("V3_0")), Some(EventVersion::V3)),
        (json!({"PreTokenGeneration": arn}), Some(EventVersion::V1)),
        (json!({"PostConfirmation": arn}), None),
        (json!({}), None),
    ];
    for (lambda, version) in table {
        let mut pool = json("user-pool.json");
        pool["UserPool"]["LambdaConfig"] = lambda;
        assert_eq!(Pool::read(&pool.to_string()).unwrap().trigger, version, "{pool}");
    }
    let mut later = json("user-pool.json");
    later["UserPool"]["LambdaConfig"] = config(json!("V4_0"));
    assert!(matches!(Pool::read(&later.to_string()), Err(PoolFault::Partial(why)) if why.contains("`V4_0`")));
}

#[test]
fn a_client_lets_in_whom_its_settings_let_in() {
    let client = |changes: Value| {
        let mut client = json!({"UserPoolClient": {"ClientId": "abc"}});
        client["UserPoolClient"].as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let mut pool = Pool::read(&text("user-pool.json")).unwrap();
        pool.add(PoolFile::Client, &client.to_string()).unwrap();
        pool
    };
    let oauth = |flow: &str| json!({"AllowedOAuthFlows": [flow], "AllowedOAuthFlowsUserPoolClient": true, "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"]});
    let table = [
        (json!({}), vec![Flow::SignIn, Flow::Challenge, Flow::NewPassword, Flow::Device, Flow::Refresh]),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}),
            vec![Flow::SignIn, Flow::Challenge, Flow::NewPassword, Flow::Device],
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED"}}),
            vec![Flow::SignIn, Flow::Challenge, Flow::NewPassword, Flow::Device, Flow::Refresh],
        ),
        (oauth("code"), vec![Flow::ManagedLogin, Flow::ManagedLoginLocal, Flow::ManagedRefresh]),
        (oauth("implicit"), vec![Flow::ManagedLogin, Flow::ManagedLoginLocal]),
        (oauth("client_credentials"), vec![Flow::ClientCredentials]),
        (
            json!({"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthFlowsUserPoolClient": true}),
            vec![Flow::ClientCredentials],
        ),
        // Without the switch, the flows are not on.
        (json!({"AllowedOAuthFlows": ["code"], "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"]}), vec![]),
    ];
    for (changes, flows) in table {
        assert_eq!(client(changes.clone()).flows(EventVersion::V3), flows, "{changes}");
    }
}

#[test]
fn a_pool_that_remembers_no_devices_authenticates_none() {
    let mut raw = json("user-pool.json");
    raw["UserPool"].as_object_mut().unwrap().remove("DeviceConfiguration");
    assert!(!Pool::read(&raw.to_string()).unwrap().flows(EventVersion::V1).contains(&Flow::Device));
    assert!(pool().flows(EventVersion::V1).contains(&Flow::Device));
}

#[test]
fn a_list_with_further_pages_is_told_as_cut_short() {
    for token in ["NextToken", "nextToken"] {
        let mut groups = json("groups.json");
        groups[token] = json!("eyJw");
        let mut pool = Pool::read(&text("user-pool.json")).unwrap();
        pool.add(PoolFile::Groups, &groups.to_string()).unwrap();
        assert_eq!(pool.cut_short, [format!("`list-groups` was not read to its end (`{token}`)")]);
    }
}

#[test]
fn a_file_of_another_pool_is_none_of_this_one() {
    let other = |file: &str| text(file).replace("eu-west-1_Ab3dE6gHi", "eu-west-1_Other");
    for (name, file) in [
        ("web.json", PoolFile::Client),
        ("groups.json", PoolFile::Groups),
        ("resource-servers.json", PoolFile::ResourceServers),
    ] {
        let error = pool_alone().add(file, &other(name)).unwrap_err();
        assert_eq!(error.to_string(), "is of the user pool `eu-west-1_Other`, not of `eu-west-1_Ab3dE6gHi`");
    }
}

fn pool_alone() -> Pool {
    Pool::read(&text("user-pool.json")).unwrap()
}
