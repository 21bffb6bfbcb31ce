//! Words of the pages about what departments ask each other.

use super::frame::Frame;
use super::show::Sign;
use super::words::words;

words! {
    title: "行政协助", "Assistance";
    about: "其他部门请本部门核实的事项，以及本部门发出的请求。", "What other departments ask this one to confirm, and what it asks them.";
    to_answer: "待本部门答复", "To be answered";
    to_answer_none: "没有待答复的请求。", "Nothing waits for an answer.";
    answered: "本部门已答复", "Answered by this department";
    sent: "本部门发出的请求", "Asked by this department";
    none: "没有请求。", "None.";
    more: "下一页", "More";
    all: "全部请求", "All requests";
    from: "请求部门", "Asked by";
    to: "协助部门", "Asked of";
    case_no: "办件号", "Case number";
    item: "事项编码", "Service item";
    applicant: "申请人", "Applicant";
    code: "证件号码", "Code of the applicant";
    due: "答复期限", "Answer by";
    asked_at: "请求时间", "Asked at";
    question: "请核实", "To be confirmed";
    hidden: "请求结束后不再显示申请人的完整姓名和号码。", "Once a request has ended, full name and code of the applicant are not shown any more.";
    looked: "查看申请人信息已记入查询记录。", "That the applicant was looked at is on record.";
    answer: "答复", "Answer";
    answer_help: "答复只对本办件有效；确认后申请人不必再提交这份材料。提交后不能更改。", "The answer counts for this case alone; what is confirmed need not be handed in. It cannot be changed.";
    outcome: "核实结果", "Outcome";
    confirmed: "情况属实", "It is so";
    denied: "与事实不符", "It is not so";
    unable: "无法核实", "Cannot be told";
    statement: "核实依据和说明", "By what";
    statement_help: "1 至 500 字，例如核对了哪项登记。", "1 to 500 characters, such as which register was looked at.";
    document: "文书编号（可不填）", "Number of the document (optional)";
    until: "有效至（可不填）", "Good until (optional)";
    until_help: "有效期不填时按决定的有效天数计算。", "Without a day, as long as a decision may be relied on.";
    submit: "提交答复", "Send the answer";
    withdraw: "撤回请求", "Withdraw the request";
    withdraw_help: "不再需要答复时撤回；之后同一办件可以再次请求。", "When no answer is needed any more; the case may ask again later.";
    said: "答复内容", "The answer";
    document_number: "文书编号", "Document";
    holds_until: "答复有效至", "Counts until";
    ended_at: "结束时间", "Ended at";
    decision: "免交决定", "Decision";
    state_open: "待答复", "Waiting";
    state_overdue: "已逾期", "Overdue";
    state_withdrawn: "已撤回", "Withdrawn";
    faults: "请改正：", "Please correct:";
    fault_outcome: "请选择核实结果。", "Choose an outcome.";
    fault_statement: "请填写核实依据（1 至 500 字）。", "Say by what, in 1 to 500 characters.";
    fault_document: "文书编号不超过 100 字。", "A document number has at most 100 characters.";
    fault_until: "日期不能早于今天。", "The day may not be past.";
    ended: "请求已答复或撤回，请核对。", "The request was answered or withdrawn meanwhile; please look again.";
}

impl Words {
    /// In the language of a page.
    pub(crate) fn of(frame: &Frame) -> &'static Self {
        if frame.zh() { &ZH } else { &EN }
    }

    /// Where a request is: shape, colour and word.
    pub(crate) fn sign(&self, state: &str, outcome: Option<&str>) -> Sign {
        let (tone, shape, word) = match (state, outcome) {
            (_, Some("confirmed")) => ("valid", "tick", self.confirmed),
            (_, Some("denied")) => ("invalid", "cross", self.denied),
            (_, Some(_)) => ("unknown", "question", self.unable),
            ("overdue", None) => ("invalid", "clock", self.state_overdue),
            ("withdrawn", None) => ("quiet", "dash", self.state_withdrawn),
            (_, None) => ("unknown", "swap", self.state_open),
        };
        Sign { tone, shape, word }
    }

    /// What is wrong with an answer, by the pointer of the input.
    pub(crate) fn fault(&self, pointer: &str) -> &'static str {
        match pointer {
            "/outcome" => self.fault_outcome,
            "/statement" => self.fault_statement,
            "/document_number" => self.fault_document,
            _ => self.fault_until,
        }
    }
}
