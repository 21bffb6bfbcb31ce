//! What is logged: enough to prove it later, nothing that names anybody.
//!
//! An entry is canonical JSON (RFC 8785) of version 1: `event` says what happened, and the members
//! beside it follow from that. It is what is hashed, so it never changes; another form is another
//! version. JSON rather than CBOR: whoever reads the tiles sees what is there without our programs.

use crate::digest::{Sha256, Sm3};
use crate::id::StatusEntryId;
use crate::identifier::UnifiedCode;
use crate::license::{Event, License, LicenseState, StatusEntry};
use crate::log::tree::leaf_hash;
use crate::signed::canonical;
use crate::word::words;
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

    /// Whether an entry that this blinds is of a license with this id.
    #[must_use]
    pub fn commits(&self, entry: &str, license: &str) -> bool {
        let said = serde_json::from_str::<Value>(entry).unwrap_or_default();
        said["license"].as_str() == Some(&blinded(self, "license", license.as_bytes()))
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Salt(…)")
    }
}

words! { "kind of leaf";
    /// What kind of thing was logged.
    pub enum LeafKind {
        /// A license was issued.
        Issue = "issue",
        /// An issued license is in another state.
        Status = "status",
        /// A certificate with which a seal signs.
        SealCertificate = "seal_cert",
        /// An edition of the trust list.
        TrustList = "trust_list",
    }
}

/// What a leaf is of; there is one leaf of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafSubject {
    /// A change of an issued license.
    Change {
        /// The change.
        id: StatusEntryId,
        /// Whether it is the issue itself.
        issue: bool,
    },
    /// A certificate of a seal, by its bytes.
    SealCertificate(Sm3),
    /// A trust list, by its bytes.
    TrustList(Sm3),
}

impl LeafSubject {
    /// Of which kind.
    #[must_use]
    pub fn kind(&self) -> LeafKind {
        match self {
            Self::Change { issue: true, .. } => LeafKind::Issue,
            Self::Change { issue: false, .. } => LeafKind::Status,
            Self::SealCertificate(_) => LeafKind::SealCertificate,
            Self::TrustList(_) => LeafKind::TrustList,
        }
    }
}

/// The name by which its leaf is kept.
impl fmt::Display for LeafSubject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Change { id, .. } => id.fmt(out),
            Self::SealCertificate(digest) | Self::TrustList(digest) => {
                write!(out, "{}:{digest}", self.kind())
            }
        }
    }
}

/// A leaf of the log: one for each change of an issued license, the issue itself first, and for
/// what such a license rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// What it is of.
    pub subject: LeafSubject,
    /// What is logged: canonical JSON (RFC 8785).
    pub entry: String,
    /// What blinds it; gone when it was erased, and none where nothing is blinded.
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
        if let Value::Object(members) = &mut said {
            if let Some(file) = file {
                members.insert("file".to_owned(), blinded(&salt, "file", file.as_bytes()).into());
            }
            // Only where it is not the moment at which it was recorded.
            let effective_at = change.change.effective_at();
            if effective_at != change.change.recorded_at() {
                members.insert("effective".to_owned(), instant(effective_at).into());
            }
        }
        let bytes = canonical(&said).ok()?;
        let entry = String::from_utf8(bytes).ok()?;
        let issue = change.change.event() == Event::Issue;
        let subject = LeafSubject::Change { id: change.id, issue };
        Some(Self { subject, entry, salt: Some(salt) })
    }

    /// The leaf of a certificate (DER) with which a seal of this organization signs from now on.
    #[must_use]
    pub fn of_seal_certificate(
        certificate: &[u8],
        organization: &UnifiedCode,
        at: OffsetDateTime,
    ) -> Self {
        let subject = LeafSubject::SealCertificate(Sm3::of(certificate));
        let issuer = organization.to_string();
        Self::plain(subject, "certificate", Sm3::of(certificate), ("issuer", issuer), at)
    }

    /// The leaf of a trust list, the bytes of its file, that this service believes from now on.
    #[must_use]
    pub fn of_trust_list(list: &[u8], edition: &str, at: OffsetDateTime) -> Self {
        let digest = Sm3::of(list);
        let edition = ("edition", edition.to_owned());
        Self::plain(LeafSubject::TrustList(digest), "list", digest, edition, at)
    }

    /// Of something public, which needs no blinding.
    fn plain(
        subject: LeafSubject,
        name: &str,
        digest: Sm3,
        beside: (&str, String),
        at: OffsetDateTime,
    ) -> Self {
        let said = json!({
            "v": 1,
            "event": subject.kind().as_str(),
            name: digest.to_string(),
            beside.0: beside.1,
            "at": instant(at),
        });
        // Texts and a small number: both have a canonical form, which is UTF-8.
        let bytes = canonical(&said).expect("texts and a small number");
        let entry = String::from_utf8(bytes).expect("JSON is UTF-8");
        Self { subject, entry, salt: None }
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
pub(super) fn blinded(salt: &Salt, name: &str, value: &[u8]) -> String {
    Sm3::of(&[salt.as_bytes(), name.as_bytes(), b":", value].concat()).to_string()
}

/// In UTC, as precise as it is kept.
/// When what a leaf logs was recorded, as the leaf says.
#[must_use]
pub fn recorded_at(entry: &str) -> Option<OffsetDateTime> {
    let entry: Value = serde_json::from_str(entry).ok()?;
    OffsetDateTime::parse(entry["at"].as_str()?, &Rfc3339).ok()
}

fn instant(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Actor;
    use crate::license::Change;
    use crate::license::tests::draft;
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
    fn a_change_that_counts_from_another_moment_says_so() {
        let mut license = draft();
        let _ = change(&mut license, Event::Order);
        let _ = change(&mut license, Event::Issue);
        let at = datetime!(2026-03-09 09:15 +8);
        let reason = crate::license::Reason::Annulled;
        let annulled = Change::revoke(reason, None, Actor::Console, at).unwrap();
        let annulled = annulled.effective(datetime!(2026-03-03 00:00 +8));
        let id = StatusEntryId::mint(at, [4; 10]);
        let entry = license.apply(id, annulled).unwrap();
        let issuer: UnifiedCode = ISSUER.parse().unwrap();
        let leaf = Leaf::of(&license, &entry, &issuer, None, Salt::new([1; 32])).unwrap();
        let said: Value = serde_json::from_str(&leaf.entry).unwrap();
        assert_eq!(said["effective"], "2026-03-02T16:00:00Z");
        assert_eq!(recorded_at(&leaf.entry), Some(at));
    }

    #[test]
    fn what_licenses_rest_on_is_logged_in_clear() {
        let at = datetime!(2026-03-02 09:15:00.123456 +8);
        let seal = Leaf::of_seal_certificate(b"certificate", &ISSUER.parse().unwrap(), at);
        let digest = Sm3::of(b"certificate");
        let entry = format!(
            r#"{{"at":"2026-03-02T01:15:00.123456Z","certificate":"{digest}","event":"seal_cert","issuer":"{ISSUER}","v":1}}"#
        );
        assert_eq!((seal.entry, seal.salt), (entry, None));
        assert_eq!(seal.subject.to_string(), format!("seal_cert:{digest}"));
        let list = Leaf::of_trust_list(b"list", "2026-03-01#41", at);
        assert!(list.entry.contains(r#""edition":"2026-03-01#41","event":"trust_list","list":""#));
        assert_eq!(list.subject.kind(), LeafKind::TrustList);
    }

    #[test]
    fn what_never_was_is_not_logged() {
        let mut license = draft();
        let ordered = change(&mut license, Event::Order);
        let issuer: UnifiedCode = ISSUER.parse().unwrap();
        assert_eq!(Leaf::of(&license, &ordered, &issuer, None, Salt::new([0; 32])), None);
    }
}
