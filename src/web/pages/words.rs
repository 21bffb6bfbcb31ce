//! The message table: every word that pages show, in both languages. A word that is missing in
//! one of them does not compile.

macro_rules! words {
    ($($key:ident: $zh:literal, $en:literal;)*) => {
        /// The words of pages in one language.
        pub(crate) struct Words { $(pub(crate) $key: &'static str),* }
        /// Chinese.
        pub(crate) static ZH: Words = Words { $($key: $zh),* };
        /// English.
        pub(crate) static EN: Words = Words { $($key: $en),* };
    };
}

words! {
    product: "印证", "Yinzheng";
    tagline: "电子证照核验", "License verification";
    skip: "跳到正文", "Skip to content";
    other_language: "English", "中文";
    larger: "大字版", "Large print";
    normal_size: "标准字号", "Normal print";
    nav_verify: "核验", "Verify";
    nav_docs: "接口文档", "API";
    sample: "演示环境：这里的单位、人员和证照都是样例，没有法律效力。", "Demonstration: all bodies, people and licenses here are samples without legal effect.";
    footer: "核验无需登录。本页不使用第三方资源。", "No account needed. This page loads nothing from third parties.";

    home_title: "核验一份证照", "Verify a license";
    home_lead: "看它是否真实、现在是否有效。任何人都可以核验，无需登录。", "Find out whether it is genuine, and whether it is valid now. Anyone may ask, without an account.";
    file_title: "用证照文件核验", "With the license file";
    file_help: "把文件拖到这里，或点按选择。支持 PDF，", "Drop the file here or choose it. PDF, ";
    file_limit: "不超过", "at most";
    file_label: "证照文件", "License file";
    file_choose: "选择文件", "Choose a file";
    file_again: "换一个文件", "Choose another";
    file_submit: "开始核验", "Verify";
    file_private: "文件仅用于本次核验。", "The file is used for this verification only.";
    file_sending: "正在核验…", "Verifying…";
    code_title: "没有文件？用核验码", "No file? Use the code";
    code_label: "核验码、核验网址或证照标识", "Code, its address, or the license identifier";
    code_help: "核验码印在二维码旁。证照标识以 1.2.156 开头。", "The code is printed beside the QR code. An identifier begins with 1.2.156.";
    code_sketch: "核验码印在证照左下角", "The code is in the lower left corner of the license";
    code_submit: "查询", "Look up";
    outcomes_title: "结果只有三种", "There are three outcomes";
    valid_means: "签章真实，文件未被改动，证照现在有效。", "The seal is genuine, the file is unchanged, and the license is valid now.";
    invalid_means: "有一项检查没有通过，页面会说明是哪一项、该怎么办。", "A check failed; the page says which one and what to do.";
    unknown_means: "有检查暂时做不了。这不代表证照是假的，请稍后再试或联系颁发机构。", "Something could not be checked. This is no sign of forgery: try again later or ask the issuer.";

    valid: "有效", "Valid";
    invalid: "无效", "Not valid";
    unknown: "无法确认", "Cannot be confirmed";
    unsealed: "未签章", "No seal";
    unsupported: "不支持的文件", "Unsupported file";
    unknown_not_forged: "这不代表证照是伪造的。", "This is not a sign of forgery.";
    as_of: "核验时间", "As of";
    issued_by: "颁发机构", "Issuer";
    holder: "持证主体", "Holder";
    number: "证照编号", "License number";
    issued_on: "颁发日期", "Issued on";
    valid_period: "有效期", "Valid";
    no_end: "长期", "without an end date";
    state: "登记状态", "State in the register";
    since: "自", "since";
    masked: "以上取自登记库，个人信息已作部分遮盖。", "From the register; personal data is partly masked.";
    next_title: "接下来怎么办", "What to do next";
    holder_note: "核验证明证照真实，不证明出示的人就是持证人，请同时核对身份。", "Verification shows that the license is genuine, not that the person presenting it is the holder: check their identity too.";
    checks_title: "核验了什么", "What was checked";
    topic_register: "登记", "Register";
    topic_register_good: "在册，没有注销、暂扣、变更或过期。", "In force: not revoked, suspended, replaced or expired.";
    topic_file: "文件", "File";
    topic_file_good: "文件完整，带有电子签章。", "Readable and sealed.";
    topic_content: "内容", "Content";
    topic_content_good: "签章以后没有被改动。", "Unchanged since it was sealed.";
    topic_signature: "签章", "Signature";
    topic_signature_good: "签章数据验证通过。", "The signature itself verifies.";
    topic_seal: "印章", "Seal";
    topic_seal_good: "印章没有被改动，使用人获得授权。", "Unaltered, and used by someone it names.";
    topic_picture: "印章图样", "Stamp shown";
    topic_picture_good: "显示的印章与电子印章中的图样一致。", "The stamp that is shown is the picture in the seal.";
    topic_trust: "签章单位", "Sealer";
    topic_trust_good: "身份由受信任的机构证明。", "Identity vouched for by a trusted authority.";
    topic_revocation: "吊销", "Revocation";
    topic_revocation_good: "签章证书没有被吊销。", "The certificates are not revoked.";
    topic_time: "时间", "Time";
    topic_time_good: "签章时和现在都在有效期内。", "Within the period when sealed and now.";
    topic_stamp: "时间戳", "Time stamp";
    topic_stamp_good: "签章时间由时间戳证明。", "The time of sealing is proven by a time stamp.";
    passed: "通过", "Passed";
    failed: "未通过", "Failed";
    not_known: "无法确认", "Not known";
    skipped: "未检查", "Not checked";
    not_applicable: "不适用", "Not applicable";
    register_title: "登记库的答复", "What the register says";
    register_same: "文件与登记库中颁发的原件逐字节一致。", "The file is byte for byte the one that was issued.";
    register_differs: "登记库有这份证照，但文件与颁发的原件不一致。", "The register knows this license, but the file is not byte for byte the one that was issued.";
    register_unknown: "本登记库没有颁发过这个文件。仅凭这一点不能说明它是假的。", "This register did not issue the file. That alone does not make it a forgery.";
    register_knows: "登记库有这份证照。", "The register knows this license.";
    compare_title: "与手里的文件比对", "Compare with a file at hand";
    compare_help: "请核对以上信息与手里的证照是否相同。上传手里的文件，可以确认它就是颁发的原件。", "Check that what is shown here is what the license at hand says. Upload the file to learn whether it is the one that was issued.";
    next_invalid: "请勿采信这份证照。如有疑问，请联系颁发机构。", "Do not rely on this license. If in doubt, ask the issuer.";
    next_unknown: "请稍后再试，或联系颁发机构核实。", "Try again later, or ask the issuer.";
    compare_link: "核验手里的文件", "Verify the file at hand";
    details: "技术详情", "Technical details";
    signatures: "签名与签章", "Signatures and seals";
    signature: "签名", "Signature";
    seal: "印章", "Seal";
    seal_code: "印章编码", "Seal code";
    seal_maker: "制章人", "Seal maker";
    signer: "签章人", "Signer";
    suite: "算法", "Algorithm";
    claimed_time: "签章时间（签章人声明）", "Time of signing (claimed)";
    period: "有效期", "Period";
    serial: "证书序列号", "Certificate serial";
    certificate_issuer: "证书颁发者", "Certificate issuer";
    at_signing: "签章时", "When signed";
    now: "现在", "Now";
    covers: "覆盖范围", "Covers";
    covers_all: "整个文件", "the whole file";
    covers_part: "此后另有增补", "an earlier revision";
    field: "签名域", "Field";
    file: "文件", "File";
    file_kind: "文件格式", "Format";
    size: "大小", "Size";
    bytes: "字节", "bytes";
    verification_id: "核验编号", "Verification id";
    reason_code: "代码", "Code";
    print: "打印结果", "Print";
    receipt: "下载回执", "Receipt";
    receipt_help: "回执带有本系统的签名，可以代替证照复印件存入案卷，以后无需联网也能验证。", "The receipt is signed: keep it with a case instead of a copy. It can be checked later without any network.";
    again: "再核验一份", "Verify another";

    state_issued: "在册", "In force";
    state_not_yet: "尚未生效", "Not yet valid";
    state_suspended: "已暂扣", "Suspended";
    state_revoked: "已注销", "Revoked";
    state_superseded: "已变更", "Superseded";
    state_expired: "已过期", "Expired";

    problem_home: "回到核验首页", "Back to verification";
    problem_trace: "追踪编号", "Trace id";
    problem_input: "请选择一个文件，或填写核验码（只需一项）。", "Choose a file, or enter a code: one of them.";
    problem_both: "文件和核验码请只提供一项。", "Give the file or the code, not both.";
    problem_not_found: "没有这个地址，或者编号有误。请核对后再试。", "There is nothing at this address, or the id is not right. Please check it.";
    problem_code_not_found: "没有查到这个核验码。请核对印刷的核验码，或改用证照文件核验。", "This code is not known. Check it against the print, or verify the license file instead.";
    problem_too_large: "文件超过了大小限制。", "The file is larger than allowed.";
    problem_busy: "现在核验的人较多，请稍等片刻再试。这与证照真伪无关。", "Many people are verifying right now. Please wait a moment; this says nothing about the license.";
    problem_ours: "系统出了问题，不是您的操作有误。请稍后再试；如反复出现，请把追踪编号告诉管理人员。", "Something went wrong on our side. Please try again later; if it stays, tell the operator the trace id.";
    problem_other: "请求没有完成。请返回后再试。", "The request was not completed. Please go back and try again.";

    docs_title: "接口文档", "API reference";
    docs_lead: "以 OpenAPI 3.1 描述，机器可读版本见", "Described as OpenAPI 3.1; for machines:";
    docs_open: "无需密钥", "No key needed";
    docs_key: "需要部门密钥", "Department key";
    docs_parameters: "参数", "Parameters";
    docs_body: "请求内容", "Request body";
    docs_answers: "返回", "Answers";
    docs_example: "示例", "Example";
    docs_required: "必填", "required";
    docs_types: "数据结构", "Schemas";
    docs_problems: "问题代码", "Problem codes";
    docs_problems_lead: "出错时返回 application/problem+json（RFC 9457）。代码稳定，可用于程序判断。", "Errors are application/problem+json (RFC 9457). Codes are stable; programs may rely on them.";
    docs_retryable: "可重试", "retry later";
    docs_contents: "目录", "Contents";
}
