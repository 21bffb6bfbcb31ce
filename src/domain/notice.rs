//! Notices of a case (免用实物印章): what a service window hands out under a seal, from the acceptance to
//! the decision. A notice is a license of one of these types, so everything that holds of licenses holds
//! of it: one door to a key, one register, one code to ask by.

use crate::exemption::ItemCode;
use crate::id::{ExemptionDecisionId, LicenseId};
use crate::identifier::LicenseTypeCode;
use crate::license::License;
use crate::word::words;
use serde_json::{Map, Value};

words! { "kind of notice";
    /// What a notice says.
    pub enum NoticeKind {
        /// 受理通知单: the application is taken up.
        Acceptance = "acceptance",
        /// 材料补正清单: what is to be corrected, all at once.
        Corrections = "corrections",
        /// 一次性告知单: all that is to be brought, and what is not.
        OneTime = "one_time",
        /// 办结通知单: the case has ended, and how.
        Completion = "completion",
        /// 不予受理决定书: the application is not taken up, and why.
        Refusal = "refusal",
        /// 准予行政许可决定书: what was applied for is granted.
        Approval = "approval",
    }
}

/// The license types of notices; their documents are in `schema/notices/`.
const TYPES: [(NoticeKind, &str); 6] = [
    (NoticeKind::Acceptance, "119999000000000198101"),
    (NoticeKind::Corrections, "119999000000000198102"),
    (NoticeKind::OneTime, "119999000000000198103"),
    (NoticeKind::Completion, "119999000000000198104"),
    (NoticeKind::Refusal, "119999000000000198105"),
    (NoticeKind::Approval, "119999000000000198106"),
];

impl NoticeKind {
    /// The code of its license type.
    #[must_use]
    pub fn type_code(self) -> &'static str {
        // Each kind has its line: a test goes through all.
        TYPES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, code)| code)
    }

    /// The kind of which licenses of a type are, if they are notices.
    #[must_use]
    pub fn of_type(code: &LicenseTypeCode) -> Option<Self> {
        TYPES.iter().find(|(_, own)| *own == code.as_str()).map(|(kind, _)| *kind)
    }

    /// What numbers of such notices begin with where a department gives none.
    #[must_use]
    pub fn number_word(self) -> &'static str {
        match self {
            Self::Acceptance => "受",
            Self::Corrections => "补",
            Self::OneTime => "告",
            Self::Completion => "结",
            Self::Refusal => "不受",
            Self::Approval => "准",
        }
    }
}

/// To which case a license belongs that is a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The license.
    pub license: LicenseId,
    /// What it says.
    pub kind: NoticeKind,
    /// The case.
    pub case_no: String,
    /// The service item, if it was said.
    pub item: Option<ItemCode>,
    /// The decision about what need not be handed in, from which it was made.
    pub decision: Option<ExemptionDecisionId>,
}

impl Notice {
    /// Reads it out of a license, whatever way that came to be; none of one that is no notice.
    #[must_use]
    pub fn of(license: &License) -> Option<Self> {
        let fixed = license.particulars();
        let kind = NoticeKind::of_type(&fixed.type_code)?;
        let fields: Map<String, Value> = serde_json::from_str(&fixed.fields_json).ok()?;
        let said = |key: &str| fields.get(key).and_then(Value::as_str);
        Some(Self {
            license: fixed.id,
            kind,
            case_no: said("case_no")?.to_owned(),
            item: said("item_code").and_then(|code| code.parse().ok()),
            decision: said("decision").and_then(|id| id.parse().ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::built_in;

    #[test]
    fn each_kind_has_a_type_that_says_the_case_and_the_party() {
        let types = built_in().expect("the built-in types");
        for kind in NoticeKind::ALL {
            let found = types.iter().find(|one| one.code().as_str() == kind.type_code());
            let found = found.unwrap_or_else(|| panic!("{kind} has no type"));
            assert_eq!(NoticeKind::of_type(&found.code()), Some(*kind));
            for key in ["number", "party", "case_no", "item", "issue_date"] {
                assert!(found.field(key).is_some_and(|field| field.required), "{kind} {key}");
            }
            for key in ["party_code", "item_code", "decision"] {
                let field = found.field(key).unwrap_or_else(|| panic!("{kind} {key}"));
                assert!(!field.required && !field.printed, "{kind} {key}");
            }
        }
        let notices = types.iter().filter(|one| NoticeKind::of_type(&one.code()).is_some());
        assert_eq!(notices.count(), NoticeKind::ALL.len());
    }
}
