//! Words of the pages about notices of a case.

use super::frame::Frame;
use super::words::words;

words! {
    title: "办件文书", "Notices";
    about: "受理、补正、一次性告知、办结和许可决定：加盖电子印章出具，扫码即可核验，出具错误的可以作废。", "Acceptance, corrections, one-time notices, completion and decisions, sealed: checked by their code, withdrawn where they are wrong.";
    make: "出具文书", "Issue a notice";
    make_help: "先选文书种类，再填写内容。", "Choose the kind, then fill it in.";
    kind: "文书种类", "Kind";
    all: "全部", "All";
    case_no: "办件编号", "Case number";
    number: "文书编号", "Number";
    party: "当事人", "Party";
    item: "事项", "Service item";
    issued_on: "落款日期", "Date";
    state: "状态", "State";
    none: "还没有文书。选择文书种类，出具第一份。", "There is none yet. Choose a kind and issue the first one.";
    more: "下一页", "More";
    back: "全部文书", "All notices";
    content: "文书内容", "What it says";
    file: "下载文书（PDF）", "Download (PDF)";
    check: "核验页", "Verification page";
    record: "完整记录", "Whole record";
    decision: "免提交核对结果", "Decision on what is not needed";
    waits: "等待审批人核准，核准后自动盖章。", "A person has to approve it; it is sealed then.";
    withdraw: "作废", "Withdraw";
    withdraw_help: "作废后，任何人用文件或扫码核验都会看到“已注销”，不能恢复。需要改正内容的，作废后重新出具。", "Whoever checks it by file or by code is told that it was withdrawn. That cannot be undone; issue a right one instead.";
    withdraw_why: "作废原因", "Why it is withdrawn";
    confirm: "确认作废", "Withdraw it";
    issue: "盖章并出具", "Seal and issue";
    issue_help: "出具前请核对内容。文书由本部门电子印章签发，编号和二维码自动生成。", "Look at it once more: it is sealed with the department's seal, and gets its number and code by itself.";
    number_help: "留空自动编号", "Left empty, the next number is given";
    lines_help: "一行一项", "One a line";
    from_decision: "已按免提交核对结果填写，可以修改。", "Filled in from the decision; it may be changed.";
    optional: "选填", "optional";
    faults: "请先改正以下内容：", "Please correct first:";
    fault: "内容不正确或者没有填写", "It is missing or not right";
    fault_number: "编号已经用过", "The number is taken";
    fault_reason: "请填写作废原因", "Say why it is withdrawn";
    fault_state: "文书已经作废或者被替换", "It was withdrawn or replaced before";
    fault_seal: "本部门没有可用于这种文书的印章", "The department has no seal for notices of this kind";
}

impl Words {
    pub(crate) fn of(frame: &Frame) -> &'static Self {
        if frame.zh() { &ZH } else { &EN }
    }

    /// The kinds in the order in which a case meets them, with their names.
    pub(crate) fn kinds(&self, frame: &Frame) -> [(&'static str, &'static str); 6] {
        [
            ("one_time", "一次性告知单", "One-time notice"),
            ("acceptance", "受理通知单", "Notice of acceptance"),
            ("corrections", "材料补正清单", "List of corrections"),
            ("refusal", "不予受理决定书", "Decision not to accept"),
            ("approval", "准予行政许可决定书", "Decision to grant"),
            ("completion", "办结通知单", "Notice of completion"),
        ]
        .map(|(kind, zh, en)| (kind, if frame.zh() { zh } else { en }))
    }
}
