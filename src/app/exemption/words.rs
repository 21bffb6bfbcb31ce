//! A verdict in words, for who applies.

use domain::exemption::{Ground, Reason};

/// The words of a verdict in Chinese and English; a due day stands in them as `{due}`.
pub(super) fn of(ground: Ground, reason: Reason) -> (&'static str, &'static str) {
    match ground {
        Ground::NotApplicable => ("本情形不需要。", "Not needed in your situation."),
        Ground::Cancelled => ("已取消，不需提交。", "No longer asked for."),
        Ground::WaivedByLicense => {
            ("免提交：已由电子证照核实。", "Not needed: proved by electronic licenses.")
        }
        Ground::WaivedByMaterial => {
            ("免提交：材料库中已有此材料。", "Not needed: you have it in the material library.")
        }
        Ground::WaivedByData if reason == Reason::AssistanceConfirmed => (
            "免提交：有关部门已协助核实。",
            "Not needed: confirmed by the department that was asked.",
        ),
        Ground::WaivedByData => ("免提交：已联网核验。", "Not needed: confirmed online."),
        Ground::CoveredByOther => {
            ("免提交：其他材料已包含。", "Not needed: another document covers it.")
        }
        Ground::ByCommitment => (
            "可以承诺代替：签署告知承诺书即可，{due}前接受核查。",
            "You may promise it in writing instead; it is checked until {due}.",
        ),
        Ground::PendingAssistance => (
            "已向有关部门发出协助请求，应于{due}前答复，您暂不需提交。",
            "Another department was asked and is to answer by {due}; you bring nothing for now.",
        ),
        Ground::Deferrable => {
            ("可以后补：请在{due}前提交。", "You may hand it in later, by {due}.")
        }
        Ground::Required => required(reason),
    }
}

/// Why something is to be handed in.
fn required(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::Optional => ("可以不交。", "You may leave it out."),
        Reason::RegisterUnavailable => (
            "需提交：证照库暂时无法查询，并非没有证照。",
            "Please bring it: the register cannot be asked at the moment, which says nothing against you.",
        ),
        Reason::LibraryUnavailable => (
            "需提交：材料库暂时无法查询，并非没有此材料。",
            "Please bring it: the material library cannot be asked at the moment, which says nothing against you.",
        ),
        Reason::TooManyLicenses => (
            "需提交：名下此类证照过多，无法逐一核对，并非没有证照。",
            "Please bring it: there are too many licenses of this kind to look through, which says nothing against you.",
        ),
        Reason::RelationUnknown => (
            "需提交：暂时无法核实双方关系。",
            "Please bring it: the relation cannot be checked at the moment.",
        ),
        Reason::SealRevocationUnknown => (
            "需提交：暂时无法确认印章证书是否已吊销。",
            "Please bring it: whether the seal's certificate is still good cannot be found out now.",
        ),
        Reason::LicenseUnverified => (
            "需提交：电子证照暂时无法核验。",
            "Please bring it: the electronic license cannot be verified at the moment.",
        ),
        Reason::PredicateUnknown => (
            "需提交：电子证照上没有所需内容。",
            "Please bring it: the electronic license does not say what is needed.",
        ),
        Reason::ConnectorUnavailable => (
            "需提交：联网核验暂时没有答复。",
            "Please bring it: the online check gives no answer at the moment.",
        ),
        Reason::AssistanceUnreachable => (
            "需提交：应协助核实的部门尚未接入。",
            "Please bring it: the department that would confirm it is not connected.",
        ),
        Reason::AssistanceOverdue => (
            "需提交：协助核实的部门逾期未答复。",
            "Please bring it: the department that was asked has not answered in time.",
        ),
        Reason::AssistanceUnable => (
            "需提交：协助核实的部门答复无法核实。",
            "Please bring it: the department that was asked cannot tell.",
        ),
        Reason::AssistanceDenied => (
            "需提交：协助核实的部门答复不符。",
            "Please bring it: the department that was asked said no.",
        ),
        Reason::PredicateNotMet => (
            "需提交：电子证照不符合本事项的要求。",
            "Please bring it: the electronic license does not meet what is asked here.",
        ),
        Reason::LicenseNotYetValid => {
            ("需提交：电子证照尚未生效。", "Please bring it: the license is not yet valid.")
        }
        Reason::LicenseExpired => {
            ("需提交：电子证照已过有效期。", "Please bring it: the license has expired.")
        }
        Reason::LicenseIncomplete => (
            "需提交：构成电子证照的某份证照已不在有效状态。",
            "Please bring it: a license of which the license is made is not in force.",
        ),
        Reason::LicenseSuspended => {
            ("需提交：电子证照已暂停使用。", "Please bring it: the license is suspended.")
        }
        Reason::LicenseSuperseded => {
            ("需提交：电子证照已被新证替换。", "Please bring it: the license was replaced.")
        }
        Reason::LicenseRevoked => {
            ("需提交：电子证照已注销或吊销。", "Please bring it: the license was revoked.")
        }
        Reason::LicenseInvalid => (
            "需提交：电子证照文件未通过核验。",
            "Please bring it: the file of the license did not pass verification.",
        ),
        Reason::HolderMismatch => {
            ("需提交：电子证照不属于申请人。", "Please bring it: the license is somebody else's.")
        }
        Reason::LicenseNotIssued => {
            ("需提交：电子证照尚未签发。", "Please bring it: the license is not issued yet.")
        }
        Reason::RelationNotProved => {
            ("需提交：没有证照能证明双方关系。", "Please bring it: no license proves the relation.")
        }
        Reason::PartyMissing => (
            "需提交：没有填写相关人员的姓名和证件号码。",
            "Please bring it, or say who the person concerned is.",
        ),
        Reason::DataDenied => {
            ("需提交：联网核验结果不符。", "Please bring it: the online check said no.")
        }
        Reason::NoLicense => (
            "需提交：证照库中没有此证照。",
            "Please bring it: there is no such license in the register.",
        ),
        Reason::CoversInACircle => {
            ("需提交：相关事项互为前提。", "Please bring it: the items wait for each other.")
        }
        Reason::AnswerMissing => (
            "需提交，除非相关问题的回答表明不需要。",
            "Please bring it, unless the answer to the question shows that it is not needed.",
        ),
        _ => ("需提交。", "Please bring it."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_decided_has_words_and_a_day_where_there_is_one() {
        for ground in Ground::ALL {
            for reason in Reason::ALL {
                let (zh, en) = of(*ground, *reason);
                let dated = matches!(
                    ground,
                    Ground::ByCommitment | Ground::PendingAssistance | Ground::Deferrable
                );
                assert_eq!(zh.contains("{due}"), dated, "{ground} {reason}");
                assert_eq!(en.contains("{due}"), dated, "{ground} {reason}");
            }
        }
        for reason in Reason::ALL.iter().filter(|reason| reason.is_doubt()) {
            assert_ne!(required(*reason), required(Reason::NoLicense), "{reason}");
            assert_ne!(required(*reason).0, "需提交。", "{reason}");
        }
    }
}
