//! Words of the page about the quality of licenses.

use super::frame::Frame;
use super::words::words;
use app::view::QualityFindingView;

words! {
    title: "数据质量", "Quality";
    about: "最近十二周入库的在用证照：按规则检查的结果、入库是否及时、待更正的问题。", "Licenses in use that were stored in the last twelve weeks: what the rules found, whether they were stored in time, and what is to be corrected.";
    score: "质量得分", "Score";
    score_help: "得分 = 已检查且没有未更正问题的证照 ÷ 在用证照。未检查的和无法判断的不算合格。", "Score: licenses that were examined and have nothing open, of all in use. What was not examined, or cannot be told, is not counted as good.";
    none: "尚无证照", "No license yet";
    total: "在用证照", "In use";
    good: "合格", "Good";
    faulty: "有问题", "With faults";
    uncertain: "无法判断或未检查", "Uncertain";
    fresh: "及时入库", "Stored in time";
    fresh_help: "及时 = 颁发日期后一天之内入库；没有颁发日期的不算及时。", "In time: a day after the day of issue at the latest; without one, it is not.";
    late: "逾期入库", "Stored late";
    trend: "按周趋势", "By week";
    week: "周（周一）", "Week (Monday)";
    missing: "编号缺号", "Missing numbers";
    missing_about: "十二周内颁发的证照编号中缺的号：可能是未归集的证照，也可能是作废未用的号。不计入得分。", "Numbers that are missing among those of licenses issued in twelve weeks: licenses that are not here, or numbers that were never given. They are not in the score.";
    missing_none: "没有缺号。", "None is missing.";
    license_type: "证照类型", "License type";
    missing_from: "从", "From";
    missing_to: "到", "To";
    missing_count: "数量", "How many";
    queue: "更正清单", "To be corrected";
    queue_none: "没有这样的问题。", "Nothing of this kind.";
    state: "状态", "State";
    state_any: "未办结", "Not closed";
    state_open: "待处理", "Open";
    state_in_work: "处理中", "In work";
    state_answered: "已答复", "Answered";
    state_closed: "已办结", "Closed";
    overdue: "已逾期", "Overdue";
    overdue_only: "只看逾期", "Overdue only";
    show: "查看", "Show";
    open_license: "打开证照", "Open the license";
    due: "应办结时间", "Due";
    found: "发现时间", "Found";
    doubt: "无法判断", "Cannot be told";
    take: "领取", "Take";
    answer: "答复", "Answer";
    answer_help: "说明怎样更正的，或为什么本来就对。答复后再检查一次，已更正的自动办结。", "Say how it was corrected, or why it was right. It is examined once more: what is corrected is closed by that.";
    note: "说明", "What was done";
    reopen: "退回", "Give back";
    close: "办结", "Close";
    close_help: "确认答复属实，办结。", "The answer holds; it is closed.";
    changed: "问题刚被他人处理，请再看一遍。", "Somebody was quicker: look at it again.";
    reason_needed: "请填写说明（1 至 500 字）。", "Say what was done, in 1 to 500 characters.";
    rule_content: "内容不符合证照类型", "The content does not fit the type";
    rule_fields: "不符合跨字段规则", "A rule across fields is not kept";
    rule_number_form: "证照编号不符合编号规则", "The number has not the form that is asked";
    rule_issued_later: "颁发日期晚于入库时间", "It was stored before its day of issue";
    rule_no_issue_date: "没有颁发日期", "There is no day of issue";
    rule_holder_code: "持证主体代码缺失或无法校验", "The holder's code is missing or cannot be checked";
    rule_placeholder: "以占位文字代替内容", "A placeholder stands for a value";
    rule_unknown_type: "证照类型无法识别", "The type is not known here";
}

impl Words {
    /// In the language of a page.
    pub(crate) fn of(frame: &Frame) -> &'static Self {
        if frame.zh() { &ZH } else { &EN }
    }

    /// A rule in words.
    pub(crate) fn rule(&self, finding: &QualityFindingView) -> &'static str {
        match finding.rule {
            "content" => self.rule_content,
            "fields" => self.rule_fields,
            "number_form" => self.rule_number_form,
            "issued_later" => self.rule_issued_later,
            "no_issue_date" => self.rule_no_issue_date,
            "holder_code" => self.rule_holder_code,
            "placeholder" => self.rule_placeholder,
            _ => self.rule_unknown_type,
        }
    }

    /// A state in a word.
    pub(crate) fn state(&self, state: &str) -> &'static str {
        match state {
            "open" => self.state_open,
            "in_work" => self.state_in_work,
            "answered" => self.state_answered,
            "closed" => self.state_closed,
            _ => self.state_any,
        }
    }

    /// The colour that goes with it.
    pub(crate) fn tone(&self, finding: &QualityFindingView) -> &'static str {
        match finding.state {
            _ if finding.overdue => "invalid",
            "closed" => "valid",
            "open" => "unknown",
            _ => "quiet",
        }
    }
}
