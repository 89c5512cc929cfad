use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::attribute::MOST_CHARACTERS;
use super::{Client, Limits, Pool, PoolAttribute, PoolFault, PoolFile, Provider, ResourceServer, UserNames};
use crate::situation::{EventVersion, Group, Scope, Text};

impl Pool {
    /// Reads what `aws cognito-idp describe-user-pool` prints.
    ///
    /// # Errors
    ///
    /// The text is something else, in words to be put behind the file's name.
    ///
    /// ```
    /// use pretoken::pool::Pool;
    /// let pool = Pool::read(r#"{"UserPool": {"Id": "eu-west-1_Ab3dE6gHi", "SchemaAttributes": []}}"#).unwrap();
    /// assert_eq!((pool.id.region(), pool.trigger), ("eu-west-1", None));
    ///
    /// let error = Pool::read(r#"{"Groups": []}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "looks like the output of `list-groups`");
    /// ```
    pub fn read(text: &str) -> Result<Self, PoolFault> {
        let pool: RawPool = part(&mut PoolFile::UserPool.value(text)?, PoolFile::UserPool)?;
        if !pool.id.contains('_') {
            return Err(PoolFault::Partial(format!("`UserPool.Id` is `{}`, which is no user pool's id", pool.id)));
        }
        let by = |names: &[String], word: &str| names.iter().any(|name| name == word);
        let email = by(&pool.alias_attributes, "email");
        let mut added = vec!["cognito:token_nbf"];
        if pool.mfa_configuration.as_deref().is_some_and(|mfa| mfa != "OFF") {
            added.push("cognito:mfa_enabled");
        }
        if email || by(&pool.username_attributes, "email") {
            added.push("cognito:email_alias");
        }
        let attributes = pool.schema_attributes.into_iter();
        let attributes = attributes.filter(|raw| raw.name != "sub" && raw.name != "identities");
        Ok(Self {
            trigger: pool.lambda_config.version()?,
            user_names: if pool.username_attributes.is_empty() { UserNames::Chosen { email } } else { UserNames::Uuid },
            attributes: attributes.map(RawAttribute::attribute).collect::<Result<_, _>>()?,
            added,
            remembers_devices: pool.device_configuration.is_some(),
            id: pool.id.into(),
            clients: None,
            groups: None,
            providers: None,
            resource_servers: None,
            cut_short: Vec::new(),
        })
    }

    /// Takes in another file; app clients may come one by one.
    ///
    /// # Errors
    ///
    /// The text is something else, or of another user pool, in words to be put behind the file's name.
    pub fn add(&mut self, file: PoolFile, text: &str) -> Result<(), PoolFault> {
        let mut value = file.value(text)?;
        match file {
            PoolFile::UserPool => *self = Self::read(text)?,
            PoolFile::Client => {
                let raw: RawClient = part(&mut value, file)?;
                self.is_of(raw.user_pool_id.as_deref())?;
                let client = raw.client();
                let clients = self.clients.get_or_insert_default();
                if clients.iter().any(|other| other.id == client.id) {
                    return Err(PoolFault::Twice(client.id.to_string()));
                }
                clients.push(client);
            }
            PoolFile::Groups => {
                let groups: Vec<RawGroup> = part(&mut value, file)?;
                groups.iter().try_for_each(|raw| self.is_of(raw.user_pool_id.as_deref()))?;
                self.groups = Some(groups.into_iter().map(RawGroup::group).collect());
            }
            PoolFile::IdentityProviders => {
                let providers: Vec<RawProvider> = part(&mut value, file)?;
                let providers = providers.into_iter();
                let provider =
                    |raw: RawProvider| Provider { name: raw.provider_name.into(), kind: raw.provider_type.into() };
                self.providers = Some(providers.map(provider).collect());
            }
            PoolFile::ResourceServers => {
                let servers: Vec<RawServer> = part(&mut value, file)?;
                servers.iter().try_for_each(|raw| self.is_of(raw.user_pool_id.as_deref()))?;
                self.resource_servers = Some(servers.into_iter().map(RawServer::server).collect());
            }
        }
        let token =
            ["NextToken", "nextToken"].into_iter().find(|token| value.get(token).is_some_and(|it| !it.is_null()));
        self.cut_short.extend(token.map(|token| format!("`{}` was not read to its end (`{token}`)", file.operation())));
        Ok(())
    }

    fn is_of(&self, pool: Option<&str>) -> Result<(), PoolFault> {
        match pool {
            Some(found) if found != self.id.as_str() => {
                Err(PoolFault::OtherPool { found: found.to_owned(), wanted: self.id.to_string() })
            }
            _ => Ok(()),
        }
    }
}

/// The part of a file that says it all.
fn part<T: DeserializeOwned>(value: &mut Value, file: PoolFile) -> Result<T, PoolFault> {
    let part = value.get_mut(file.member()).map(Value::take).unwrap_or_default();
    serde_json::from_value(part).map_err(|error| PoolFault::Partial(format!("in `{}`, {error}", file.member())))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawPool {
    id: String,
    schema_attributes: Vec<RawAttribute>,
    #[serde(default)]
    lambda_config: LambdaConfig,
    #[serde(default)]
    username_attributes: Vec<String>,
    #[serde(default)]
    alias_attributes: Vec<String>,
    mfa_configuration: Option<String>,
    device_configuration: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LambdaConfig {
    pre_token_generation: Option<String>,
    pre_token_generation_config: Option<VersionConfig>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VersionConfig {
    lambda_version: Option<String>,
}

impl LambdaConfig {
    /// The ARN alone means V1, and so does a configuration without a version (W-02).
    fn version(&self) -> Result<Option<EventVersion>, PoolFault> {
        match (&self.pre_token_generation_config, &self.pre_token_generation) {
            (Some(VersionConfig { lambda_version: Some(word) }), _) => {
                let at = "`UserPool.LambdaConfig.PreTokenGenerationConfig.LambdaVersion`";
                word.parse().map(Some).map_err(|error| PoolFault::Partial(format!("in {at}, {error}")))
            }
            (Some(_), _) | (None, Some(_)) => Ok(Some(EventVersion::V1)),
            (None, None) => Ok(None),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawAttribute {
    name: String,
    attribute_data_type: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    developer_only_attribute: bool,
    string_attribute_constraints: Option<Lengths>,
    number_attribute_constraints: Option<Range>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Lengths {
    min_length: Option<String>,
    max_length: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Range {
    min_value: Option<String>,
    max_value: Option<String>,
}

impl RawAttribute {
    fn attribute(self) -> Result<PoolAttribute, PoolFault> {
        let wrong = || {
            let Self { name, attribute_data_type, .. } = &self;
            PoolFault::Partial(format!("`UserPool.SchemaAttributes` has `{name}` of the type `{attribute_data_type}`"))
        };
        let limits = match self.attribute_data_type.as_str() {
            "String" => {
                let Lengths { min_length, max_length } = self.string_attribute_constraints.unwrap_or_default();
                let number = |text: Option<String>| text.and_then(|text| text.parse::<usize>().ok());
                let most = number(max_length).unwrap_or(MOST_CHARACTERS).min(MOST_CHARACTERS);
                Limits::Text { least: number(min_length).unwrap_or(0).min(most), most }
            }
            "Number" => {
                let Range { min_value, max_value } = self.number_attribute_constraints.unwrap_or_default();
                // Limits may be larger than any number here, and then are none.
                let number = |text: Option<String>| text.and_then(|text| text.parse::<i64>().ok());
                let most = number(max_value).unwrap_or(i64::MAX);
                Limits::Number { least: number(min_value).unwrap_or(i64::MIN).min(most), most }
            }
            "Boolean" => Limits::Boolean,
            "DateTime" => Limits::Time,
            _ => return Err(wrong()),
        };
        // The AWS CLI prints names with their prefixes; a schema in a template has none, and says so beside.
        let name = if self.developer_only_attribute && !self.name.starts_with("dev:") {
            format!("dev:{}", self.name)
        } else {
            self.name
        };
        Ok(PoolAttribute { name: name.into(), limits, required: self.required })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawClient {
    client_id: String,
    user_pool_id: Option<String>,
    #[serde(default)]
    explicit_auth_flows: Vec<String>,
    #[serde(default)]
    supported_identity_providers: Vec<String>,
    #[serde(default, rename = "AllowedOAuthFlows")]
    flows: Vec<String>,
    #[serde(default, rename = "AllowedOAuthScopes")]
    scopes: Vec<String>,
    #[serde(default, rename = "AllowedOAuthFlowsUserPoolClient")]
    is_oauth: bool,
    refresh_token_rotation: Option<Rotation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rotation {
    feature: Option<String>,
}

impl RawClient {
    fn client(self) -> Client {
        let grants = |flow: &str| self.is_oauth && self.flows.iter().any(|other| other == flow);
        let is_machine = grants("client_credentials");
        let listed = |flow: &str| self.explicit_auth_flows.iter().any(|other| other == flow);
        let unlisted = self.explicit_auth_flows.is_empty();
        // Without a list, the API takes refreshes, SRP and custom challenges. A machine's client is left to machines then.
        let signs_in = if unlisted {
            !is_machine
        } else {
            self.explicit_auth_flows.iter().any(|flow| flow != "ALLOW_REFRESH_TOKEN_AUTH")
        };
        // The older words, without `ALLOW_`, leave refreshes on; rotation takes their place.
        let is_older = self.explicit_auth_flows.iter().any(|flow| !flow.starts_with("ALLOW_"));
        let rotates = self.refresh_token_rotation.as_ref().and_then(|it| it.feature.as_deref()) == Some("ENABLED");
        let refreshes = unlisted || is_older || rotates || listed("ALLOW_REFRESH_TOKEN_AUTH");
        Client {
            signs_in,
            refreshes,
            code: grants("code"),
            implicit: grants("implicit"),
            is_machine,
            id: self.client_id.into(),
            scopes: self.scopes.into_iter().map(Scope::from).collect(),
            providers: self.supported_identity_providers,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawGroup {
    group_name: String,
    user_pool_id: Option<String>,
    role_arn: Option<String>,
    precedence: Option<u32>,
}

impl RawGroup {
    fn group(self) -> Group {
        Group { name: self.group_name.into(), role: self.role_arn.map(Into::into), precedence: self.precedence }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawProvider {
    provider_name: String,
    provider_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawServer {
    identifier: String,
    user_pool_id: Option<String>,
    #[serde(default)]
    scopes: Vec<RawScope>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawScope {
    scope_name: String,
}

impl RawServer {
    fn server(self) -> ResourceServer {
        let scopes = self.scopes.iter().map(|scope| Scope::from(format!("{}/{}", self.identifier, scope.scope_name)));
        ResourceServer { scopes: scopes.collect(), id: Text::Owned(self.identifier) }
    }
}
