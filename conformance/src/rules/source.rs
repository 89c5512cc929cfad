//! The pages that the rules cite.

/// The trigger's own page.
pub(super) const PRE_TOKEN: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html";
/// What is in an ID token.
pub(super) const ID_TOKEN: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html";
/// Reports on values that version 1 does not take.
pub(super) const VALUES_IN_V1: &str = "https://github.com/hasura/graphql-engine/issues/1176";
/// A token that a website's front refused.
pub(super) const HEADER_LIMIT: &str = "https://github.com/aws-amplify/amplify-js/issues/9695";
/// How JavaScript turns values into text.
pub(super) const TEXT_IN_JAVASCRIPT: &str =
    "https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/String";
/// What holds for all triggers.
pub(super) const TRIGGERS: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html";
/// The token endpoint, with the only official machine event.
pub(super) const TOKEN_ENDPOINT: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html";
/// The quotas of user pools.
pub(super) const QUOTAS: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html";
/// How to parse tokens safely.
pub(super) const TOKENS_SAFELY: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-parse-tokens-safely.html";
/// The limits of a synchronous invocation.
pub(super) const INVOKE: &str = "https://docs.aws.amazon.com/lambda/latest/dg/API_Invoke.html";
/// What the API model takes as a scope (`AllowedOAuthScopes`).
pub(super) const SCOPES: &str =
    "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html";
/// What a promise of the team's own rests on.
pub(super) const PRACTICE_IS_THE_TEAMS: &str = "AWS demands nothing of the kind: the team that owns the tokens does";
/// What becomes of client metadata.
pub(super) const INITIATE_AUTH: &str =
    "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html";
