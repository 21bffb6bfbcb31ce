//! One audit event.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use time::OffsetDateTime;

use super::chain::Chained;
use crate::id::{ApiKeyId, AuditEventId, ClientId, StaffId};

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Actor {
    /// Anyone, unknown.
    Anonymous,
    /// The bearer of an API key.
    ApiKey(ApiKeyId),
    /// A system that proved who it is.
    Client(ClientId),
    /// Somebody who signed in.
    Staff(StaffId),
    /// Who sat at the machine.
    Console,
    /// The service itself, by this rule, such as `recovery` or `approval-policy`.
    Service(String),
}

/// The text names no actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an actor")]
pub struct BadActor;

impl fmt::Display for Actor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => out.write_str("anonymous"),
            Self::ApiKey(id) => write!(out, "api-key:{id}"),
            Self::Client(id) => write!(out, "client:{id}"),
            Self::Staff(id) => write!(out, "staff:{id}"),
            Self::Console => out.write_str("console"),
            Self::Service(rule) => write!(out, "service:{rule}"),
        }
    }
}

impl FromStr for Actor {
    type Err = BadActor;

    fn from_str(text: &str) -> Result<Self, BadActor> {
        match text.split_once(':') {
            None if text == "anonymous" => Ok(Self::Anonymous),
            None if text == "console" => Ok(Self::Console),
            Some(("api-key", id)) => id.parse().map(Self::ApiKey).map_err(|_| BadActor),
            Some(("client", id)) => id.parse().map(Self::Client).map_err(|_| BadActor),
            Some(("staff", id)) => id.parse().map(Self::Staff).map_err(|_| BadActor),
            Some(("service", rule)) => Ok(Self::Service(rule.to_owned())),
            _ => Err(BadActor),
        }
    }
}

/// What something was done to: a word for its kind and its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Such as `license`.
    pub kind: String,
    /// Its id.
    pub id: String,
}

impl Subject {
    /// A subject.
    pub fn new(kind: &str, id: impl fmt::Display) -> Self {
        Self { kind: kind.to_owned(), id: id.to_string() }
    }
}

/// An event before it has its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: AuditEventId,
    /// When it happened.
    pub at: OffsetDateTime,
    /// Who did it.
    pub actor: Actor,
    /// What, as a stable word such as `license.issue`.
    pub action: String,
    /// To what.
    pub subject: Subject,
    /// More, by name: words and names of fields, never personal data.
    pub detail: BTreeMap<String, String>,
}

/// The text is not the detail of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the detail of an event")]
pub struct BadDetail;

impl Entry {
    /// The detail as one text, a JSON object of texts.
    #[must_use]
    pub fn detail_text(&self) -> String {
        let members = self.detail.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        serde_json::Value::from_iter(members).to_string()
    }

    /// The detail of [`Entry::detail_text`].
    ///
    /// # Errors
    /// When the text is no object of texts.
    pub fn detail_from_text(text: &str) -> Result<BTreeMap<String, String>, BadDetail> {
        serde_json::from_str(text).map_err(|_| BadDetail)
    }
}

/// An event in its place.
pub type AuditEvent = Chained<Entry>;

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn details_read_back() {
        let at = datetime!(2026-03-02 12:00 UTC);
        let detail: BTreeMap<String, String> =
            [("".into(), "\u{0}\n\"".into()), ("字段".into(), "holder_name".into())].into();
        let entry = Entry {
            id: AuditEventId::mint(at, [1; 10]),
            at,
            actor: Actor::Console,
            action: "license.read".into(),
            subject: Subject::new("license", 1),
            detail: detail.clone(),
        };
        assert_eq!(Entry::detail_from_text(&entry.detail_text()), Ok(detail));
        for text in ["", "[]", "{\"a\":1}", "null"] {
            assert_eq!(Entry::detail_from_text(text), Err(BadDetail), "{text}");
        }
    }

    #[test]
    fn actors_read_back() {
        let id = ApiKeyId::mint(datetime!(2026-03-02 12:00 UTC), [2; 10]);
        let staff = StaffId::mint(datetime!(2026-03-02 12:00 UTC), [3; 10]);
        let client = ClientId::mint(datetime!(2026-03-02 12:00 UTC), [4; 10]);
        for actor in [
            Actor::Anonymous,
            Actor::ApiKey(id),
            Actor::Client(client),
            Actor::Staff(staff),
            Actor::Console,
            Actor::Service("recovery".into()),
        ] {
            assert_eq!(actor.to_string().parse(), Ok(actor));
        }
        for text in ["", "api-key:", "api-key:1", "root", "console:1"] {
            assert_eq!(text.parse::<Actor>(), Err(BadActor), "{text}");
        }
    }
}
