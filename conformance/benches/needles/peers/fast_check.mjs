// Pre token generation events of version 2 with fast-check: what an engineer writes in an hour who knows the event's
// page, with the right shapes, all standard names, likely words, and random text where anything may stand. It knows no
// trigger's source, as such a generator does not.
import fc from "fast-check";

const text = fc.string({ minLength: 1, maxLength: 20 });
const word = fc.oneof(fc.constantFrom("acme", "admin", "true", "false", "1", "gold", "user"), text, fc.string({ unit: "grapheme", maxLength: 20 }));
const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);

const pool = fc.record({ region: fc.constantFrom("us-east-1", "eu-central-1", "ap-northeast-1"), id: fc.stringMatching(/^[A-Za-z0-9]{9}$/) });
const client = fc.oneof(fc.constantFrom("1example23456789"), fc.stringMatching(/^[a-z0-9]{26}$/));
const provider = fc.constantFrom("Google", "Facebook", "LoginWithAmazon", "SignInWithApple", "Okta", "AzureAD", "Corp");

const identities = provider.map((providerName) =>
  JSON.stringify([{ userId: "123", providerName, providerType: providerName === "Okta" ? "OIDC" : "SAML", issuer: null, primary: "true", dateCreated: "1700000000000" }]),
);
const custom = fc.dictionary(fc.oneof(fc.constantFrom("tenant", "tenant_id", "org", "role", "plan", "region", "department"), name).map((key) => `custom:${key}`), word, { maxKeys: 4 });
const standard = fc.record(
  {
    email: fc.oneof(fc.emailAddress(), fc.constantFrom("jane@example.com", "jane@gmail.com")),
    email_verified: fc.constantFrom("true", "false"),
    phone_number: fc.constantFrom("+12065551212", "+4915112345678"),
    phone_number_verified: fc.constantFrom("true", "false"),
    name: word,
    given_name: word,
    family_name: word,
    preferred_username: word,
    locale: fc.constantFrom("en", "en-US", "de", "fr", "ja"),
    zoneinfo: fc.constantFrom("Europe/Berlin", "America/New_York"),
    birthdate: fc.constantFrom("1990-01-31", "2000-02-29"),
    identities,
  },
  { requiredKeys: [] },
);
const always = fc.record({ sub: fc.uuid(), "cognito:user_status": fc.constantFrom("CONFIRMED", "EXTERNAL_PROVIDER", "FORCE_CHANGE_PASSWORD") });
const attributes = fc.tuple(always, standard, custom).map((parts) => Object.assign({}, ...parts));

const groupName = fc.oneof(fc.constantFrom("admin", "admins", "users", "editors", "readers", "support", "developers"), name);
const groups = fc.oneof(
  fc.constant(null),
  fc.record({
    groupsToOverride: fc.uniqueArray(groupName, { maxLength: 30, size: "large" }),
    iamRolesToOverride: fc.uniqueArray(name.map((role) => `arn:aws:iam::123456789012:role/${role}`), { maxLength: 3 }),
    preferredRole: fc.option(name.map((role) => `arn:aws:iam::123456789012:role/${role}`)),
  }),
);
const scope = fc.oneof(fc.constantFrom("openid", "email", "phone", "profile", "aws.cognito.signin.user.admin", "api/read", "api/write"), fc.tuple(name, name).map((parts) => parts.join("/")));
const metadata = fc.dictionary(fc.oneof(fc.constantFrom("tenant", "source", "device", "locale"), text), word, { maxKeys: 3 });

export const event = fc
  .record({
    triggerSource: fc.constantFrom(
      "TokenGeneration_HostedAuth",
      "TokenGeneration_Authentication",
      "TokenGeneration_NewPasswordChallenge",
      "TokenGeneration_AuthenticateDevice",
      "TokenGeneration_RefreshTokens",
    ),
    pool,
    userName: fc.oneof(fc.uuid(), name, fc.tuple(provider, fc.nat()).map((parts) => parts.join("_"))),
    client,
    attributes,
    groups,
    scopes: fc.uniqueArray(scope, { maxLength: 6 }),
    metadata: fc.option(metadata, { nil: undefined }),
  })
  .map((drawn) => ({
    version: "2",
    triggerSource: drawn.triggerSource,
    region: drawn.pool.region,
    userPoolId: `${drawn.pool.region}_${drawn.pool.id}`,
    userName: drawn.userName,
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: drawn.client },
    request: {
      userAttributes: drawn.attributes,
      groupConfiguration: drawn.groups,
      scopes: drawn.scopes,
      ...(drawn.metadata === undefined ? {} : { clientMetadata: drawn.metadata }),
    },
    response: { claimsAndScopeOverrideDetails: null },
  }));
