//! The words of the pages about licenses, in both languages.

use super::frame::Frame;
use super::words::words;
use app::view::StatusEntryView;

words! {
    title: "证照", "Licenses";
    about: "本单位签发的证照：查找，看它的经过，暂扣、恢复、注销，办理延续和变更。", "The department's licenses: find them, see what happened, suspend, resume, revoke, renew and change.";
    number: "证照编号", "Number";
    kind: "证照类型", "Type";
    all: "全部", "All";
    state: "状态", "State";
    holder: "持证主体", "Holder";
    issuer: "颁发机构", "Issuer";
    valid: "有效期至", "Valid until";
    unlimited: "长期", "Unlimited";
    ending: "90 天内到期", "Ends within 90 days";
    ending_30: "30 天内到期", "Ends within 30 days";
    ending_7: "7 天内到期", "Ends within 7 days";
    nothing: "没有符合条件的证照。", "No license fits.";
    more: "下一页", "Next page";
    back: "全部证照", "All licenses";
    content: "照面内容", "Content";
    not_shown: "（见证照文件）", "(see the file)";
    file: "下载证照文件", "Download the sealed file";
    identifier: "证照标识", "Identifier";
    code: "核验码", "Code";
    parts: "由以下证照构成", "Made of";
    part_of: "构成以下证照", "Part of";
    versions: "版本", "Versions";
    version: "版本", "Version";
    this_one: "本证照", "This one";
    since: "起始", "Since";
    succession_renewal: "延续", "Renewal";
    succession_change: "变更", "Change";
    succession_first: "首次颁发", "First";
    history: "经过", "What happened";
    step: "事项", "Step";
    effective: "生效时间", "Takes effect";
    recorded: "登记时间", "Recorded";
    who: "办理人", "Who";
    document: "文书号", "Decision";
    note: "说明", "Note";
    seal: "印章", "Seal";
    approved_by: "批准", "Approved by";
    files: "文件", "Files";
    bytes: "字节", "bytes";
    log: "存证日志", "Log";
    log_place: "位置", "Place";
    log_waiting: "等待入册", "Waiting";
    log_proof: "下载存证证明", "Download the proof";
    relied_title: "谁可能依赖它", "Who may rely on it";
    relied_before: "近", "In the last";
    relied_days: "天", "days";
    relied_count: "个用证单位查看或核验过", "organizations looked at it or verified it";
    relied_verified: "次核验", "verifications";
    relied_told: "办理后，订阅了事件的系统会收到通知；其他单位再次核验时会看到新的状态。", "Systems that asked for events are told; others see the new state when they verify again.";
    suspend: "暂扣", "Suspend";
    suspend_help: "暂扣期间核验结果为“无效”，可随时恢复。", "While it is suspended it verifies as not valid; it can be resumed.";
    suspend_why: "暂扣理由", "Why";
    resume: "恢复", "Resume";
    resume_help: "恢复后即按有效期正常核验。", "From then on it is valid again within its period.";
    revoke: "注销或撤销", "Revoke";
    revoke_help: "不能恢复。请核对类别、文书号和生效时间。", "For good. Check the class, the decision and the time.";
    reason: "类别", "Class";
    effective_help: "留空为现在；可以填过去的时间，此前的核验结果不变。", "Empty: now. It may be past; what was verified before stays as it was.";
    corrected: "更正后的证照（仅错发）", "The corrected license (issued in error only)";
    corrected_help: "填写证照编号页面地址末尾的标识。", "Its id, as in the address of its page.";
    confirm_revoke: "确认注销", "Revoke it";
    renew: "延续", "Renew";
    renew_help: "内容照旧，只填新的日期。新证照签章后，本证照自动被取代。", "The content stays; enter the new dates. When the new license is sealed this one is superseded.";
    renew_soon: "即将到期", "It ends soon";
    renew_left: "天后到期，可以现在办理延续。", "days left: it can be renewed now.";
    renew_evidence: "依据（无需提交材料）", "It rests on (nothing to hand in)";
    renew_file: "已签章的证照文件，刚刚核验：", "The sealed file, verified just now:";
    renew_needs: "还需要", "Still needed";
    renew_nothing: "以下日期已预填，核对后确认即可。", "Nothing: check the dates below and confirm.";
    renew_confirm: "确认延续", "Confirm the renewal";
    need_part: "构成本证照的一份证照已不在有效状态", "A license of which it is made is not in force";
    need_seal: "现在没有可用的印章", "No seal can be used now";
    problem_confirmed: "所确认的内容已变，请重新核对后再确认。", "What was confirmed has changed: look again, and confirm anew.";
    renew_today: "今天是有效期最后一天，请尽快办理延续。", "Today is its last day: renew it now.";
    change: "变更", "Change";
    change_help: "改动需要变更的内容，其余照旧。新证照签章后，本证照自动被取代。", "Change what has to change. When the new license is sealed this one is superseded.";
    change_other: "照片和表格不能在此改动，请用接口办理。", "Photos and tables are changed through the interface.";
    first_day: "起", "From";
    last_day: "止（空为长期）", "To (empty: unlimited)";
    waits: "新证照已提交用印审批，签章后本证照被取代。", "The new license waits for an approver; this one is superseded when it is sealed.";
    problem_state: "证照的状态已变，这一步现在不能办。请看下面的当前状态。", "The license is not in a state for this step any more: see below how it stands.";
    problem_changed: "刚刚有人更改了这份证照，请核对后再试。", "Somebody changed the license meanwhile: look again, and repeat what still applies.";
    problem_reason: "请填写理由，1 到 200 个字。", "Give a reason of 1 to 200 characters.";
    problem_class: "请选择类别。", "Choose a class.";
    problem_document: "请填写文书号，1 到 100 个字。", "Give the number of the decision, of 1 to 100 characters.";
    problem_corrected: "错发须指明本单位另一份有效的证照；其他类别不填。", "Name another license of the department that is in force; only for one issued in error.";
    problem_effective: "生效时间不能晚于现在，也不能早于颁发之时。", "It takes effect in the past, and not before the license was issued.";
    problem_successor: "已有一项延续或变更正在办理，请等它办结。", "Another renewal or change is under way: wait for it.";
    problem_content: "请改正以下内容：", "Correct these:";
    problem_number: "这个证照编号已被使用。", "The number is in use.";
    problem_query: "查找条件不正确。", "The search cannot be read.";
}

struct Shown {
    word: &'static str,
    zh: &'static str,
    en: &'static str,
    tone: &'static str,
}

const fn shown(
    word: &'static str,
    zh: &'static str,
    en: &'static str,
    tone: &'static str,
) -> Shown {
    Shown { word, zh, en, tone }
}

static STATES: [Shown; 9] = [
    shown("ISSUED", "有效", "In force", "valid"),
    shown("NOT_YET_VALID", "未生效", "Not yet valid", "unknown"),
    shown("INCOMPLETE", "部分证照失效", "A part is not in force", "invalid"),
    shown("SUSPENDED", "已暂扣", "Suspended", "unknown"),
    shown("REVOKED", "已注销", "Revoked", "invalid"),
    shown("SUPERSEDED", "已被取代", "Superseded", "quiet"),
    shown("EXPIRED", "已过期", "Expired", "invalid"),
    shown("PENDING_SEAL", "待用印", "Waits for its seal", "unknown"),
    shown("VOID", "未颁发", "Never issued", "quiet"),
];

/// States that are stored, and so can be searched for.
static STORED: [&str; 5] = ["ISSUED", "SUSPENDED", "REVOKED", "SUPERSEDED", "PENDING_SEAL"];

static EVENTS: [Shown; 7] = [
    shown("order", "申请用印", "Ordered", ""),
    shown("issue", "颁发", "Issued", ""),
    shown("suspend", "暂扣", "Suspended", ""),
    shown("resume", "恢复", "Resumed", ""),
    shown("revoke", "注销", "Revoked", ""),
    shown("supersede", "被取代", "Superseded", ""),
    shown("abandon", "放弃", "Given up", ""),
];

static REASONS: [Shown; 6] = [
    shown("cancelled", "注销", "Cancelled on request or by law", ""),
    shown("annulled", "撤销", "Annulled: it should not have been issued", ""),
    shown("withdrawn", "撤回", "Withdrawn: the circumstances changed", ""),
    shown("stripped", "吊销", "Taken away as a punishment", ""),
    shown("lost", "作废（遗失）", "Void or lost", ""),
    shown("issued_in_error", "错发", "Issued in error", ""),
];

impl Frame {
    /// The words of the pages about licenses.
    pub(crate) fn licenses(&self) -> &'static Words {
        if self.zh() { &ZH } else { &EN }
    }

    fn license_word(&self, table: &'static [Shown], word: &str) -> &'static str {
        let found = table.iter().find(|one| one.word == word);
        found.map_or("", |one| self.text(one.zh, one.en))
    }

    /// The state of a license in a word.
    pub(crate) fn license_state(&self, word: &str) -> &'static str {
        self.license_word(&STATES, word)
    }

    /// The colour that goes with it.
    pub(crate) fn license_tone(&self, word: &str) -> &'static str {
        STATES.iter().find(|one| one.word == word).map_or("quiet", |one| one.tone)
    }

    /// States to search for.
    pub(crate) fn license_states(&self) -> Vec<(&'static str, &'static str)> {
        STORED.iter().map(|word| (*word, self.license_state(word))).collect()
    }

    /// What happened to a license, in a word; a revocation by the class of its reason.
    pub(crate) fn license_event(&self, entry: &StatusEntryView) -> &'static str {
        match &entry.reason {
            Some(reason) => self.license_word(&REASONS, reason),
            None => self.license_word(&EVENTS, &entry.event),
        }
    }

    /// A change of a license, in a word.
    pub(crate) fn license_step(&self, word: &str) -> &'static str {
        self.license_word(&EVENTS, word)
    }

    /// Why licenses are revoked.
    pub(crate) fn license_reasons(&self) -> Vec<(&'static str, &'static str)> {
        REASONS.iter().map(|one| (one.word, self.text(one.zh, one.en))).collect()
    }
}
