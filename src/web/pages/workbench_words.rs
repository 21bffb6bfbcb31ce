//! Words of the workbench of a clerk at a general window.

use super::frame::Frame;
use super::words::words;

words! {
    title: "综合窗口工作台", "Workbench";
    about: "查事项、问情形、看哪些材料免交；一件事可以合办多个事项。全程可用键盘操作。", "Find the services, ask about the situation, see what need not be handed in. One case may have several. Works by keyboard alone.";
    find_help: "例如：食品经营许可证，或 spjy；也可扫描事项二维码", "Such as: food business, or spjy; or scan the code of the service";
    case: "一件事", "One case";
    case_items: "个事项", "services";
    items: "办理事项", "Services";
    add_label: "再加一个事项", "Add another service";
    add_help: "名称、拼音首字母或编码，按回车；也可扫描事项二维码。", "Name, first letters of pinyin, or code, then Enter; or scan the code of the service.";
    add: "添加", "Add";
    remove: "移除", "Remove";
    found_more: "结果太多，请输入更多的字。", "There are more; type a little more.";
    more_questions: "根据以上回答，还需回答以下问题。", "The answers lead to more questions.";
    used_for: "用于：", "For: ";
    shared: "多个事项共用，只交一次", "Asked for by several services, handed in once";
    signs: "办事指南二维码", "Where to look it up";
    fault_many: "一件事最多 20 个事项。", "A case has at most 20 services.";
    applicant: "申请人", "Applicant";
    name: "姓名或单位名称", "Name";
    code: "身份证号码或统一社会信用代码", "Citizen number or social credit code";
    agent: "代办人", "Agent";
    agent_help: "有人代办时填写。", "When somebody acts for the applicant.";
    relation_spouse: "配偶", "Spouse";
    relation_child: "子女", "Child";
    relation_legal_representative: "法定代表人", "Legal representative";
    relation_help: "填写后可用其证照核验；关系由证照证明，不凭口述。", "Their licenses may count once the relation is proved by a license; nobody’s word is taken for it.";
    case_no: "办件号", "Case number";
    case_no_help: "业务系统的办件号，写入查询记录。", "The number of the case; it is kept with every look.";
    decide: "查看免交结果", "Show what need not be handed in";
    faults: "请改正：", "Please correct:";
    fault_name: "请填写名称（1 至 200 字）。", "A name of 1 to 200 characters is needed.";
    fault_code: "号码不正确，请核对。", "The number is not right; please check it.";
    fault_kind: "这个事项不接受此类申请人。", "The service is not for this kind of applicant.";
    fault_agent: "这个事项不能代办。", "Nobody may act for the applicant here.";
    fault_case: "请填写办件号。", "A case number is needed.";
    fault_other: "请核对此项。", "Please check this.";
    result_items: "个事项，", "services, ";
    result_count: "份材料，免交", "materials,";
    result_waived: "份", "need not be handed in";
    still: "还需提交", "Still to be handed in";
    still_none: "没有要提交的材料。", "Nothing has to be handed in.";
    list: "逐项结果", "Each material";
    evidence: "依据", "By";
    evidence_check: "核验记录", "verification";
    evidence_copy: "加注件", "marked copy";
    submit: "递交", "Submit";
    notices: "出具文书", "Issue a notice";
    notices_help: "按本次核对结果填好，加盖电子印章后交给申请人。", "Filled in from this decision, sealed, and handed to the applicant.";
    submit_help: "递交时生成证明包：决定、核验回执、存证证明和加注件封装在一个文件中，办件系统可离线核验。", "Submitting makes the proof bundle: decision, receipts, proofs of the log and marked copies in one sealed file, which the system of the case checks without any network.";
    submitted: "已递交", "Submitted";
    submitted_help: "证明包已生成，再次打开内容不变。", "The proof bundle is made and stays as it is.";
    bundle: "下载证明包", "Download the proof bundle";
    answered_since: "协助部门已经答复，请按新的情况重新查看免交结果：", "A department has answered since; decide the case again:";
    until: "结果有效至", "May be relied on until";
    as_of: "查询时间", "As of";
    filled: "免填写", "Need not be filled in";
    filled_help: "以下内容取自证照，申请表直接使用。", "These values come from licenses; the form takes them as they are.";
    filled_hidden: "再次打开时不再显示证照内容。", "Values of licenses are not shown again.";
    notice: "一次性告知单", "Notice of everything that is needed";
    print: "打印一次性告知单", "Print the notice";
    next: "办理下一件", "Next case";
    decision: "决定编号", "Decision";
}

impl Words {
    /// In the language of a page.
    pub(crate) fn of(frame: &Frame) -> &'static Self {
        if frame.zh() { &ZH } else { &EN }
    }

    /// Somebody's relation to the applicant.
    pub(crate) fn relation<'a>(&self, word: &'a str) -> &'a str {
        match word {
            "applicant" => self.applicant,
            "agent" => self.agent,
            "spouse" => self.relation_spouse,
            "child" => self.relation_child,
            "legal_representative" => self.relation_legal_representative,
            other => other,
        }
    }

    /// What is wrong with what was typed.
    pub(crate) fn fault(&self, code: &str, pointer: &str) -> &'static str {
        match code {
            "bad_text" if pointer.ends_with("/name") => self.fault_name,
            "bad_identifier" => self.fault_code,
            "applicant_not_admitted" => self.fault_kind,
            "agent_not_admitted" => self.fault_agent,
            "case_number_missing" => self.fault_case,
            _ => self.fault_other,
        }
    }
}
