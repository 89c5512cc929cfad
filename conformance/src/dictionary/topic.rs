use crate::generate::Kind;

/// What a part of a source speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Attributes,
    Metadata,
    Groups,
    Scopes,
    Client,
    Source,
    Provider,
    Email,
    UserName,
}

impl Topic {
    /// What a name or a field speaks of.
    pub(super) fn of(name: &str) -> Option<Self> {
        let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let has = |part: &str| plain.contains(part);
        let is = |words: &[&str]| words.contains(&plain.as_str());
        if has("metadata") || is(&["meta", "md"]) {
            Some(Self::Metadata)
        } else if has("attribute") || is(&["attr", "attrs", "userattrs", "ua"]) {
            Some(Self::Attributes)
        } else if has("group") {
            Some(Self::Groups)
        } else if has("scope") {
            Some(Self::Scopes)
        } else if has("triggersource") || is(&["trigger", "source"]) {
            Some(Self::Source)
        } else if has("client") {
            Some(Self::Client)
        } else if has("provider") || has("identit") || has("federat") || is(&["idp", "idps"]) {
            Some(Self::Provider)
        } else if has("email") || has("domain") {
            Some(Self::Email)
        } else if has("username") {
            Some(Self::UserName)
        } else {
            None
        }
    }

    /// What a constant speaks of that names a field of the event, as in `event["request"]["clientMetadata"]` without a lookup.
    pub(super) fn of_field(text: &str) -> Option<Self> {
        const FIELDS: [&str; 9] = [
            "userAttributes",
            "clientMetadata",
            "groupConfiguration",
            "groupsToOverride",
            "scopes",
            "clientId",
            "triggerSource",
            "providerName",
            "userName",
        ];
        if FIELDS.contains(&text) { Self::of(text) } else { None }
    }

    /// What a name is that is looked up in this.
    pub(super) const fn holds(self) -> Option<Kind> {
        match self {
            Self::Attributes => Some(Kind::Attribute),
            Self::Metadata => Some(Kind::MetadataKey),
            _ => None,
        }
    }

    /// What a constant is that stands beside this.
    pub(super) const fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Attributes | Self::Metadata => &[Kind::Value],
            Self::Groups => &[Kind::Group],
            Self::Scopes => &[Kind::Scope],
            Self::Client => &[Kind::Client],
            Self::Source => &[Kind::Source],
            Self::Provider => &[Kind::Provider],
            Self::Email => &[Kind::Value],
            Self::UserName => &[Kind::UserName],
        }
    }
}
