//! The words of the command line in both languages, one table.

/// The language that the command line speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Language {
    /// Chinese when the locale says so (the first set of `LC_ALL`, `LC_MESSAGES`, `LANG`).
    pub(crate) fn from_environment() -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty());
        match locale {
            Some(locale) if locale.starts_with("zh") => Self::Zh,
            _ => Self::En,
        }
    }

    /// The table of this language.
    pub(crate) const fn words(self) -> &'static Words {
        match self {
            Self::Zh => &ZH,
            Self::En => &EN,
        }
    }
}

/// Every word and sentence that the command line says by itself.
pub(crate) struct Words {
    pub(crate) error: &'static str,
    pub(crate) valid: &'static str,
    pub(crate) invalid: &'static str,
    pub(crate) indeterminate: &'static str,
    pub(crate) unreadable: &'static str,
    pub(crate) no_anchors: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) signer: &'static str,
    pub(crate) issuer: &'static str,
    pub(crate) seal: &'static str,
    pub(crate) seal_maker: &'static str,
    pub(crate) claimed_time: &'static str,
    pub(crate) checked_at: &'static str,
    pub(crate) next: &'static str,
    pub(crate) fail: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) written: &'static str,
    pub(crate) issued: &'static str,
    pub(crate) replayed: &'static str,
    pub(crate) identifier: &'static str,
    pub(crate) number: &'static str,
    pub(crate) license_type: &'static str,
    pub(crate) holder: &'static str,
    pub(crate) organization: &'static str,
    pub(crate) state: &'static str,
    pub(crate) valid_until: &'static str,
    pub(crate) unlimited: &'static str,
    pub(crate) code: &'static str,
    pub(crate) file: &'static str,
    pub(crate) serving: &'static str,
    pub(crate) demo_made: &'static str,
    pub(crate) demo_found: &'static str,
    pub(crate) licenses: &'static str,
    pub(crate) license_types: &'static str,
    pub(crate) files: &'static str,
    pub(crate) trust: &'static str,
    pub(crate) api_key: &'static str,
    pub(crate) try_next: &'static str,
    pub(crate) ctrl_c: &'static str,
    pub(crate) codes_elsewhere: &'static str,
    pub(crate) no_licenses: &'static str,
    pub(crate) more: &'static str,
    pub(crate) more_by_organization: &'static str,
    pub(crate) config_right: &'static str,
    pub(crate) config_source: &'static str,
    pub(crate) config_defaults: &'static str,
}

const EN: Words = Words {
    error: "error",
    valid: "✓ valid",
    invalid: "✗ not valid",
    indeterminate: "? cannot be confirmed",
    unreadable: "the file cannot be read",
    no_anchors: "no trust anchors: nothing can be confirmed; name a folder with --trust",
    signature: "signature",
    signer: "signer",
    issuer: "issued by",
    seal: "seal",
    seal_maker: "seal maker",
    claimed_time: "claimed time",
    checked_at: "checked at",
    next: "next",
    fail: "failed",
    unknown: "not known",
    written: "written",
    issued: "issued",
    replayed: "already issued for this idempotency key",
    identifier: "identifier",
    number: "number",
    license_type: "type",
    holder: "holder",
    organization: "issuer",
    state: "state",
    valid_until: "valid until",
    unlimited: "unlimited",
    code: "check at",
    file: "file",
    serving: "Serving at",
    demo_made: "The demo is made. Everything in it is invented and says 样例 SAMPLE.",
    demo_found: "The demo was there already.",
    licenses: "licenses",
    license_types: "types",
    files: "sealed files",
    trust: "trust anchors",
    api_key: "API key",
    try_next: "Try next:",
    ctrl_c: "Ctrl-C stops",
    codes_elsewhere: "The printed codes still open the address under which they were made (a code can also be typed in):",
    no_licenses: "No licenses yet. Issue one with: yinzheng license issue",
    more: "More: --cursor",
    more_by_organization: "There are more: name one organization with --organization.",
    config_right: "The configuration is right.",
    config_source: "read from",
    config_defaults: "defaults (no file)",
};

const ZH: Words = Words {
    error: "错误",
    valid: "✓ 有效",
    invalid: "✗ 无效",
    indeterminate: "? 无法确认",
    unreadable: "文件无法读取",
    no_anchors: "没有信任锚，任何文件都无法确认；请用 --trust 指定文件夹",
    signature: "签名",
    signer: "签章人",
    issuer: "证书颁发者",
    seal: "印章",
    seal_maker: "制章人",
    claimed_time: "声明时间",
    checked_at: "核验时间",
    next: "下一步",
    fail: "未通过",
    unknown: "未能确认",
    written: "已写入",
    issued: "已签发",
    replayed: "该幂等键此前已签发",
    identifier: "证照标识",
    number: "证照编号",
    license_type: "证照类型",
    holder: "持证主体",
    organization: "颁发机构",
    state: "状态",
    valid_until: "有效期至",
    unlimited: "长期",
    code: "核验地址",
    file: "文件",
    serving: "服务地址",
    demo_made: "演示数据已生成，全部为虚构并标有“样例”。",
    demo_found: "演示数据已存在，直接使用。",
    licenses: "证照",
    license_types: "证照类型",
    files: "签章文件",
    trust: "信任锚",
    api_key: "接口密钥",
    try_next: "接下来可以试试：",
    ctrl_c: "按 Ctrl-C 停止",
    codes_elsewhere: "已印制的二维码仍指向生成时的地址（核验码也可以手工输入）：",
    no_licenses: "还没有证照。签发第一个：yinzheng license issue",
    more: "下一页：--cursor",
    more_by_organization: "还有更多：请用 --organization 指定机构。",
    config_right: "配置正确。",
    config_source: "读取自",
    config_defaults: "默认值（无配置文件）",
};
