use std::borrow::Cow;
use std::fmt;

/// Text that is usually one of the generator's constants, and then costs no allocation.
pub type Text = Cow<'static, str>;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Text);

        impl $name {
            /// Wraps the name as it is: what is legal is the generator's business, and a schema checks every event.
            pub fn new(name: impl Into<Text>) -> Self {
                Self(name.into())
            }

            /// The name itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&'static str> for $name {
            fn from(name: &'static str) -> Self {
                Self(Cow::Borrowed(name))
            }
        }

        impl From<String> for $name {
            fn from(name: String) -> Self {
                Self(Cow::Owned(name))
            }
        }
    )+};
}

names! {
    /// A user pool's id, such as `eu-central-1_EXAMPLE`; what stands before `_` is its region.
    UserPoolId
    /// An app client's id.
    ClientId
    /// A user's name in the pool, which may be a UUID or `Provider_id`.
    UserName
    /// The name of a user attribute, with its prefix (`custom:tenant`).
    AttributeName
    /// The name of a group.
    GroupName
    /// The ARN of the IAM role that a group carries.
    RoleArn
    /// One OAuth scope.
    Scope
}

impl UserPoolId {
    /// The region, which is the id's part before the first `_` (fact E-08).
    ///
    /// ```
    /// use pretoken::situation::UserPoolId;
    /// assert_eq!(UserPoolId::from("eu-central-1_EXAMPLE").region(), "eu-central-1");
    /// ```
    pub fn region(&self) -> &str {
        self.0.split('_').next().unwrap_or_default()
    }
}
