//! What counts in a region, and how relations are proved: configuration, not code.

use super::key::Key;
use super::verdict::Ground;
use crate::canonical::search_key;
use crate::catalogue::{Content, LicenseType, Side, Worth};
use crate::identifier::LicenseTypeCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A policy of some relations fits into this many times over.
const DOCUMENT_BYTES_MAX: usize = 64 * 1024;
const RELATIONS_MAX: usize = 50;
const DAYS_MAX: u16 = 366;

/// 结婚证, as it comes with the program.
const MARRIAGE_CERTIFICATE: &str = "111000000000131433001";

/// The party who applies; no relation has this name, nor the next.
pub const APPLICANT: &str = "applicant";
/// The party who acts for the applicant.
pub const AGENT: &str = "agent";

/// What an item may be free of (三免, 四免: each region counts its own).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Freedom {
    /// 免提交: nothing is handed in that an office has issued.
    Submission,
    /// 免填写: what is known is not filled in.
    Filling,
    /// 免实物印章: no stamp on paper.
    Seal,
    /// 免手写签名: no signature by hand.
    Signature,
}

/// How two parties are compared with what a license says of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparedBy {
    /// By their codes.
    #[default]
    Code,
    /// The other one by the name: where a license has nothing else. People of one name are taken for
    /// each other, so a region decides whether that is enough.
    Name,
}

/// A license that proves a relation between the applicant and somebody.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RelationProof {
    /// The relation, such as `spouse`.
    pub relation: Key,
    /// Which license of the applicant says it.
    #[serde(with = "crate::as_text")]
    pub license_type: LicenseTypeCode,
    /// The field with the applicant's code.
    pub own: Key,
    /// The field with the other one's code or name.
    pub other: Key,
    /// Whether the two may stand the other way round.
    #[serde(default)]
    pub either_order: bool,
    /// How the other one is compared.
    #[serde(default)]
    pub by: ComparedBy,
}

/// What counts, and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ExemptionPolicy {
    /// Freedoms that an item is measured by.
    pub freedoms: BTreeSet<Freedom>,
    /// Grounds that count; what is not needed is not handed in, and what is required is.
    pub grounds: BTreeSet<Ground>,
    /// How relations are proved.
    #[serde(default)]
    pub relations: Vec<RelationProof>,
    /// Days for which a verdict may be relied on at most.
    pub days: u16,
}

/// Every ground and freedom counts, and a marriage certificate proves who is whose spouse: it names both
/// by their codes. Nothing that names somebody without a code proves anything.
impl Default for ExemptionPolicy {
    fn default() -> Self {
        use Freedom::{Filling, Seal, Signature, Submission};
        let spouse = || {
            Some(RelationProof {
                relation: "spouse".parse().ok()?,
                license_type: MARRIAGE_CERTIFICATE.parse().ok()?,
                own: "first_citizen_id".parse().ok()?,
                other: "second_citizen_id".parse().ok()?,
                either_order: true,
                by: ComparedBy::Code,
            })
        };
        Self {
            freedoms: BTreeSet::from([Submission, Filling, Seal, Signature]),
            grounds: Ground::ALL.iter().copied().collect(),
            relations: spouse().into_iter().collect(),
            days: 90,
        }
    }
}

/// Why a document is no policy.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Larger than any policy.
    #[error("the document has {0} bytes; a policy has at most {DOCUMENT_BYTES_MAX}")]
    TooLarge(usize),
    /// Not JSON, or not of the form of a policy.
    #[error("line {}, column {}", .0.line(), .0.column())]
    Form(#[source] serde_json::Error),
    /// A part is out of bounds.
    #[error("{0}")]
    Inconsistent(&'static str),
}

impl ExemptionPolicy {
    /// Reads a policy.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn read(document: &[u8]) -> Result<Self, PolicyError> {
        if document.len() > DOCUMENT_BYTES_MAX {
            return Err(PolicyError::TooLarge(document.len()));
        }
        let policy: Self = serde_json::from_slice(document).map_err(PolicyError::Form)?;
        let own = |proof: &RelationProof| [APPLICANT, AGENT].contains(&proof.relation.as_str());
        let problem = if policy.relations.len() > RELATIONS_MAX {
            Some("more than 50 relations")
        } else if policy.relations.iter().any(own) {
            Some("applicant and agent are no relations")
        } else if !(1..=DAYS_MAX).contains(&policy.days) {
            Some("days: 1 to 366")
        } else {
            None
        };
        problem.map_or(Ok(policy), |problem| Err(PolicyError::Inconsistent(problem)))
    }

    /// The relations that can be proved.
    #[must_use]
    pub fn relations(&self) -> BTreeSet<&Key> {
        self.relations.iter().map(|proof| &proof.relation).collect()
    }
}

impl RelationProof {
    /// Whether a license type has its fields.
    ///
    /// # Errors
    /// The name of the field that it has not.
    pub fn check(&self, license_type: &LicenseType) -> Result<(), String> {
        let missing = |key: &&Key| license_type.field(key.as_str()).is_none();
        match [&self.own, &self.other].into_iter().find(missing) {
            Some(key) => Err(key.to_string()),
            None => Ok(()),
        }
    }

    /// Whether a license says that one of this code is related so to the other; none where it has no
    /// value to say it with.
    pub(super) fn says(&self, content: &Content, own: &str, other: (&str, &str)) -> Option<bool> {
        let text = |key: &Key| match Side::Field(key.to_string()).worth(content) {
            Worth::Text(text) | Worth::Number(text) => Some(search_key(text)),
            _ => None,
        };
        let (first, second) = (text(&self.own)?, text(&self.other)?);
        let (name, code) = other;
        let (own, other) = match self.by {
            ComparedBy::Code => (search_key(own), search_key(code)),
            ComparedBy::Name => (search_key(own), search_key(name)),
        };
        let ordered = first == own && second == other;
        let reversed = self.either_order && first == other && second == own;
        Some(!own.is_empty() && !other.is_empty() && own != other && (ordered || reversed))
    }
}

impl Serialize for Ground {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        crate::as_text::serialize(self, to)
    }
}

impl<'de> Deserialize<'de> for Ground {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::as_text::deserialize(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::built_in;

    #[test]
    fn the_default_proves_by_fields_that_are_there_and_reads_back() {
        let policy = ExemptionPolicy::default();
        let types = built_in().expect("the built-in types");
        assert_eq!(policy.relations.len(), 1);
        for proof in &policy.relations {
            let found = types.iter().find(|one| one.code() == proof.license_type);
            assert_eq!(proof.check(found.expect("a type")), Ok(()));
            assert_eq!(proof.by, ComparedBy::Code);
        }
        let written = serde_json::to_vec(&policy).expect("JSON");
        assert_eq!(ExemptionPolicy::read(&written).expect("a policy"), policy);
    }
}
