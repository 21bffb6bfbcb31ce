//! The words of the pages about seals, in both languages.

use super::frame::Frame;
use super::words::words;
use app::view::{SealLimitsView, SealRevocationView};

words! {
    title: "印章", "Seals";
    about: "印章从申请到注销的全过程：谁申请、谁审核、谁制章、谁备案，现在等谁办。", "The life of each seal: who asked, who approved, who made it, who put it on record, and whose turn it is.";
    ask: "申请印章", "Ask for a seal";
    ask_about: "申请由本单位另一人审核，再由安全管理员制章。", "Another person of the department approves; then a security administrator makes it.";
    name: "印章名称", "Name of the seal";
    name_help: "例如：示例市档案馆电子证照专用章", "Such as 示例市档案馆电子证照专用章";
    kind: "印章种类", "Kind";
    code: "印章编码", "Code";
    code_help: "14 位。留空则取本行政区划的下一个。", "14 digits; leave empty for the next of the division.";
    organization: "使用单位", "Organization";
    state: "状态", "State";
    all_states: "全部", "All";
    period: "有效期", "Valid";
    until_word: "至", "to";
    picture: "印模", "Picture";
    size: "尺寸", "Size";
    look: "图样", "Picture";
    look_designed: "在此设计", "Design it here";
    look_uploaded: "上传图片", "Upload a picture";
    design: "形状和尺寸", "Outline and size";
    text: "环排文字（单位全称或姓名）", "Text on the arc (full name)";
    text_help: "2 到 40 个字；个人名章 2 到 4 个字。", "2 to 40 characters; 2 to 4 for a person.";
    line: "下方文字", "Line below";
    line_help: "例如：电子证照专用章。可以不填。", "Such as 电子证照专用章; may be empty.";
    upload: "图片文件（PNG，透明底，不超过 256 KB）", "Picture (PNG, transparent ground, at most 256 KB)";
    upload_size: "图片的实际尺寸（毫米）", "Its size in mm";
    upload_kept: "已收到图片，提交时会使用它。", "The picture was received and will be used.";
    preview: "预览印模", "Preview";
    preview_title: "印模预览", "Preview";
    types: "可用于哪些证照", "License types";
    types_help: "都不选表示不限。", "None chosen: any.";
    any_type: "不限", "Any";
    limits: "用印限制", "Limits";
    per_hour: "每小时最多（次）", "At most an hour";
    per_day: "每天最多（次）", "At most a day";
    hours: "可用时段（如 8-18）", "Hours of the day (such as 8-18)";
    no_limit: "不限", "None";
    from: "启用日期", "First day";
    until: "截止日期", "Last day";
    replaces: "替换哪枚印章", "Takes the place of";
    replaces_none: "不替换", "None";
    replaced_by: "已由新章替换", "Replaced by";
    reason: "理由", "Reason";
    submit: "提交申请", "Submit";
    filing: "备案编号", "Number of the record";
    keys: "密钥和证书", "Keys and certificates";
    key_sm2: "签章密钥（国密）", "Key of seal signatures (SM2)";
    key_pades: "PDF 签名密钥", "Key of PDF signatures";
    certificate_none: "还没有证书", "No certificate yet";
    certificate_subject: "证书主体", "Certified as";
    certificate_issuer: "颁发者", "Certified by";
    history: "经过", "What happened";
    history_at: "时间", "When";
    history_who: "办理人", "Who";
    history_step: "事项", "Step";
    requested_step: "提出申请", "Asked for";
    proposals: "需两人办理的变更", "Changes by two people";
    proposed_by: "提出人", "Proposed by";
    decided_by: "处理人", "Decided by";
    waits: "待我办理", "Waits for me";
    nothing: "还没有印章。由印章管理员提出申请。", "There are no seals yet: a seal keeper asks for one.";
    approve_title: "审核", "Approve";
    approve_help: "请核对名称、印模、可用的证照和限制。申请人本人不能审核。", "Check the name, the picture, the license types and the limits. Whoever asked does not approve.";
    approve: "同意制章", "Approve";
    reject: "不同意", "Refuse";
    withdraw: "撤回申请", "Withdraw";
    make_title: "制章", "Make the seal";
    make_help: "先生成密钥并取得证书，再制章。印章由制章系统的专用密钥签署。", "First make the keys and have them certified. The seal maker's own key signs the seal.";
    make_keys: "生成密钥", "Make the keys";
    make_kind: "PDF 签名密钥的种类", "Kind of the key for PDF signatures";
    key_request: "下载证书请求", "Download the request";
    key_certify: "登记证书", "Keep the certificates";
    key_chain: "证书（PEM，先本证书，后上级）", "Certificates (PEM, its own first, then those above)";
    demo_certify: "由样例认证中心签发证书", "Have the demonstration's authority certify";
    demo_certify_help: "仅演示环境：真实环境里请把证书请求交给认证中心。", "Demonstration only: really, the request goes to an authority.";
    make: "制章", "Make";
    file_title: "备案", "Put on record";
    file_help: "填写公安机关或印章管理平台给出的备案编号。制章人本人不能备案。", "Give the number of the record. Whoever made the seal does not file it.";
    file: "登记备案", "File";
    activate_title: "启用", "Take into use";
    activate_help: "启用后即可用印；被替换的印章同时停用。", "From then on it seals; one that it replaces does not any more.";
    activate: "启用", "Take into use";
    suspend_title: "暂停使用", "Suspend";
    suspend_help: "立即生效，一人即可办理。恢复使用需要两人。", "At once, by one person. Two are needed to resume.";
    suspend: "立即暂停", "Suspend now";
    propose_title: "提出变更", "Propose a change";
    propose_help: "由另一人确认后生效。", "Another person confirms it.";
    resume: "恢复使用", "Use it again";
    revoke: "注销印章", "Revoke";
    terms: "更改可用证照和限制", "Other license types and limits";
    revocation: "注销原因", "Class of the reason";
    invalid_from: "密钥可能泄露的起始时间", "Since when the key may have been known";
    invalid_from_help: "仅在密钥泄露时填写：此后所盖的章不再可信，此前已存证的仍然有效。", "For a compromised key only: what was sealed after it is not believed; what was logged before stays valid.";
    propose: "提出", "Propose";
    confirm_title: "确认变更", "Confirm a change";
    confirm_help: "提出人本人不能确认。", "Whoever proposed it does not confirm it.";
    confirm: "确认并执行", "Confirm and do it";
    refuse: "不采纳", "Refuse";
    back: "全部印章", "All seals";
    problem_self: "同一人不能办理前后两步，请由另一位有权的人员办理。", "Nobody takes both steps: ask another person with the role.";
    problem_state: "印章的状态已变，这一步现在不能办。请看下面的当前状态。", "The seal is not in a state for this step any more: see below how it stands.";
    problem_changed: "刚刚有人更改了这枚印章，请核对后再试。", "Somebody changed the seal meanwhile: look again, and repeat what still applies.";
    problem_open: "已有一项变更等待确认，请先处理它。", "Another change waits to be confirmed: decide that first.";
    problem_decided: "这项变更已经处理过了。", "The change was decided before.";
    problem_reason: "请填写理由（200 字以内，一行）。", "Give a reason, at most 200 characters on one line.";
    problem_name: "请填写印章名称（60 字以内）。", "Give the name of the seal, at most 60 characters.";
    problem_code: "印章编码要有 14 位数字，前 6 位是行政区划。", "A code has 14 digits, of which 6 name the division.";
    problem_code_taken: "这个编码已有印章使用。", "Another seal has this code.";
    problem_period: "请填写有效期：截止日期在今天之后，最长十年。", "Give the period: it ends after today and lasts ten years at most.";
    problem_limits: "限制写正整数，时段写成 8-18；不填表示不限。", "Limits are whole numbers from 1, hours like 8-18; empty means none.";
    problem_types: "有的证照类型不存在。", "There is no such license type.";
    problem_text: "文字不合适：单位名称 2 到 40 个字、个人 2 到 4 个字、下方文字不超过 16 个字，并且字库要有这些字。", "The texts do not fit: 2 to 40 characters (2 to 4 for a person), 16 in the line below, all of them in the fonts.";
    problem_picture: "图片不能用：要真正的 PNG，透明底，边长 100 到 2400 像素，不超过 256 KB，不含文字块等其他数据。", "The picture cannot be used: a real PNG on a transparent ground, 100 to 2400 pixels a side, at most 256 KB, with nothing but pixels.";
    problem_size: "尺寸不合适：写成 42x42（毫米，10 到 60），并与图片比例一致。", "The size does not fit: write 42x42 (mm, 10 to 60) in the proportions of the picture.";
    problem_replaced: "只能替换正在使用的印章。", "Only a seal in use is replaced.";
    problem_keys: "请先生成密钥。", "Make the keys first.";
    problem_keys_made: "密钥已经生成。", "The keys are made already.";
    problem_certificate: "证书不能用：要属于这把密钥、逐级颁发、通到受信任的根，并且不早于印章到期。", "The certificates cannot be used: they must be of this key, certify each other, lead to a trusted root, and end no earlier than the seal.";
    problem_certificate_none: "密钥还没有证书，不能制章。", "A key has no certificate yet.";
    problem_maker: "没有制章系统的密钥，请在服务器上用 yinzheng key make --seal-maker 生成并认证。", "There is no key of a seal maker: make one at the machine (yinzheng key make --seal-maker) and have it certified.";
    problem_filing: "请填写备案编号（60 字以内）。", "Give the number of the record, at most 60 characters.";
    problem_revocation: "请选择注销原因。密钥泄露要填写起始时间，且不能在将来；其他原因不填时间。", "Choose the class. A compromised key needs a moment that is not in the future; other reasons have none.";
}

/// Of which kind a word is shown as.
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

const STATES: [Shown; 11] = [
    shown("REQUESTED", "待审核", "To be approved", "unknown"),
    shown("APPROVED", "待制章", "To be made", "unknown"),
    shown("MADE", "待备案", "To be filed", "unknown"),
    shown("FILED", "待启用", "To be taken into use", "unknown"),
    shown("ACTIVE", "使用中", "In use", "valid"),
    shown("SUSPENDED", "已暂停", "Suspended", "invalid"),
    shown("REVOKED", "已注销", "Revoked", "quiet"),
    shown("REPLACED", "已替换", "Replaced", "quiet"),
    shown("EXPIRED", "已到期", "Expired", "quiet"),
    shown("REJECTED", "未通过", "Refused", "quiet"),
    shown("WITHDRAWN", "已撤回", "Withdrawn", "quiet"),
];

const DUTIES: [Shown; 5] = [
    shown("approve", "审核印章申请", "Approve a seal", ""),
    shown("make", "制章", "Make a seal", ""),
    shown("file", "登记备案", "File a seal", ""),
    shown("activate", "启用印章", "Take a seal into use", ""),
    shown("confirm", "确认变更", "Confirm a change", ""),
];

const KINDS: [Shown; 9] = [
    shown("99", "专用章", "Special", ""),
    shown("01", "法定名称章", "Legal name", ""),
    shown("02", "财务专用章", "Finance", ""),
    shown("03", "发票专用章", "Invoices", ""),
    shown("04", "合同专用章", "Contracts", ""),
    shown("05", "法定代表人名章", "Legal representative", ""),
    shown("06", "公章", "Official", ""),
    shown("07", "内设机构章", "Unit within", ""),
    shown("08", "分支机构章", "Branch", ""),
];

const CLASSES: [Shown; 5] = [
    shown("key_compromise", "密钥泄露", "Key compromised", ""),
    shown("misused", "遗失或被盗用", "Lost or misused", ""),
    shown("organization_changed", "单位变更或撤并", "Organization changed", ""),
    shown("made_wrongly", "制作有误", "Made wrongly", ""),
    shown("no_longer_used", "不再使用", "No longer used", ""),
];

const CHANGES: [Shown; 3] = [
    shown("resume", "恢复使用", "Use it again", ""),
    shown("revoke", "注销", "Revoke", ""),
    shown("terms", "更改可用证照和限制", "Other types and limits", ""),
];

const PROPOSALS: [Shown; 3] = [
    shown("open", "待确认", "Open", "unknown"),
    shown("confirmed", "已确认", "Confirmed", "valid"),
    shown("refused", "未采纳", "Refused", "quiet"),
];

/// A choice of a form: the word that is sent, and what it is called.
pub(crate) type Choice = (&'static str, &'static str);

impl Frame {
    /// The words of the pages about seals.
    pub(crate) fn seals(&self) -> &'static Words {
        if self.zh() { &ZH } else { &EN }
    }

    fn of_table(&self, table: &'static [Shown], word: &str) -> &'static str {
        let found = table.iter().find(|one| one.word == word);
        found.map_or("", |one| self.text(one.zh, one.en))
    }

    fn choices(&self, table: &'static [Shown]) -> Vec<Choice> {
        table.iter().map(|one| (one.word, self.text(one.zh, one.en))).collect()
    }

    /// The state of a seal in a word.
    pub(crate) fn seal_state(&self, word: &str) -> &'static str {
        self.of_table(&STATES, word)
    }

    /// The colour that goes with [`Frame::seal_state`].
    pub(crate) fn seal_tone(&self, word: &str) -> &'static str {
        STATES.iter().find(|one| one.word == word).map_or("quiet", |one| one.tone)
    }

    /// Every state of a seal.
    pub(crate) fn seal_states(&self) -> Vec<Choice> {
        self.choices(&STATES)
    }

    /// What waits for somebody, in words.
    pub(crate) fn seal_duty(&self, word: &str) -> &'static str {
        self.of_table(&DUTIES, word)
    }

    /// The kinds of seals.
    pub(crate) fn seal_kinds(&self) -> Vec<Choice> {
        self.choices(&KINDS)
    }

    /// A kind of seals.
    pub(crate) fn seal_kind(&self, word: &str) -> &'static str {
        self.of_table(&KINDS, word)
    }

    /// Why seals are revoked.
    pub(crate) fn seal_classes(&self) -> Vec<Choice> {
        self.choices(&CLASSES)
    }

    /// A revocation in words.
    pub(crate) fn seal_revocation(&self, why: &SealRevocationView) -> String {
        let class = self.of_table(&CLASSES, &why.reason);
        match &why.invalid_from {
            Some(from) => format!("{class}（{}）", self.moment(from)),
            None => class.to_owned(),
        }
    }

    /// A proposed change in words.
    pub(crate) fn seal_change(&self, word: &str) -> &'static str {
        self.of_table(&CHANGES, word)
    }

    /// How far a proposal is.
    pub(crate) fn proposal_state(&self, word: &str) -> &'static str {
        self.of_table(&PROPOSALS, word)
    }

    /// The colour that goes with it.
    pub(crate) fn proposal_tone(&self, word: &str) -> &'static str {
        PROPOSALS.iter().find(|one| one.word == word).map_or("quiet", |one| one.tone)
    }

    /// Limits in words.
    pub(crate) fn seal_limits(&self, limits: &SealLimitsView) -> String {
        let words = self.seals();
        let mut parts = Vec::new();
        for (limit, zh, en) in
            [(limits.per_hour, "每小时", "an hour"), (limits.per_day, "每天", "a day")]
        {
            if let Some(limit) = limit {
                parts.push(match self.zh() {
                    true => format!("{zh} {limit} 次"),
                    false => format!("{limit} {en}"),
                });
            }
        }
        if let Some((from, until)) = limits.hours.as_deref().and_then(|text| text.split_once('-')) {
            parts.push(format!("{from}:00–{until}:00"));
        }
        if parts.is_empty() {
            words.no_limit.to_owned()
        } else {
            parts.join(self.text("，", ", "))
        }
    }
}
