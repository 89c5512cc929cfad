"""Pre token generation events of version 2 with Hypothesis: what an engineer writes in an hour who knows the event's
page, with the right shapes, all standard names, likely words, and random text where anything may stand. It knows no
trigger's source, as such a generator does not."""

import json

from hypothesis import strategies as st

text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
word = st.sampled_from(["acme", "admin", "true", "false", "1", "gold", "user"]) | text
name = st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True)

region = st.sampled_from(["us-east-1", "eu-central-1", "ap-northeast-1"])
client = st.just("1example23456789") | st.from_regex(r"[a-z0-9]{26}", fullmatch=True)
provider = st.sampled_from(
    ["Google", "Facebook", "LoginWithAmazon", "SignInWithApple", "Okta", "AzureAD", "Corp"]
)


def identity(provider_name):
    kind = "OIDC" if provider_name == "Okta" else "SAML"
    return json.dumps(
        [
            {
                "userId": "123",
                "providerName": provider_name,
                "providerType": kind,
                "issuer": None,
                "primary": "true",
                "dateCreated": "1700000000000",
            }
        ]
    )


custom_name = st.sampled_from(["tenant", "tenant_id", "org", "role", "plan", "region", "department"]) | name
custom = st.dictionaries(custom_name.map(lambda key: f"custom:{key}"), word, max_size=4)
standard = st.fixed_dictionaries(
    {
        "sub": st.uuids().map(str),
        "cognito:user_status": st.sampled_from(["CONFIRMED", "EXTERNAL_PROVIDER", "FORCE_CHANGE_PASSWORD"]),
    },
    optional={
        "email": st.emails() | st.sampled_from(["jane@example.com", "jane@gmail.com"]),
        "email_verified": st.sampled_from(["true", "false"]),
        "phone_number": st.sampled_from(["+12065551212", "+4915112345678"]),
        "phone_number_verified": st.sampled_from(["true", "false"]),
        "name": word,
        "given_name": word,
        "family_name": word,
        "preferred_username": word,
        "locale": st.sampled_from(["en", "en-US", "de", "fr", "ja"]),
        "zoneinfo": st.sampled_from(["Europe/Berlin", "America/New_York"]),
        "birthdate": st.sampled_from(["1990-01-31", "2000-02-29"]),
        "identities": provider.map(identity),
    },
)
group_name = (
    st.sampled_from(["admin", "admins", "users", "editors", "readers", "support", "developers"]) | name
)
role = name.map(lambda role: f"arn:aws:iam::123456789012:role/{role}")
groups = st.none() | st.fixed_dictionaries(
    {
        "groupsToOverride": st.lists(group_name, max_size=30, unique=True),
        "iamRolesToOverride": st.lists(role, max_size=3, unique=True),
        "preferredRole": st.none() | role,
    }
)
scope = st.sampled_from(
    ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin", "api/read", "api/write"]
) | st.tuples(name, name).map("/".join)
metadata = st.dictionaries(st.sampled_from(["tenant", "source", "device", "locale"]) | text, word, max_size=3)


@st.composite
def events(draw):
    where = draw(region)
    request = {
        "userAttributes": draw(standard) | draw(custom),
        "groupConfiguration": draw(groups),
        "scopes": draw(st.lists(scope, max_size=6, unique=True)),
    }
    passed = draw(st.none() | metadata)
    if passed is not None:
        request["clientMetadata"] = passed
    federated = st.tuples(provider, st.integers(0, 10**9).map(str)).map("_".join)
    return {
        "version": "2",
        "triggerSource": draw(
            st.sampled_from(
                [
                    "TokenGeneration_HostedAuth",
                    "TokenGeneration_Authentication",
                    "TokenGeneration_NewPasswordChallenge",
                    "TokenGeneration_AuthenticateDevice",
                    "TokenGeneration_RefreshTokens",
                ]
            )
        ),
        "region": where,
        "userPoolId": where + "_" + draw(st.from_regex(r"[A-Za-z0-9]{9}", fullmatch=True)),
        "userName": draw(st.uuids().map(str) | name | federated),
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": draw(client)},
        "request": request,
        "response": {"claimsAndScopeOverrideDetails": None},
    }
