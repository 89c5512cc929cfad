//! Whether an event can come from the pool, told from the files of the AWS CLI alone: nothing here is the suite's.

use serde_json::Value;

use super::json;

/// What the files say, as they say it.
pub(crate) struct Files {
    pool: Value,
    clients: Vec<Value>,
    groups: Value,
    providers: Value,
    servers: Value,
}

impl Files {
    pub(crate) fn read() -> Self {
        Self {
            pool: json("user-pool.json")["UserPool"].take(),
            clients: ["web.json", "mobile.json", "machine.json"].map(|file| json(file)["UserPoolClient"].take()).into(),
            groups: json("groups.json")["Groups"].take(),
            providers: json("identity-providers.json")["Providers"].take(),
            servers: json("resource-servers.json")["ResourceServers"].take(),
        }
    }

    /// All that is wrong with an event.
    pub(crate) fn misfits(&self, event: &Value) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut check = |holds: bool, what: &str| {
            if !holds {
                wrong.push(what.to_owned());
            }
        };
        check(event["userPoolId"] == self.pool["Id"], "user pool");
        check(event["region"] == "eu-west-1", "region");
        let id = &event["callerContext"]["clientId"];
        let Some(client) = self.clients.iter().find(|client| client["ClientId"] == *id) else {
            return vec![format!("client {id}")];
        };
        let source = event["triggerSource"].as_str().unwrap();
        check(self.client_allows(client, event), source);
        let scopes = list(&event["request"]["scopes"]);
        if scopes != ["aws.cognito.signin.user.admin"] {
            let allowed = list(&client["AllowedOAuthScopes"]);
            check(scopes.iter().all(|scope| allowed.contains(scope)), "scopes of the client");
            check(scopes.iter().all(|scope| !scope.contains('/') || self.defines(scope)), "scopes of the servers");
        }
        if source == "TokenGeneration_ClientCredentials" {
            return wrong;
        }
        let attributes = event["request"]["userAttributes"].as_object().unwrap();
        for (name, value) in attributes {
            let fault = self.attribute(name, value.as_str().unwrap());
            check(fault.is_none(), &fault.unwrap_or_default());
        }
        for required in self.schema().filter(|known| known["Required"] == true) {
            check(attributes.contains_key(required["Name"].as_str().unwrap()), "a required attribute");
        }
        let identities: Value =
            serde_json::from_str(attributes.get("identities").and_then(Value::as_str).unwrap_or("[]")).unwrap();
        for identity in identities.as_array().unwrap() {
            let is_it = |known: &&Value| {
                known["ProviderName"] == identity["providerName"] && known["ProviderType"] == identity["providerType"]
            };
            check(self.providers.as_array().unwrap().iter().find(is_it).is_some(), "provider");
        }
        let name = event["userName"].as_str().unwrap();
        let federated = identities.as_array().unwrap().iter().find(|identity| identity["primary"] == "true");
        match federated {
            Some(from) => {
                let own = format!("{}_{}", from["providerName"].as_str().unwrap(), from["userId"].as_str().unwrap());
                check(name == own, "name of a federated user");
                let listed = list(&client["SupportedIdentityProviders"]);
                check(listed.iter().any(|other| from["providerName"] == *other), "provider of the client");
            }
            // `UsernameAttributes` makes the name a UUID, which is the `sub`.
            None => check(attributes["sub"] == name && is_uuid(name), "name"),
        }
        self.groups(&event["request"]["groupConfiguration"], &mut check);
        wrong
    }

    fn groups(&self, groups: &Value, check: &mut impl FnMut(bool, &str)) {
        let names = list(&groups["groupsToOverride"]);
        let known = self.groups.as_array().unwrap();
        let of = |name: &str| known.iter().find(|group| group["GroupName"] == name);
        check(names.iter().all(|name| of(name).is_some()), "groups");
        let mine: Vec<&Value> = names.iter().filter_map(|name| of(name)).collect();
        let roles: Vec<&str> = mine.iter().filter_map(|group| group["RoleArn"].as_str()).collect();
        check(list(&groups["iamRolesToOverride"]) == roles, "roles");
        let first =
            mine.iter().filter(|group| group["Precedence"].is_u64()).min_by_key(|group| group["Precedence"].as_u64());
        let preferred = first.map_or(&Value::Null, |group| &group["RoleArn"]);
        check(groups["preferredRole"] == *preferred, "preferred role");
    }

    fn client_allows(&self, client: &Value, event: &Value) -> bool {
        let flows = list(&client["AllowedOAuthFlows"]);
        let signs_in = list(&client["ExplicitAuthFlows"]).iter().any(|flow| *flow != "ALLOW_REFRESH_TOKEN_AUTH");
        // Under V1 no scopes are sent, so that either way is possible.
        let managed = list(&event["request"]["scopes"]) != ["aws.cognito.signin.user.admin"] && event["version"] != "1";
        match event["triggerSource"].as_str().unwrap() {
            "TokenGeneration_ClientCredentials" => flows == ["client_credentials"],
            "TokenGeneration_HostedAuth" => flows.contains(&"code"),
            "TokenGeneration_Authentication" | "TokenGeneration_RefreshTokens" if managed => flows.contains(&"code"),
            _ => signs_in,
        }
    }

    fn defines(&self, scope: &str) -> bool {
        self.servers.as_array().unwrap().iter().any(|server| {
            let scopes = server["Scopes"].as_array().unwrap().iter();
            scopes
                .map(|own| format!("{}/{}", server["Identifier"].as_str().unwrap(), own["ScopeName"].as_str().unwrap()))
                .any(|own| own == scope)
        })
    }

    fn schema(&self) -> impl Iterator<Item = &Value> {
        self.pool["SchemaAttributes"].as_array().unwrap().iter()
    }

    fn attribute(&self, name: &str, value: &str) -> Option<String> {
        if ["cognito:user_status", "cognito:token_nbf", "cognito:mfa_enabled", "cognito:email_alias"].contains(&name) {
            return None;
        }
        let Some(known) = self.schema().find(|known| known["Name"] == name) else {
            return Some(format!("attribute {name}"));
        };
        let limit =
            |group: &str, member: &str| known[group][member].as_str().map(|limit| limit.parse::<i64>().unwrap());
        let (least, most, size) = match known["AttributeDataType"].as_str().unwrap() {
            "String" => {
                let of = |member| limit("StringAttributeConstraints", member);
                (of("MinLength"), of("MaxLength"), i64::try_from(value.chars().count()).ok())
            }
            "Number" => {
                let of = |member| limit("NumberAttributeConstraints", member);
                (of("MinValue"), of("MaxValue"), value.parse().ok())
            }
            "Boolean" => (None, None, ["true", "false"].contains(&&*value.to_lowercase()).then_some(0)),
            "DateTime" => (None, None, humantime::parse_rfc3339(value).is_ok().then_some(0)),
            other => panic!("{other}"),
        };
        let fits =
            size.is_some_and(|size| least.is_none_or(|least| size >= least) && most.is_none_or(|most| size <= most));
        let empty = known["Required"] == true && value.is_empty();
        (!fits || empty).then(|| format!("{name} is {value:?}"))
    }
}

fn list(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().map(|entry| entry.as_str().unwrap()).collect()
}

fn is_uuid(name: &str) -> bool {
    let lengths: Vec<_> = name.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && name.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}
