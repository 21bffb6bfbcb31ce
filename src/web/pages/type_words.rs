//! Words of the pages of license types.

use super::frame::Frame;
use super::words::words;

words! {
    title: "证照类型", "License types";
    about: "证照写什么、怎样排版。改动先存为草稿，发布后不再改变，已颁发的证照仍按当时的版本。", "What licenses say and how they are drawn. Changes begin as a draft; once published, a version stays as it is, and licenses keep the version by which they were drawn.";
    name: "名称", "Name";
    code: "类型代码", "Code";
    version: "版本", "Version";
    keeper: "维护单位", "Kept by";
    keeper_none: "不在本系统", "not here";
    state: "状态", "State";
    in_use: "使用中", "In use";
    withdrawn: "已停用", "Withdrawn";
    draft: "草稿", "Draft";
    draft_of: "草稿：第", "Draft of version ";
    open_draft: "编辑草稿", "Edit the draft";
    new_title: "新建本单位的证照类型", "New type of the own department";
    number: "编号（三位数字）", "Number (three digits)";
    number_help: "类型代码由本单位的统一社会信用代码加这三位数字组成。", "The code is the credit code of the department and these three digits.";
    name_zh: "中文名称", "Name in Chinese";
    name_en: "英文名称", "Name in English";
    model: "以此为样本", "After this one";
    begin: "新建草稿", "Begin a draft";
    next: "起草下一版", "Draft the next version";
    versions: "已发布的版本", "Published versions";
    published_at: "发布时间", "Published";
    digest: "SM3", "SM3";
    export: "导出", "Export";
    fields: "信息项", "Fields";
    key: "字段名", "Key";
    kind: "类型", "Kind";
    required: "必填", "Required";
    sensitivity: "公开程度", "Who may see it";
    role: "元数据（GB/T 36903）", "Metadata (GB/T 36903)";
    rule: "编号规则", "Rule of the number";
    rule_help: "引号内为固定文字，9{14} 为 14 位数字，A{2,4} 为 2 至 4 位大写字母或数字，汉{1,6} 为汉字，(\"甲\" \"乙\") 为其中之一。", "\"JY\" is that text, 9{14} 14 digits, A{2,4} two to four capital letters or digits, 汉{1,6} Chinese characters, (\"A\" \"B\") one of these.";
    rules: "跨字段规则（每行一条）", "Rules across fields (one a line)";
    rules_help: "例如 accepted_on <= issue_date、birth(citizen_id) = born_on、sex(citizen_id) = sex、from(period) < to(period)、a needs b。不符合的证照进入数据质量的更正清单。", "Such as accepted_on <= issue_date, birth(citizen_id) = born_on, sex(citizen_id) = sex, a needs b. Licenses that do not keep them go to the correction queue.";
    printed: "印在证照上", "Printed";
    more: "其他属性（JSON）", "Other properties (JSON)";
    more_help: "字数上限 length_max、单位 unit、小数位 decimals_max、选项 choices、列 columns、行数 rows_max。", "length_max, unit, decimals_max, choices, columns, rows_max.";
    up: "上移", "Up";
    remove: "删除", "Remove";
    add_field: "添加信息项", "Add a field";
    new_field: "新信息项", "New field";
    basics: "基本信息", "Basics";
    holder_kind: "持证主体", "Holder";
    person: "自然人", "Person";
    organization: "法人和其他组织", "Organization";
    category: "证照类别", "Category";
    validity: "有效期", "Validity";
    validity_long: "长期", "Without end";
    validity_stated: "按证照内容", "As the license says";
    validity_years: "固定年数", "So many years";
    years: "年数", "Years";
    layout: "版式", "Layout";
    layout_help: "位置以毫米计，从纸的左上角量起。文字中用 {字段名} 引用信息项，{@identifier} 为证照标识，{@issuer} 为颁发机构。", "Places are in mm from the top left corner. {key} stands for a field, {@identifier} for the license identifier, {@issuer} for the issuer.";
    page: "纸张、底纹和边框（JSON）", "Paper, ground and border (JSON)";
    styles: "字体样式（JSON）", "Styles (JSON)";
    add_element: "添加", "Add";
    element_text: "文字", "Text";
    element_fields: "信息项列表", "List of fields";
    element_grid: "表格框", "Grid";
    element_table: "明细表", "Table";
    element_photo: "照片", "Photo";
    element_code: "二维码", "Code";
    element_seal: "印章位置", "Seal";
    element_line: "线", "Line";
    element_flow: "正文", "Flowing text";
    x: "左", "Left";
    y: "上", "Top";
    width: "宽", "Width";
    height: "高", "Height";
    size: "大小", "Size";
    preview: "样例预览", "Preview";
    preview_help: "与制证使用同一套排版，内容为样例；红色虚线圈是印章位置。", "Drawn as licenses are, with sample values; the red circle is where the seal goes.";
    preview_none: "暂时画不出来：请先改正表单中的问题。", "It cannot be drawn yet: mend what the form says first.";
    findings: "检查结果", "What was found";
    findings_none: "没有发现问题。", "Nothing was found.";
    finding_error: "须改正", "Must be mended";
    finding_warning: "请留意", "Note";
    draw: "重画预览", "Draw again";
    save: "保存并检查", "Save and check";
    publish: "发布", "Publish";
    publish_help: "发布后这一版不再改变，新颁发和换发的证照按这一版。", "Once published this version stays as it is; new and renewed licenses are drawn by it.";
    drop: "放弃草稿", "Throw the draft away";
    saved: "已保存。", "Saved.";
    wrong_title: "请改正以下问题", "Please mend the following";
    withdraw: "停用", "Withdraw";
    withdraw_help: "停用后不能再颁发这种证照，已颁发的不受影响。", "Nothing more is issued by it then; what was issued stays as it is.";
    reason: "理由", "Reason";
    reinstate: "恢复使用", "Bring back into use";
    not_keeper: "这种证照由其他单位维护，只能查看。", "Another organization keeps this type; it can only be read here.";
    changed: "草稿刚被他人更改，请重新打开后再改。", "The draft was changed meanwhile: open it again.";
    wrong_state: "状态刚被他人更改，请再看一遍。", "It stands so already: look at it again.";
    reason_needed: "请填写 1 至 200 字的理由。", "Give a reason of 1 to 200 characters.";
    number_refused: "请填写三位数字，且本单位尚未使用。", "Give three digits that the department does not use yet.";
    model_refused: "请选择一种证照类型作样本。", "Choose a type to begin with.";
    name_refused: "请填写名称。", "Give both names.";
}

/// What the rules of a definition say, in Chinese.
const PROBLEMS: &[(&str, &str)] = &[
    ("a key is a-z", "字段名以小写字母开头，只含小写字母、数字和下划线。"),
    ("the key occurs twice", "字段名重复。"),
    ("`license_number` is needed", "须有一个必填的“证照编号”信息项。"),
    ("`holder_name` is needed", "须有一个必填的“持证主体”信息项。"),
    ("occurs twice", "这个元数据角色只能用一次。"),
    ("does not suit its role", "信息项的类型与元数据角色不符。"),
    ("a pattern is for text", "编号规则只用于文字。"),
    ("the layout does not show it", "版式没有用到这个信息项；确实不印的，请取消“印在证照上”。"),
    ("is not inside the page", "位置超出了纸张。"),
    ("there is no style", "没有这个字体样式。"),
    ("there is no field", "引用了不存在的信息项。"),
    ("no place for the seal", "版式没有印章位置。"),
    ("more than one code", "二维码只能有一个。"),
    ("`stated` goes with", "“按证照内容”须有截止日期或有效期间；有这样的信息项时也只能选它。"),
    ("is no rule;", "这一行不是规则，写法见下方说明。"),
    ("days are compared with days", "日期只能与日期比较，其他值只能用等号。"),
    ("the draft is at another revision", "草稿刚被他人更改：请在新窗口打开草稿，对照后再改。"),
    ("does not belong to a field of this kind", "这个属性不属于这种类型的信息项。"),
    ("`choices` is missing", "请在其他属性中填写选项 choices。"),
    ("`columns` is missing", "请在其他属性中填写列 columns。"),
    ("a number of millimetres", "请填写毫米数。"),
    ("a whole number of years", "请填写整年数。"),
    ("a JSON object is needed", "请填写一个 JSON 对象：{…}。"),
    ("the seal is 10 to 60 mm", "印章为 10 至 60 毫米。"),
    ("the code is 10 to 100 mm", "二维码为 10 至 100 毫米。"),
    ("the seal covers the code", "印章压住了二维码，请移开其中一个。"),
    ("is personal, and open", "这是个人信息，不能对任何人公开。"),
    ("does not fit its place", "放不进版式上的位置：请放大位置或缩小最小字号。"),
    ("no font can print", "有字体不能打印的字符。"),
];

impl Words {
    /// In the language of a page.
    pub(crate) fn of(frame: &Frame) -> &'static Self {
        if frame.zh() { &ZH } else { &EN }
    }

    fn is_chinese(&self) -> bool {
        std::ptr::eq(self, &ZH)
    }

    /// What is wrong, in words for people.
    pub(crate) fn problem(&self, text: &str) -> String {
        let known = PROBLEMS.iter().find(|(part, _)| text.contains(part));
        match known.filter(|_| self.is_chinese()) {
            Some((_, zh)) => (*zh).to_owned(),
            None => text.to_owned(),
        }
    }

    /// Whether a type is in use, in a word.
    pub(crate) fn status(&self, status: &str) -> &'static str {
        if status == "in_use" { self.in_use } else { self.withdrawn }
    }

    /// An element of a layout in words.
    pub(crate) fn element(&self, kind: &str) -> &'static str {
        match kind {
            "text" => self.element_text,
            "fields" => self.element_fields,
            "grid" => self.element_grid,
            "table" => self.element_table,
            "photo" => self.element_photo,
            "code" => self.element_code,
            "seal" => self.element_seal,
            "line" => self.element_line,
            _ => self.element_flow,
        }
    }

    /// A number of an element in words.
    pub(crate) fn number_name(&self, name: &str) -> &'static str {
        match name {
            "x" => self.x,
            "y" => self.y,
            "width" => self.width,
            "height" => self.height,
            _ => self.size,
        }
    }

    /// A word of the catalogue document for people: kinds, roles, sensitivities, categories.
    pub(crate) fn word(&self, word: &str) -> &'static str {
        let (zh, en) = match word {
            "text" => ("单行文字", "Text"),
            "long_text" => ("多行文字", "Long text"),
            "date" => ("日期", "Date"),
            "period" => ("期间", "Period"),
            "citizen_id" => ("公民身份号码", "Citizen number"),
            "uscc" => ("统一社会信用代码", "Credit code"),
            "number" => ("数量", "Number"),
            "money" => ("金额", "Money"),
            "choice" => ("选项", "Choice"),
            "photo" => ("照片", "Photo"),
            "table" => ("明细表", "Table"),
            "license_number" => ("证照编号 ZZBH", "License number"),
            "holder_name" => ("持证主体 CZZT", "Holder"),
            "holder_code" => ("持证主体代码 CZZTDM", "Holder code"),
            "issue_date" => ("颁发日期 ZZBFRQ", "Date of issue"),
            "valid_from" => ("有效期起 ZZYXQQSRQ", "Valid from"),
            "valid_to" => ("有效期止 ZZYXQJZRQ", "Valid to"),
            "valid_period" => ("有效期间（起止）", "Period of validity"),
            "parts" => ("所含证照（一业一证）", "Licenses of which it is made"),
            "public" => ("公开", "Public"),
            "masked" => ("遮盖后公开", "Masked"),
            "private" => ("授权后可见", "With a grant"),
            "license" => ("证照执照", "License"),
            "proof" => ("证明文件", "Proof"),
            "approval" => ("批文批复", "Approval"),
            "appraisal" => ("鉴定报告", "Appraisal"),
            "outcome" => ("办事结果", "Outcome"),
            _ => ("—", "—"),
        };
        if self.is_chinese() { zh } else { en }
    }

    /// What was found, in the language of the page.
    pub(crate) fn finding<'a>(&self, finding: &'a app::view::TypeFindingView) -> &'a str {
        if self.is_chinese() { &finding.text_zh } else { &finding.text_en }
    }
}
