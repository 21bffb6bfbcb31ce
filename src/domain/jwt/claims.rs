//! What a token says, once its signature is known to be right.

use super::{NAME_BYTES_MAX, TokenError};
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

/// How far the clocks of two machines may be apart.
pub const SKEW: Duration = Duration::seconds(60);
/// Most that a token may be meant for.
const AUDIENCES_MAX: usize = 16;

/// What a reader expects of a token.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who made it (`iss`).
    pub issuer: &'a str,
    /// Whom it speaks of (`sub`); anybody when absent.
    pub subject: Option<&'a str>,
    /// The names of the reader, of which `aud` must have one.
    pub audiences: &'a [&'a str],
    /// How long it may still be valid: what is remembered of it is remembered so long.
    pub lifetime_max: Duration,
}

/// The claims of a token that was verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    pub(super) fn new(claims: Map<String, Value>) -> Self {
        Self(claims)
    }

    /// Whether it is from whom, about whom, for whom and when it should be: `exp` is required; `nbf`
    /// and `iat` count when they are there. Clocks may be [`SKEW`] apart.
    ///
    /// # Errors
    /// The first that is not.
    pub fn check(&self, expected: &Expected<'_>, now: OffsetDateTime) -> Result<(), TokenError> {
        if self.text("iss")? != expected.issuer {
            return Err(TokenError::Unexpected("iss"));
        }
        if expected.subject.is_some_and(|subject| self.text("sub") != Ok(subject)) {
            return Err(TokenError::Unexpected("sub"));
        }
        if !self.audiences()?.iter().any(|one| expected.audiences.contains(one)) {
            return Err(TokenError::Unexpected("aud"));
        }
        let expiry = self.instant("exp")?.ok_or(TokenError::Claim("exp"))?;
        if expiry.saturating_add(SKEW) <= now {
            return Err(TokenError::Expired);
        }
        if expiry > now.saturating_add(expected.lifetime_max + SKEW) {
            return Err(TokenError::Unexpected("exp"));
        }
        for name in ["nbf", "iat"] {
            if self.instant(name)?.is_some_and(|from| from > now.saturating_add(SKEW)) {
                return Err(TokenError::TooEarly);
            }
        }
        Ok(())
    }

    /// A claim that is a text and not empty.
    ///
    /// # Errors
    /// [`TokenError::Claim`] when it is missing, empty, too long or no text.
    pub fn text(&self, name: &'static str) -> Result<&str, TokenError> {
        let text = self.0.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty() && text.len() <= NAME_BYTES_MAX)
            .ok_or(TokenError::Claim(name))
    }

    /// A claim that is an instant, if it is there: seconds since 1970, whole or not.
    ///
    /// # Errors
    /// [`TokenError::Claim`] when it is no instant.
    pub fn instant(&self, name: &'static str) -> Result<Option<OffsetDateTime>, TokenError> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let whole = value.as_i64().or_else(|| {
            let seconds = value.as_f64().filter(|seconds| seconds.abs() < 1e12)?;
            #[allow(clippy::cast_possible_truncation, reason = "below 10^12, to the second")]
            Some(seconds.floor() as i64)
        });
        let instant = whole.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
        instant.map(Some).ok_or(TokenError::Claim(name))
    }

    /// Any claim.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    fn audiences(&self) -> Result<Vec<&str>, TokenError> {
        let refused = TokenError::Claim("aud");
        match self.0.get("aud") {
            Some(Value::String(one)) => Ok(vec![one]),
            Some(Value::Array(all)) if all.len() <= AUDIENCES_MAX => {
                all.iter().map(Value::as_str).collect::<Option<_>>().ok_or(refused)
            }
            _ => Err(refused),
        }
    }
}
