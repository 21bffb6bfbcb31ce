//! Words of the page about what applicants undertake.

use super::frame::Frame;
use super::show::Sign;
use super::words::words;

words! {
    title: "承诺与容缺", "Undertakings";
    about: "申请人以告知承诺代替或者容缺后补的材料：到期前提醒，核查后登记履行或者违约。", "What applicants promised instead of a material, or to hand in later: told before it is due, and ended when it was looked at.";
    all: "全部", "All";
    state: "状态", "State";
    case_no: "办件号", "Case number";
    due: "履行期限", "Last day";
    commitment: "告知承诺", "Commitment";
    deferral: "容缺后补", "Deferral";
    open: "待履行", "To be kept";
    overdue: "已逾期", "Overdue";
    fulfilled: "已履行", "Kept";
    breached: "已违约", "Not kept";
    signed: "已签署", "signed";
    unsigned: "尚未签署", "not signed yet";
    left: "剩余天数", "days left";
    document: "承诺书（PDF）", "Document (PDF)";
    decision: "免提交核对结果", "Decision";
    reason: "核查依据", "By what";
    end: "登记核查结果", "Say what was found";
    end_help: "登记后不能更改，申请人的承诺到此结束。", "It cannot be changed afterwards.";
    fulfil: "已履行", "It was kept";
    breach: "违约", "It was not kept";
    fault: "没有登记：请填写核查依据；已经登记过的不能再改。", "It was not noted: say by what; what has ended cannot be changed.";
    none: "没有承诺。免提交核对结果中有可以承诺或者容缺的材料时，由办件系统登记。", "There is none. Systems record them where a decision allows a commitment or a deferral.";
    more: "下一页", "More";
}

impl Words {
    pub(crate) fn of(frame: &Frame) -> &'static Self {
        if frame.zh() { &ZH } else { &EN }
    }

    /// A state in shape, tone and word.
    pub(crate) fn sign(&self, state: &str) -> Sign {
        let (shape, tone, word) = match state {
            "fulfilled" => ("tick", "valid", self.fulfilled),
            "breached" => ("cross", "invalid", self.breached),
            "overdue" => ("clock", "invalid", self.overdue),
            _ => ("clock", "unknown", self.open),
        };
        Sign { shape, tone, word }
    }
}
