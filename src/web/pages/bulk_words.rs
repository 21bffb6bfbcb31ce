//! The words of the page on which many licenses are changed.

use super::frame::Frame;
use super::words::words;

words! {
    title: "批量办理", "Change many";
    about: "一次暂扣、恢复或注销多份证照：先试办，逐份说明能不能办、为什么；确认后逐份办理，互不影响。", "Suspend, resume or revoke many licenses: first a trial that says of each whether it can be done and why not; then each is done for itself.";
    link: "批量办理", "Change many";
    list: "证照编号或标识", "Numbers or ids";
    list_help: "每行一个，最多 200 个。", "One a line, at most 200.";
    file: "或上传名单", "Or a list";
    file_help: "文本或 CSV，取每行第一列。", "Text or CSV: the first column of each line.";
    fitting: "名单为空时按条件选取", "Without a list: those that fit";
    act: "事项", "Step";
    try_it: "试办", "Try";
    tried: "试办结果", "What would become of them";
    done: "办理结果", "What became of them";
    would: "份可以办", "can be done";
    were: "份已办理", "were done";
    not: "份不能办", "cannot";
    row: "证照", "License";
    state: "状态", "State";
    result: "结果", "Result";
    fine: "可以办理", "Can be done";
    finished: "已办理", "Done";
    confirm: "确认办理", "Do it";
    further: "符合条件的还有更多，办完这一批后继续试办下一批。", "More of them fit: do these, then try the next.";
    next: "试办下一批", "Try the next";
    not_found: "本单位没有这份证照。", "The department has no such license.";
    listed_twice: "名单中重复。", "It is in the list twice.";
    ambiguous: "多种证照有这个编号，请选择证照类型。", "Licenses of several types have this number: choose the type.";
    illegal: "当前状态不能办理这一事项。", "Its state does not allow this.";
    problem_size: "请给出 1 到 200 份证照。", "Give 1 to 200 licenses.";
}

impl Frame {
    /// The words of the page on which many licenses are changed.
    pub(crate) fn bulk(&self) -> &'static Words {
        if self.zh() { &ZH } else { &EN }
    }
}
