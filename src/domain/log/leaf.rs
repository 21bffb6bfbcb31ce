//! What is logged of a change: enough to prove it later, nothing that names anybody.

use crate::digest::{Sha256, Sm3};
use crate::id::StatusEntryId;
use crate::identifier::UnifiedCode;
use crate::license::{License, LicenseState, StatusEntry};
use crate::log::tree::leaf_hash;
use crate::signed::canonical;
use serde_json::{Value, json};
use std::fmt;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What blinds a leaf. Without it nobody can tell of which license the leaf is: deleting it makes
/// the leaf say nothing, while the tree stays as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl Salt {
    /// A salt of random bytes.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Salt(…)")
    }
}

/// A leaf of the log: one for each change of an issued license, the issue itself first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The change.
    pub change: StatusEntryId,
    /// What is logged: canonical JSON (RFC 8785).
    pub entry: String,
    /// What blinds it; gone when it was erased.
    pub salt: Option<Salt>,
}

impl Leaf {
    /// The leaf of a change, or `None` for one that is nobody's business: of a license that was
    /// never issued. `file` is the sealed file, when the change made one.
    #[must_use]
    pub fn of(
        license: &License,
        change: &StatusEntry,
        issuer: &UnifiedCode,
        file: Option<Sm3>,
        salt: Salt,
    ) -> Option<Self> {
        if !is_logged(change.to) {
            return None;
        }
        let particulars = license.particulars();
        let mut said = json!({
            "v": 1,
            "event": change.change.event().as_str(),
            "state": change.to.as_str(),
            "issuer": issuer.to_string(),
            "type": particulars.type_code.to_string(),
            "license": blinded(&salt, "license", license.id().to_string().as_bytes()),
            "at": instant(change.change.recorded_at()),
        });
        if let (Some(file), Value::Object(members)) = (file, &mut said) {
            members.insert("file".to_owned(), blinded(&salt, "file", file.as_bytes()).into());
        }
        let bytes = canonical(&said).ok()?;
        let entry = String::from_utf8(bytes).ok()?;
        Some(Self { change: change.id, entry, salt: Some(salt) })
    }

    /// Its hash in the tree.
    #[must_use]
    pub fn hash(&self) -> Sha256 {
        leaf_hash(self.entry.as_bytes())
    }
}

/// Whether a change into this state is logged.
#[must_use]
pub fn is_logged(to: LicenseState) -> bool {
    !matches!(to, LicenseState::Draft | LicenseState::PendingSeal | LicenseState::Void)
}

/// A commitment to `value`: SM3 over the salt, of fixed length, the name and the value.
fn blinded(salt: &Salt, name: &str, value: &[u8]) -> String {
    Sm3::of(&[salt.as_bytes(), name.as_bytes(), b":", value].concat()).to_string()
}

/// In UTC, as precise as it is kept.
fn instant(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Actor;
    use crate::license::tests::draft;
    use crate::license::{Change, Event};
    use time::macros::datetime;

    const ISSUER: &str = "11430000006122244L";

    fn change(license: &mut License, event: Event) -> StatusEntry {
        let at = datetime!(2026-03-02 09:15:00.123456 +8);
        let change = Change::plain(event, Actor::Console, at).unwrap();
        license.apply(StatusEntryId::mint(at, [3; 10]), change).unwrap()
    }

    fn leaf(salt: u8) -> Leaf {
        let mut license = draft();
        let _ = change(&mut license, Event::Order);
        let issued = change(&mut license, Event::Issue);
        let issuer: UnifiedCode = ISSUER.parse().unwrap();
        let file = Sm3::of(b"file");
        Leaf::of(&license, &issued, &issuer, Some(file), Salt::new([salt; 32])).unwrap()
    }

    #[test]
    fn a_leaf_names_nobody_and_is_the_same_every_time() {
        let (one, again, other) = (leaf(1), leaf(1), leaf(2));
        assert_eq!(one.hash(), again.hash());
        assert_ne!(one.hash(), other.hash(), "blinded by the salt");
        let members: Value = serde_json::from_str(&one.entry).unwrap();
        let names: Vec<&String> = members.as_object().unwrap().keys().collect();
        assert_eq!(names, ["at", "event", "file", "issuer", "license", "state", "type", "v"]);
    }

    #[test]
    fn what_never_was_is_not_logged() {
        let mut license = draft();
        let ordered = change(&mut license, Event::Order);
        let issuer: UnifiedCode = ISSUER.parse().unwrap();
        assert_eq!(Leaf::of(&license, &ordered, &issuer, None, Salt::new([0; 32])), None);
    }
}
