//! The words that situations are made of: ordinary ones, and those that have broken real triggers.

/// User names: the field's kinds (E-07), then the awkward ones.
pub(super) const USER_NAMES: &[&str] = &[
    "jane",
    "d1595c5a-7c02-4bd3-9f0c-2b8b5b1f4f10",
    "jane@example.com",
    "Google_104829930012345678901",
    "google_1234",
    "LoginWithAmazon_amzn1.account.AEXAMPLE",
    "Corp_SAML_jane_doe",
    "_",
    "corp_",
    "_jane",
    "constructor",
    "__proto__",
    "İstanbul_ğ",
    "O'Brien",
    "jane+test@example.com",
    "0",
    "null",
    "用户",
    "jane%2Fdoe",
    "🦀",
];

/// Group names. All are legal: letters, marks, symbols, numbers and punctuation, no blanks (O-07).
pub(super) const GROUPS: &[&str] = &[
    "admins",
    "editors",
    "readers",
    "group-1",
    "group-A",
    "tenant:acme:admin",
    "us-east-1_EXAMPLE_Google",
    "us-east-1_EXAMPLE_Corp",
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "a,b",
    "cn=admins,ou=groups,dc=example,dc=com",
    "null",
    "undefined",
    "true",
    "0",
    "-1",
    "[]",
    "{}",
    "a/b",
    "~1",
    "a.b",
    "%",
    "100%",
    "\"quoted\"",
    "back\\slash",
    "Ünïcödé",
    "管理者",
    "🦀",
    "*",
    "Admins",
    "ADMINS",
];

/// Attribute names beside the ones that every user has: standard ones, then custom, `dev:` and Cognito's own.
pub(super) const ATTRIBUTES: &[&str] = &[
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "address",
    "custom:tenant",
    "custom:tenant_id",
    "custom:role",
    "custom:roles",
    "custom:x",
    "custom:isAdmin",
    "custom:plan",
    "custom:idp_username",
    "custom:permissions",
    "dev:custom:internal",
    "cognito:email_alias",
    "cognito:token_nbf",
    "cognito:mfa_enabled",
];

/// Attribute values that suit no name in particular.
pub(super) const VALUES: &[&str] = &[
    "acme",
    "admin",
    "a",
    "1",
    "0",
    "true",
    "false",
    "True",
    "False",
    "",
    " ",
    "%",
    "50%off",
    "a,b,c",
    "[a, b]",
    "[\"a\",\"b\"]",
    "{\"a\":1}",
    "{not json",
    "null",
    "undefined",
    "None",
    "NaN",
    "'single'",
    "\"double\"",
    "back\\slash",
    "line\nbreak",
    "ümlaut",
    "日本語",
    "👩‍👩‍👧",
    "\u{202e}right-to-left",
    "constructor",
    "__proto__",
    "2024-02-29",
    "9223372036854775807",
    "1e400",
    "-0",
    "<script>",
    "arn:aws:iam::123456789012:role/x",
];

/// Values for names that have a usual kind of value.
pub(super) fn values_of(attribute: &str) -> &'static [&'static str] {
    match attribute {
        "email" => &[
            "jane@example.com",
            "JANE@EXAMPLE.COM",
            "jane+tag@sub.example.co.uk",
            "j@x.io",
            "\"odd name\"@example.com",
            "",
        ],
        "email_verified" | "phone_number_verified" => &["true", "false", "True", "False"],
        "phone_number" => &["+12065551212", "+4915112345678"],
        "birthdate" => &["1990-01-31", "2000-02-29"],
        "updated_at" => &["1700000000", "1735689600"],
        "address" => &["{\"country\":\"DE\"}", "Somewhere 1, 12345 Town"],
        "cognito:email_alias" => &["jane@example.com"],
        "cognito:token_nbf" => &["1735689600"],
        "cognito:mfa_enabled" => &["true", "false"],
        _ => VALUES,
    }
}

/// Whether a user can have an attribute with that value.
///
/// Cognito checks the standard attributes that have a format, and writes those of its own
/// (<https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html>). An empty text is what
/// an attribute holds that was cleared.
pub(super) fn fits(attribute: &str, value: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match attribute {
        "email" | "cognito:email_alias" => {
            value.is_empty()
                || value.rsplit_once('@').is_some_and(|(local, domain)| {
                    let mut labels = domain.split('.');
                    !local.is_empty() && domain.contains('.') && labels.all(|label| !label.is_empty())
                })
        }
        "email_verified" | "phone_number_verified" | "cognito:mfa_enabled" => {
            ["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word))
        }
        "phone_number" => value.is_empty() || value.strip_prefix('+').is_some_and(digits),
        "birthdate" => value.is_empty() || value.len() == 10 && value.split('-').all(digits),
        "updated_at" | "cognito:token_nbf" => digits(value),
        _ => true,
    }
}

/// The scopes of OpenID Connect that a user can ask for beside `openid`.
pub(super) const OIDC_SCOPES: &[&str] = &["email", "phone", "profile", "aws.cognito.signin.user.admin"];

/// Scopes of resource servers.
pub(super) const CUSTOM_SCOPES: &[&str] = &[
    "resourceserver.1/read",
    "resourceserver.1/write",
    "resourceServerIdentifier1/scope1",
    "https://api.example.com/read",
    "solar-system-data/asteroids.add",
    "orders/*",
    "orders/admin:write",
    "a/b",
];

/// Keys that callers use for client metadata.
pub(super) const METADATA_KEYS: &[&str] =
    &["tenant", "tenant_id", "roleType", "source", "onBehalfOfToken", "ClientIpAddress", "__proto__", "a b", ""];

/// Values of client metadata: whatever the caller likes (T-08).
pub(super) const METADATA_VALUES: &[&str] =
    &["acme", "admin", "", "true", "192.0.2.252", "eyJra789ghiEXAMPLE", "{\"a\":[1]}", "null", "%", "日本語"];

/// User pools.
pub(super) const POOLS: &[&str] =
    &["us-east-1_EXAMPLE", "eu-central-1_Ab3dE6gHi", "ap-northeast-1_xxxxxxxxx", "us-gov-west-1_A1"];

/// App clients.
pub(super) const CLIENTS: &[&str] = &["1example23456789", "69ov0example0client0id0000", "abc", "0123456789"];

/// What callers send as `awsSdkVersion` (E-06).
pub(super) const SDKS: &[&str] = &[
    "aws-sdk-unknown-unknown",
    "aws-sdk-js-2.6.4",
    "aws-sdk-js-3.241.0",
    "aws-sdk-dotnet-coreclr-3.3.109.18",
    "aws-sdk-ruby3-3.171.0",
];

/// Providers and their types.
pub(super) const PROVIDERS: &[(&str, &str)] = &[
    ("Google", "Google"),
    ("Corp", "OIDC"),
    ("CorpSAML", "SAML"),
    ("LoginWithAmazon", "LoginWithAmazon"),
    ("Facebook", "Facebook"),
    ("SignInWithApple", "SignInWithApple"),
];

/// Keys of devices.
pub(super) const DEVICES: &[&str] = &["us-east-1_a1b2c3d4-5678-90ab-cdef-EXAMPLE11111"];
