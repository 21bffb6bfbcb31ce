//! The invented office: three departments, and which licenses each issues.

use crate::{AppError, IssueRequest};
use domain::catalogue::{Sample, samples};
use domain::id::OrganizationId;
use domain::notice::NoticeKind;

/// What is fixed of a department.
#[derive(Clone, Copy)]
pub(super) struct Founding {
    pub(super) name: &'static str,
    /// Formally right, of a division that does not exist.
    pub(super) code: &'static str,
    pub(super) seal_code: &'static str,
    /// What stands under the star.
    pub(super) seal_line: &'static str,
    /// Its PAdES key is P-256 instead of RSA.
    pub(super) elliptic: bool,
}

pub(super) const DEPARTMENTS: [Founding; 3] = [
    Founding {
        name: "示例市市场监督管理局",
        code: "11999900MB0000019D",
        seal_code: "99990000000101",
        seal_line: "电子证照专用章",
        elliptic: false,
    },
    Founding {
        name: "示例市卫生健康委员会",
        code: "11999900MB00000278",
        seal_code: "99990000000102",
        seal_line: "电子证照专用章",
        elliptic: true,
    },
    Founding {
        name: "示例市行政审批服务局",
        code: "11999900MB00000353",
        seal_code: "99990000000103",
        seal_line: "行政审批专用章",
        elliptic: false,
    },
];

/// A second seal of the first department: a person approves what it seals.
pub(super) const APPROVED_SEAL: Founding = Founding {
    seal_code: "99990000000104",
    seal_line: "重要证照专用章",
    elliptic: true,
    ..DEPARTMENTS[0]
};

/// A department that was founded.
#[derive(Clone)]
pub(super) struct Department {
    pub(super) id: OrganizationId,
    pub(super) name: String,
    pub(super) code: String,
    pub(super) seal: String,
    pub(super) api_key: String,
}

/// A license to issue.
pub(super) struct Asked {
    pub(super) organization: OrganizationId,
    pub(super) what: String,
    pub(super) file_stem: String,
    pub(super) request: IssueRequest,
}

/// Licenses that wait for an approver of the first department.
pub(super) fn to_approve(department: &Department) -> impl Iterator<Item = IssueRequest> {
    const ITEMS: [&str; 3] = ["户外广告设施设置审批", "临时占用场地审批", "大型活动场所使用审批"];
    let seal = format!("{}{}", APPROVED_SEAL.name, APPROVED_SEAL.seal_line);
    let issuer = department.name.clone();
    ITEMS.iter().zip(1..).map(move |(item, place)| {
        let fields = [
            ("document_number", format!("示例监许〔2026〕{}号", 60_000 + place)),
            ("applicant", "示例市青禾食品有限公司".to_owned()),
            ("applicant_code", "91999900MA0000015N".to_owned()),
            ("item", (*item).to_owned()),
            ("accepted_on", "2026-02-20".to_owned()),
            ("body", format!("经{issuer}审查，准予你单位在示例市样板区办理此事项。")),
            ("issue_date", "2026-03-02".to_owned()),
        ];
        let field = |(name, value): (&str, String)| (name.to_owned(), value.into());
        let fields = fields.map(field).into_iter().collect();
        let drawn = IssueRequest::drawn("119999000000000198001", fields);
        IssueRequest { seal: Some(seal.clone()), ..drawn }
    })
}

/// Every sample of the catalogue, at the department that its sample names; those of bodies that
/// the office does not have are issued by the last one, which approves for all.
pub(super) fn requests(departments: &[Department]) -> Result<Vec<Asked>, AppError> {
    let samples = samples().map_err(|(name, cause)| {
        AppError::internal(format!("reading the samples of {name}"), cause)
    })?;
    let mut asked = Vec::new();
    // Notices are handed out in a case: `notices.rs`.
    let notice = |sample: &Sample| sample.license_type.as_ref().and_then(NoticeKind::of_type);
    for sample in samples.into_iter().filter(|sample| notice(sample).is_none()) {
        let named = departments.iter().find(|department| department.name == sample.issuer);
        let department = named.or(departments.last());
        let (Some(department), Some(license_type)) = (department, sample.license_type) else {
            continue;
        };
        asked.push(Asked {
            organization: department.id,
            what: format!("{} · {}", department.name, sample.about),
            file_stem: sample.name.replace('_', "-"),
            request: IssueRequest::drawn(license_type.to_string(), sample.content),
        });
    }
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::identifier::{SealCode, UnifiedCode};

    #[test]
    fn the_codes_are_formally_right_and_of_no_division_that_exists() {
        for department in DEPARTMENTS {
            let code: UnifiedCode = department.code.parse().expect("a credit code");
            assert_eq!(&code.as_str()[2..8], "999900");
            department.seal_code.parse::<SealCode>().expect("a seal code");
            assert!(department.name.contains("示例"));
        }
    }
}
