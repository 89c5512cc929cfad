//! The pages that the token model cites.

/// The trigger's own page.
pub(super) const PRE_TOKEN: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html";
/// What holds for all triggers.
pub(super) const TRIGGERS: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html";
/// Scopes, and which attributes they let into the ID token.
pub(super) const SCOPES: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html";
/// The quotas of user pools.
pub(super) const QUOTAS: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html";
/// "Cognito fails when returning an object here instead of a list".
pub(super) const JAVA_516: &str = "https://github.com/aws/aws-lambda-java-libs/issues/516";
/// "Unrecognizable lambda output", as people meet it.
pub(super) const UNRECOGNIZABLE: &str = "https://stackoverflow.com/questions/42706896";
/// A V1 claim that was a list, and the sign-in that failed.
pub(super) const V1_LISTS: &str = "https://github.com/hasura/graphql-engine/issues/1176";
/// "Invalid lambda function output : Invalid JSON", as people meet it.
pub(super) const INVALID_JSON: &str = "https://github.com/aws-amplify/amplify-js/issues/13352";
/// A trigger that was too slow, in Cognito's words.
pub(super) const SOCKET_TIMEOUT: &str = "https://github.com/furaiev/amazon-cognito-identity-dart-2/issues/204";
