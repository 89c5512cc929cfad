//! JSON Schemas for Amazon Cognito *pre token generation* triggers: the events that Cognito sends, the answers that it
//! documents, and the files that [pretoken](https://crates.io/crates/pretoken) writes.
//!
//! They are JSON Schema 2020-12, stand alone (no schema refers to another), and come as text. This crate has no
//! dependencies: bring the validator that you like.
//!
//! ```
//! use pretoken_schemas::Schema;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let schema = serde_json::from_str(Schema::EventV3.text())?;
//! let validator = jsonschema::validator_for(&schema)?;
//!
//! let mut event = serde_json::json!({
//!     "version": "3",
//!     "triggerSource": "TokenGeneration_ClientCredentials",
//!     "region": "us-east-1",
//!     "userPoolId": "us-east-1_EXAMPLE",
//!     "userName": "ClientCredentials",
//!     "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "1example23456789" },
//!     "request": { "userAttributes": {}, "groupConfiguration": null, "scopes": ["orders/read"] },
//!     "response": { "claimsAndScopeOverrideDetails": null }
//! });
//! assert!(validator.is_valid(&event));
//!
//! // A machine has no attributes.
//! event["request"]["userAttributes"] = serde_json::json!({ "email": "x@example.com" });
//! assert!(!validator.is_valid(&event));
//! # Ok(())
//! # }
//! ```

/// Makes the enum and its table from one line for each schema, so that none can be left out of either.
macro_rules! schemas {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal;)+) => {
        /// One of the published schemas.
        ///
        /// ```
        /// use pretoken_schemas::Schema;
        ///
        /// let names: Vec<_> = Schema::ALL.iter().map(|schema| schema.name()).collect();
        /// assert!(names.contains(&"response/v2.json"));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Schema {
            $($(#[$doc])+ $variant,)+
        }

        impl Schema {
            /// Every schema of this crate.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The schema's file, relative to this crate's folder: `event/v1.json`.
            ///
            /// Its `$id` is made of the same words: `urn:pretoken:schema:event:v1`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The schema itself, as JSON text.
            ///
            /// ```
            /// let report: serde_json::Value = serde_json::from_str(pretoken_schemas::Schema::Report.text())?;
            /// assert_eq!(report["$id"], "urn:pretoken:schema:report");
            /// # Ok::<(), serde_json::Error>(())
            /// ```
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../", $name)),)+
                }
            }
        }
    };
}

schemas! {
    /// The event of event version `V1_0`: users, ID token.
    EventV1 = "event/v1.json";
    /// The event of event version `V2_0`: users, ID and access token.
    EventV2 = "event/v2.json";
    /// The event of event version `V3_0`: users and machines.
    EventV3 = "event/v3.json";
    /// What a trigger returns under event version `V1_0`.
    ResponseV1 = "response/v1.json";
    /// What a trigger returns under event version `V2_0`.
    ResponseV2 = "response/v2.json";
    /// What a trigger returns under event version `V3_0`.
    ResponseV3 = "response/v3.json";
    /// The report of `pretoken check --format json`.
    Report = "report.json";
    /// The tokens that `pretoken preview --format json` shows.
    Preview = "preview.json";
    /// A counterexample that `pretoken check` saved.
    Counterexample = "counterexample.json";
    /// What `pretoken replay --format json` tells.
    Replay = "replay.json";
    /// The policy of the reference trigger.
    Policy = "policy.json";
    /// The configuration of the suite, `pretoken.toml`, in its JSON form.
    Config = "config.json";
    /// A file of test vectors, see [`VECTORS`].
    Vectors = "vectors.json";
}

impl std::fmt::Display for Schema {
    /// Writes the schema's [name](Schema::name).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// A file of test vectors: events, what a trigger makes of them, and what the tokens then become.
///
/// [`Schema::Vectors`] is its schema; the folder's README tells how to use the vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VectorFile {
    name: &'static str,
    text: &'static str,
}

impl VectorFile {
    /// The file, relative to this crate's folder: `vectors/claims.json`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The file itself, as JSON text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.text
    }
}

macro_rules! vectors {
    ($($name:literal)+) => {
        /// Every file of test vectors, by name.
        ///
        /// ```
        /// let claims = pretoken_schemas::VECTORS.iter().find(|file| file.name() == "vectors/claims.json");
        /// let claims: serde_json::Value = serde_json::from_str(claims.map_or("", |file| file.text()))?;
        /// assert_eq!(claims["vectors"][0]["id"], "claims-v1-unchanged-event");
        /// # Ok::<(), serde_json::Error>(())
        /// ```
        pub const VECTORS: &[VectorFile] =
            &[$(VectorFile { name: $name, text: include_str!(concat!("../", $name)) },)+];
    };
}

vectors! {
    "vectors/answers.json"
    "vectors/claims.json"
    "vectors/documented.json"
    "vectors/groups.json"
    "vectors/reserved.json"
    "vectors/scopes.json"
    "vectors/sources.json"
    "vectors/values.json"
}

/// Runs the README's Rust example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
