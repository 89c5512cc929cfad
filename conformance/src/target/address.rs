use std::fmt;
use std::str::FromStr;

use hyper::Uri;
use thiserror::Error;

/// Where invocations are posted when an address names no path. Every local server of this kind takes it; the Runtime
/// Interface Emulator takes no other function name.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>.
const INVOCATIONS: &str = "/2015-03-31/functions/function/invocations";

/// An `http://` address that takes Lambda invocations.
///
/// ```
/// use pretoken::target::Address;
///
/// let address: Address = "http://localhost:9000".parse().unwrap();
/// assert_eq!(address.path(), "/2015-03-31/functions/function/invocations");
/// assert_eq!(address.to_string(), "http://localhost:9000");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    written: String,
    host: String,
    port: u16,
    path: String,
}

/// Why a text is no address that takes invocations.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// Not an address at all.
    #[error("`{address}` is not an address: {reason}")]
    Malformed {
        /// The text.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Not `http`.
    #[error("`{address}` is not an `http://` address; local Lambda servers speak plain HTTP")]
    NotHttp {
        /// The text.
        address: String,
    },
}

impl Address {
    /// The host's name or number.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port; 80 when none is named.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The path and query that invocations are posted to.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(address: &str) -> Result<Self, AddressError> {
        let malformed = |reason: String| AddressError::Malformed { address: address.to_owned(), reason };
        let uri: Uri = address.parse().map_err(|error| malformed(format!("{error}")))?;
        if uri.scheme_str() != Some("http") {
            return Err(AddressError::NotHttp { address: address.to_owned() });
        }
        let host =
            uri.host().filter(|host| !host.is_empty()).ok_or_else(|| malformed("it names no host".to_owned()))?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self {
            written: address.to_owned(),
            host: host.trim_matches(['[', ']']).to_owned(),
            port: uri.port_u16().unwrap_or(80),
            path: if path == "/" { INVOCATIONS.to_owned() } else { path.to_owned() },
        })
    }
}

/// What the person wrote.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_named_is_kept() {
        let address: Address = "http://[::1]:3002/2015-03-31/functions/mine/invocations".parse().unwrap();
        assert_eq!((address.host(), address.port()), ("::1", 3002));
        assert_eq!(address.path(), "/2015-03-31/functions/mine/invocations");
    }

    #[test]
    fn only_plain_http_addresses_are_taken() {
        for text in ["https://example.com", "ftp://example.com", "http://", "http://:80", "http://a b"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
