//! The words of the pages about batches, in both languages.

use super::frame::Frame;
use super::words::words;
use crate::language::Language;

words! {
    title: "批次", "Batches";
    about: "用一个文件签发许多证照：先逐行检查，确认后再签发；没通过的行带着原因退回。", "Many licenses from one file: every row is checked first, then issued when you say so; rows that fail come back with the reason.";
    send: "上传文件", "Send a file";
    license_type: "证照类型", "License type";
    file: "文件", "File";
    file_help: "CSV（UTF-8 或 GB 18030）、Excel（.xlsx）、JSON Lines，或 PDF 的 ZIP 包（内附清单）。第一行是列名，可用中文名称。最大 64 MB，二十万行。", "CSV (UTF-8 or GB 18030), Excel (.xlsx), JSON lines, or a ZIP of PDFs with their list. The first row names the columns. At most 64 MB and 200,000 rows.";
    columns: "各证照类型的列名", "The columns of each type";
    declared: "申报行数（可选）", "Declared rows (optional)";
    declared_help: "业务系统导出的行数，用来核对是否收全。", "How many rows your system exported, to see that all arrived.";
    check: "上传并检查", "Send and check";
    check_about: "检查时不签发任何证照。", "Nothing is issued by the check.";
    none: "还没有批次。选择证照类型和文件，先检查一遍。", "There are no batches yet. Choose a type and a file, and have it checked.";
    sent_at: "上传时间", "Sent";
    state: "状态", "State";
    rows: "行数", "Rows";
    received: "收到", "Received";
    ready: "可签发", "Good";
    failed: "未通过", "Failed";
    waiting: "待审批", "Waiting for approval";
    sealing: "签章中", "Being sealed";
    issued: "已签发", "Issued";
    counts: "申报与收到", "Declared and received";
    agree: "一致", "the same";
    differ: "不一致，请核对后再开始", "not the same: look before you start";
    progress: "签发进度", "Progress";
    rate: "速率", "Rate";
    a_second: "份/秒", "a second";
    left: "剩余", "Left";
    trouble: "原因", "Why";
    found: "检查发现的问题", "What the check found";
    found_none: "没有发现问题。", "Nothing was found.";
    field: "字段", "Field";
    problem: "问题", "Problem";
    row: "行", "Row";
    whole_row: "整行", "the row";
    failed_rows: "未通过的行", "Rows that failed";
    failed_help: "下载后按“失败原因”一列改正，可直接重新上传。", "Download them, mend them by the last column, and send the file again.";
    file_gone: "批次文件已按保存期限删除，请重新上传。", "The file of this batch was taken away after its time; send the rows anew.";
    download: "下载未通过的行", "Download the failed rows";
    more: "更多", "More";
    start: "开始签发", "Start issuing";
    start_about: "只签发通过检查的行。", "Only rows that passed are issued.";
    pause: "暂停", "Pause";
    resume: "继续", "Resume";
    cancel: "取消批次", "Cancel the batch";
    cancel_about: "没开始的行不再签发；已签发的证照不受影响。", "Rows that were not begun are never issued; licenses that were issued stay.";
    retry_failed: "重新检查未通过的行", "Check the failed rows again";
    to_orders: "待审批的证照由审批人在“用印审批”中处理。", "What waits is approved by an approver, under Approvals.";
    counts_title: "申报与归集", "Declared and collected";
    counts_about: "每天实际发证多少份，由发证单位申报；与入库数相比得出归集率。", "The department says how many licenses it issued each day; compared with what is here.";
    counts_declare: "申报发证数", "Declare a count";
    counts_day: "发证日期", "Day of issue";
    counts_count: "发证数", "How many";
    counts_help: "当天各业务系统共发证多少份。再次申报以新数为准。", "By all systems on that day. Saying it again replaces it.";
    counts_submit: "申报", "Declare";
    counts_rate: "归集率", "Collection rate";
    counts_rate_about: "次日结束前入库的份数 ÷ 申报的发证数。没有申报就没有归集率。", "Here by the end of the next day ÷ declared. Without a declared count there is no rate.";
    counts_from: "从", "From";
    counts_to: "到", "To";
    counts_none: "这些天没有申报，也没有入库。", "Nothing was declared and nothing stored on these days.";
    counts_declared: "申报", "Declared";
    counts_stored: "入库", "Stored";
    counts_on_time: "按时入库", "In time";
    gaps_title: "断号", "Missing numbers";
    gaps_about: "编号连续的证照中缺少的号码：可能是未入库的证照。", "Numbers that are missing in a sequence: licenses that may not be here.";
    gaps_none: "没有发现断号。", "None was found.";
    gaps_from: "起号", "First";
    gaps_to: "止号", "Last";
    gaps_count: "缺号数", "How many";
    problem_day: "请填写已经开始的日期，如 2026-03-02。", "A day that has begun is needed, such as 2026-03-02.";
    problem_type: "请选择证照类型。", "Choose a license type.";
    problem_file: "请选择文件。", "Choose a file.";
    problem_declared: "申报行数应为整数。", "The declared number of rows is a whole number.";
    problem_state: "批次的状态已变化，请看现在可以做什么。", "The batch changed meanwhile: see what is possible now.";
}

/// What a code of a problem means, for people.
const PROBLEMS: [(&str, &str, &str); 17] = [
    ("required", "缺少必填内容", "a value is missing"),
    ("check_character", "校验位不对", "the check character does not fit"),
    ("bad_identifier", "代码格式不对", "the code has another form"),
    ("bad_date", "日期格式不对", "not a date"),
    ("bad_pattern", "编号格式不对", "the number has another form"),
    ("too_long", "内容太长", "too long"),
    ("not_a_choice", "不在可选范围内", "not one of the choices"),
    ("not_a_number", "不是数字", "not a number"),
    ("wrong_kind", "内容类型不对", "another kind of value is needed"),
    ("period_reversed", "截止日期早于起始日期", "the last day is before the first"),
    ("duplicate_in_file", "编号在文件中重复", "the number is in the file twice"),
    ("duplicate_number", "编号已登记", "the number is registered already"),
    ("digits_lost", "长数字被表格软件改动", "the spreadsheet lost digits"),
    ("unknown_column", "有不认识的列", "a column of no field"),
    ("document_missing", "压缩包中没有该文件", "the archive has no such document"),
    ("not_a_pdf", "不是 PDF", "not a PDF"),
    ("not_approved", "审批未通过", "not approved"),
];

/// Why a batch is paused, unreadable, or waits.
const TROUBLES: [(&str, &str, &str); 16] = [
    (
        "forgotten",
        "久未开始或继续，已自动结束",
        "nobody began it or went on with it, so it was ended",
    ),
    ("unknown_column", "列名与证照类型不符", "a column is no field of the type"),
    ("unknown_encoding", "文字编码既不是 UTF-8 也不是 GB 18030", "neither UTF-8 nor GB 18030"),
    ("not_a_table", "文件不是完整的表格", "the file is no whole table"),
    ("no_rows", "表格里没有数据行", "the table has no rows"),
    ("table_too_large", "表格太大", "the table is too large"),
    ("archive_refused", "压缩包不可用", "the archive is refused"),
    ("archive_without_list", "压缩包里没有清单", "the archive has no list"),
    ("seal_not_applicable", "没有可用的印章", "no seal can be used"),
    ("waiting_for_approval", "等待审批人审批", "an approver decides"),
    (
        "seal_limit_reached",
        "用印次数已到上限，稍后自动继续",
        "a limit of the seal is reached; it goes on by itself",
    ),
    (
        "signing_key_unavailable",
        "签章密钥暂不可用，稍后自动重试",
        "the key does not answer; it is tried again",
    ),
    (
        "time_stamp_unavailable",
        "时间戳服务暂不可用，稍后自动重试",
        "no time stamp; it is tried again",
    ),
    ("storage_full", "存储空间不足，稍后自动重试", "the disk is full; it is tried again"),
    ("maintenance", "系统繁忙，稍后自动重试", "busy; it is tried again"),
    ("internal_error", "系统出错，请联系管理员后继续", "a fault: ask the operator, then resume"),
];

impl Frame {
    /// The words of pages about batches.
    pub(crate) fn batches(&self) -> &'static Words {
        match self.language {
            Language::Zh => &ZH,
            Language::En => &EN,
        }
    }

    /// How far a batch is, in words.
    pub(crate) fn batch_state(&self, state: &str) -> &'static str {
        match state {
            "received" => self.text("检查中", "being checked"),
            "unreadable" => self.text("无法读取", "cannot be read"),
            "checked" => self.text("已检查，待开始", "checked, not started"),
            "running" => self.text("签发中", "being issued"),
            "paused" => self.text("已暂停", "paused"),
            "completed" => self.text("已完成", "done"),
            _ => self.text("已取消", "cancelled"),
        }
    }

    /// The colour that goes with it.
    pub(crate) fn batch_tone(&self, state: &str) -> &'static str {
        match state {
            "completed" => "valid",
            "unreadable" => "invalid",
            "checked" | "running" | "received" | "paused" => "unknown",
            _ => "quiet",
        }
    }

    /// What is to be said of a collection rate.
    pub(crate) fn count_remark(&self, remark: &str) -> &'static str {
        match remark {
            "denominator_missing" => self.text("缺少申报数", "denominator missing"),
            _ => self.text("多于申报数", "more than declared"),
        }
    }

    /// A problem of rows in words; its code when there are none.
    pub(crate) fn row_problem<'a>(&self, code: &'a str) -> &'a str {
        let found = PROBLEMS.iter().find(|(known, ..)| *known == code);
        found.map_or(code, |(_, zh, en)| self.text(zh, en))
    }

    /// What troubles a batch in words: what its code means, or all of it.
    pub(crate) fn batch_trouble<'a>(&self, trouble: &'a str) -> &'a str {
        let code = trouble.split(':').next().unwrap_or(trouble);
        let found = TROUBLES.iter().find(|(known, ..)| *known == code);
        found.map_or(trouble, |(_, zh, en)| self.text(zh, en))
    }
}
