//! The list of problem codes: stable names with a title in two languages and the cure.

use crate::language::Language;

/// One kind of problem.
#[derive(Debug)]
pub struct ProblemCode {
    /// Stable code.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Title in Chinese.
    pub zh: &'static str,
    /// Title in English.
    pub en: &'static str,
    /// What to do about it.
    pub cure: &'static str,
    /// True when the same request may succeed later.
    pub retryable: bool,
}

impl ProblemCode {
    /// The title in a language.
    pub(crate) fn title(&self, language: Language) -> &'static str {
        match language {
            Language::Zh => self.zh,
            Language::En => self.en,
        }
    }

    /// The row of a code.
    pub(crate) fn named(code: &str) -> Option<&'static Self> {
        PROBLEM_CODES.iter().find(|row| row.code == code)
    }
}

macro_rules! codes {
    ($($status:literal $code:literal $zh:literal $en:literal $cure:literal $($retry:ident)?;)*) => {
        &[$(ProblemCode {
            code: $code, status: $status, zh: $zh, en: $en, cure: $cure,
            retryable: codes!(@retry $($retry)?),
        }),*]
    };
    (@retry retry) => { true };
    (@retry) => { false };
}

/// Every code that this layer answers with, by status; a use case may add codes of its own under
/// 401, 403, 422 and 503.
pub static PROBLEM_CODES: &[ProblemCode] = codes! {
    400 "malformed_request" "请求格式不正确" "The request is malformed"
        "Correct the request as the detail says.";
    400 "unsupported_parameter" "不支持的参数" "Unsupported parameter"
        "Leave the named parameter out.";
    400 "ambiguous_input" "请只提供一种输入" "Give exactly one input"
        "Give exactly one of file, code and license_id.";
    400 "case_number_missing" "缺少办件号" "The case number is missing"
        "Send the header X-Case-No with the number of the case for which the license is looked at.";
    400 "operator_missing" "缺少经办人" "The operator is missing"
        "Send the headers X-Operator-Id and X-Operator-Role: who looks, and in which role.";
    401 "token_missing" "需要访问令牌" "An access token is needed"
        "Send Authorization: Bearer with a token of POST /oauth2/token, or with the key of the department.";
    401 "session_needed" "请先登录" "Sign in first"
        "Sign in; a session ends after half an hour without a request, and after twelve hours.";
    401 "token_invalid" "访问令牌无效或已过期" "The access token or API key is not valid"
        "Ask for a new token; or check the key, or ask the administrator for a new one.";
    401 "api_key_in_production" "正式环境不接受接口密钥" "API keys are not accepted in production"
        "Register the system as a client and use a token of POST /oauth2/token.";
    401 "signature_required" "请求必须签名" "The request must be signed"
        "Sign the request: Signature-Input and Signature (RFC 9421) with Content-Digest (RFC 9530).";
    401 "signature_invalid" "请求签名无效" "The signature of the request does not hold"
        "Sign what the detail names, with a key of the client that is in force, and send the body unchanged.";
    401 "timestamp_out_of_window" "请求签名的时间不在允许范围内" "The request was not signed within the last five minutes"
        "Set the clock right and sign the request anew.";
    403 "scope_missing" "没有此项权限" "Not allowed"
        "Ask the administrator for the permission that the endpoint names.";
    403 "person_needed" "须由本人登录办理" "A person has to do this"
        "Sign in as an approver.";
    403 "approver_key_refused" "审批密钥不可用" "The approver's key does not count"
        "Sign with a registered key of your own that is in use.";
    403 "not_the_keeper" "证照类型由其他单位维护" "Another organization keeps the license type"
        "Ask the organization that keeps the type.";
    403 "not_the_department" "事项由其他部门办理" "Another department handles the service item"
        "Ask the department that handles the item.";
    403 "item_not_entitled" "未获授权办理此事项" "Not entitled to this service item"
        "Send X-Item-Code with one of the items of the client's scope.";
    403 "material_self_check" "不能核对自己收取的材料" "Nobody checks what they brought"
        "Somebody else compares the material with the original.";
    403 "form_refused" "表单不是从本系统的页面提交的" "The form did not come from a page of this service"
        "Load the page again and repeat.";
    403 "self_approval" "不能由同一人办理" "Another person takes this step"
        "Ask a colleague with the role: whoever took the step before does not take this one.";
    404 "not_found" "未找到" "Not found"
        "Check the address or the id; things of other departments are not found either.";
    405 "method_not_allowed" "不支持此方法" "Method not allowed"
        "Use one of the methods in the Allow header.";
    406 "not_acceptable" "无法按要求的格式返回" "Not available in the accepted formats"
        "Accept one of the formats that the detail names.";
    408 "request_timeout" "接收请求超时" "The request took too long to arrive"
        "Send it again on a faster connection." retry;
    409 "duplicate_license_number" "证照编号已存在" "The license number is already in use"
        "Read the registered license instead of issuing it again.";
    409 "batch_state" "批次当前状态不允许" "The batch is not in a state for this"
        "Do what the detail names as possible.";
    409 "batch_file_gone" "批次的文件已按期删除" "The file of the batch was taken away"
        "Send the rows anew: the file of a finished batch is kept for storage.batch_days.";
    409 "illegal_transition" "证照当前状态不允许此操作" "The license is not in a state for this"
        "Do what the member allowed names, or read the license again.";
    409 "nonce_replayed" "请求重复" "The signed request was taken before"
        "Sign each request anew, with a nonce of its own.";
    409 "request_in_progress" "相同请求正在处理" "The same request is still under way"
        "Repeat the request after the time in Retry-After." retry;
    409 "successor_exists" "已有延续或变更正在办理" "Another renewal or change of the license is under way"
        "Wait for the license that the detail names, or have its order refused.";
    409 "renewal_changed" "确认的内容已变" "What was confirmed has changed"
        "Read the renewal again and confirm it anew.";
    409 "decision_lapsed" "决定已过有效期" "The decision is past its last day"
        "Decide anew; copies and bundles are made while a decision may be relied on.";
    409 "license_changed" "所依据的证照已变" "A license that was relied on has changed"
        "Decide anew by the licenses as they are now.";
    409 "verification_gone" "所依据的核验记录已不再保存" "The verification that was relied on is not kept any more"
        "Decide anew; verifications are kept for storage.verification_days.";
    409 "log_pending" "存证尚未完成" "Not yet under a signed checkpoint"
        "Repeat the request after the time in Retry-After." retry;
    409 "webhook_endpoint_disabled" "接收端已停用" "The webhook endpoint is disabled"
        "Test the endpoint: one that accepts a test is enabled.";
    409 "license_type_state" "证照类型当前状态不允许" "The license type is not in a state for this"
        "Look at the type again: it is withdrawn or in use already.";
    409 "assistance_state" "协助请求当前状态不允许" "The request is not in a state for this"
        "Do what the detail names as allowed.";
    409 "finding_state" "问题当前状态不允许" "The finding is not in a state for this"
        "Do what the detail names as possible.";
    409 "seal_state" "印章当前状态不允许" "The seal is not in a state for this"
        "Do what the detail names as allowed.";
    409 "seal_changed" "印章刚被他人更改" "The seal was changed meanwhile"
        "Look at the seal again and repeat what still applies.";
    409 "proposal_open" "已有待确认的提议" "Another proposal is open"
        "Confirm or refuse the open proposal first.";
    409 "proposal_decided" "该提议已处理" "The proposal was decided before"
        "Look at the seal again.";
    409 "seal_code_taken" "印章编码已被使用" "The seal code is taken"
        "Leave the code empty for the next free one.";
    409 "order_decided" "已有人作出决定" "Somebody decided before"
        "Look at the orders again.";
    409 "digest_changed" "待签章文件与申请时不一致" "A document is not the one that was asked for"
        "Nothing is sealed or signed. It is asked or prepared anew; the operator looks for who changed the file.";
    409 "token_used" "签名已完成，凭据只能用一次" "The signing request was completed before"
        "Read the request: it has the signed document. Prepare anew for another signature.";
    409 "signing_state" "签名请求当前状态不允许" "The signing request is not in a state for this"
        "Read the request again; what was cancelled is prepared anew.";
    409 "undertaking_state" "承诺当前状态不允许" "The undertaking is not in a state for this"
        "Read the undertaking again: it was signed before, has ended, or the decision has one already.";
    409 "material_state" "材料当前状态不允许" "The material is not in a state for this"
        "Read the material again: it was checked or erased, or its last day is over.";
    410 "signing_expired" "签名请求已过期" "The time of the signing request is over"
        "Prepare the document anew, and bring the signature in time.";
    412 "version_mismatch" "已被更改" "It was changed since it was read"
        "Read it again, and repeat what still applies with its new ETag.";
    413 "file_too_large" "文件过大" "The file is too large"
        "Send a file within the limit that the detail names.";
    415 "unsupported_media_type" "不支持的文件或内容类型" "Unsupported media type"
        "Send the type that the detail names.";
    415 "material_kind" "只接收 PDF、JPEG、PNG 文件" "Only PDF, JPEG and PNG are kept"
        "Send a PDF, or a picture as JPEG or PNG.";
    415 "material_mismatch" "文件与其名称或类型不符" "The file is not what its name or type says"
        "Send the file under the name and type of what it is.";
    422 "schema_violation" "内容不符合证照类型的要求" "The content does not fit the license type"
        "Correct the fields listed in errors.";
    422 "idempotency_key_reused" "幂等键已用于另一请求" "The idempotency key belongs to another request"
        "Use a new key for a new request.";
    422 "unknown_license_type" "没有这种证照类型" "There is no such license type"
        "Choose a code of GET /v1/license-types.";
    422 "license_type_refused" "证照类型定义有问题" "The definition of the license type has faults"
        "Mend what is listed in errors.";
    422 "service_item_refused" "事项或材料免交规则有问题" "The service item or its mapping has faults"
        "Mend what is listed in errors.";
    422 "license_type_withdrawn" "证照类型已停用" "The license type was withdrawn"
        "Choose a type that is in use.";
    422 "seal_not_applicable" "印章不能用于此证照" "The seal cannot be used for this"
        "Choose a seal of the department that is in force and meant for the license type.";
    422 "seal_place" "此处不能盖章" "The seal cannot stand there"
        "Choose a place on a page of the document.";
    422 "keyword_not_found" "文件中没有该关键字" "The keyword is not in the document"
        "Choose a text that the document shows, or a page and a place.";
    422 "signing_token_wrong" "签名凭据不正确" "The token is not that of the signing request"
        "Send the token that the answer to the preparation had.";
    422 "signature_wrong" "签名值验证不通过" "The signature does not verify"
        "Sign to_be_signed, or digest as it is, with the key of the certificate; nothing was changed.";
    422 "signer_certificate" "签名人证书不能使用" "The signer's certificate cannot be used"
        "Send a certificate for SM2, P-256 or RSA from 2048 bits as PEM, the signer's first.";
    422 "signer_untrusted" "签名人证书的颁发机构不受信任" "No anchor vouches for the signer's certificate"
        "Use a certificate of an authority that this service trusts, and send those between.";
    422 "signer_expired" "签名人证书不在有效期内" "The signer's certificate is outside its validity"
        "Use a certificate that is in force.";
    422 "signer_revoked" "签名人证书已被吊销" "The signer's certificate was revoked"
        "Use another certificate.";
    422 "signer_status_unknown" "签名人证书的吊销状态未知" "Nobody says whether the signer's certificate was revoked"
        "The operator brings a current revocation list of its authority.";
    422 "signer_key_usage" "签名人证书不用于签署文件" "The signer's certificate is not for signing documents"
        "Use the signing certificate, not the one for encryption or for signing in.";
    422 "signer_name" "签名人姓名无法显示" "The signer's name cannot be shown"
        "A name has at most 40 characters; for rare ones the operator adds a font.";
    422 "material_mixed" "文件中夹带其他文件" "The file is two files in one"
        "Save or print the document anew; a picture of it does too.";
    422 "material_encrypted" "材料已加密" "The material is encrypted"
        "Save it without a password.";
    422 "material_active" "材料含有脚本、动作或附件" "The material has scripts, actions or attached files"
        "Print it to a new PDF, or send a picture of it.";
    422 "material_damaged" "材料已损坏" "The material is damaged"
        "Save it anew, or send a picture of it.";
    422 "material_too_involved" "材料过大或过于复杂" "The material is too large or too involved"
        "Send fewer pages, or a smaller picture.";
    422 "material_library_full" "材料库已满" "The holder has too many materials"
        "Erase what is no longer needed.";
    422 "material_grade" "此材料不能核对原件" "The material has no original"
        "What the holder made is not compared with an original.";
    422 "encrypted_document" "文件已加密" "The document is encrypted"
        "Send the document without encryption.";
    422 "damaged_document" "文件已损坏" "The document is damaged"
        "Save the document anew with a PDF writer.";
    422 "certified_no_changes" "文件已认证为不可更改" "The document is certified against changes"
        "Send the document as it was before certification.";
    422 "active_content" "文件含有脚本或动作" "The document has scripts or actions"
        "Remove scripts, actions and attached files.";
    422 "time_stamps_not_configured" "未配置时间戳" "No time stamps are configured"
        "Ask for level b, or give the service a time-stamp key.";
    422 "validation_material_missing" "缺少验证资料" "Validation material is missing"
        "Ask for level t, or import the revocation list that is named.";
    422 "too_many_seals" "文件中的印章过多" "The document has too many seals"
        "Send the document with fewer seals.";
    422 "document_refused" "此文件不能签章" "The document cannot be sealed"
        "Correct the document as the detail says.";
    422 "webhook_url_refused" "不能向该地址推送" "Nothing is sent to this address"
        "Choose a public address, or ask the operator to allow this one (webhooks.allow).";
    422 "unknown_event_type" "没有这种事件" "There is no such type of event"
        "Choose from the types that the detail names.";
    422 "log_size" "存证日志没有该大小" "The log never had this size"
        "Choose sizes within those that the detail names.";
    422 "log_note" "不是检查点" "Not a checkpoint"
        "Send a checkpoint as `yinzheng witness` prints it.";
    422 "log_witness" "没有受信任的见证人签名" "No known witness has signed it"
        "Ask the operator to put the key of the witness into witnesses/ of the trust folder.";
    422 "too_many_webhook_endpoints" "接收端过多" "There are too many webhook endpoints"
        "Take one away that is no longer needed.";
    422 "signature_refused" "审批签名不正确" "The signature is not right"
        "Sign the manifest as it was downloaded, with the key that is named.";
    422 "manifest_refused" "不能组成审批清单" "This makes no manifest"
        "Choose orders that wait, all of one seal, at most a thousand.";
    422 "mark_not_printable" "加注内容无法印制" "The mark cannot be printed"
        "Decide anew under a case number of characters that the fonts of the service have.";
    422 "unknown_state" "没有这种状态" "There is no such state"
        "Choose from the states that the detail names.";
    422 "reason_needed" "请填写理由" "A reason is needed"
        "Give a reason of 1 to 200 characters.";
    422 "legal_document_needed" "请填写文书号" "The number of the legal document is needed"
        "Give the number of the decision, of 1 to 100 characters.";
    422 "unknown_reason" "请选择注销类别" "A class of reason is needed"
        "Choose from the classes that the detail names.";
    422 "corrected_license_refused" "请指明更正后的证照" "The corrected license is needed"
        "Name a license of the department that is in force; only issued_in_error names one.";
    422 "undertaking_not_offered" "该材料不适用告知承诺或容缺" "Nothing may be promised instead of this material"
        "Ask for the material, or decide anew.";
    422 "bulk_size" "一次办理的证照数量不正确" "Too many licenses at a time"
        "Give 1 to 200 licenses, for a change of content 1 to 50.";
    422 "too_many_parts" "构成的证照过多" "The license is made of too many others"
        "Name at most 30.";
    422 "effective_time_refused" "生效时间不正确" "It cannot take effect then"
        "Choose a moment that is past and not before the license was issued.";
    428 "if_match_required" "缺少 If-Match" "If-Match is missing"
        "Read it, and send its ETag in If-Match.";
    429 "seal_limit_reached" "印章用印次数或时段受限" "A limit of the seal is reached"
        "Repeat the request after the time in Retry-After." retry;
    429 "rate_limited" "请求过于频繁" "Too many requests"
        "Repeat the request after the time in Retry-After." retry;
    500 "internal_error" "系统内部错误" "Internal error"
        "Report the trace id to the operator.";
    503 "overloaded" "系统繁忙" "Overloaded"
        "Repeat the request after the time in Retry-After." retry;
    503 "maintenance" "系统维护中" "Under maintenance"
        "Repeat the request later." retry;
    503 "clock_skew" "服务器时钟不正确" "The clock of the service is not right"
        "Repeat the request later; nothing was sealed. The operator sets the clock right, or restarts the service once it is." retry;
    503 "sealing_failed" "签章未完成" "Sealing did not succeed"
        "Repeat the request; nothing was issued." retry;
    503 "signing_key_unavailable" "签章密钥暂不可用" "The signing key is not available"
        "Repeat the request later." retry;
    503 "examiner_unavailable" "暂时无法检查文件" "Files cannot be examined now"
        "Repeat the request later." retry;
    503 "time_stamp_unavailable" "时间戳服务暂不可用" "The time-stamp authority does not answer"
        "Repeat the request later; nothing was issued." retry;
    503 "copies_not_configured" "未配置加注件签章密钥" "No key is certified for marked copies"
        "Ask the operator: yinzheng key make --service, then key request and key certify.";
    503 "storage_failed" "存储故障" "The disk failed"
        "Repeat the request when the service runs again; the operator finds the reason in the log." retry;
    507 "storage_full" "存储空间不足" "The disk is full"
        "Repeat the request when there is room again; nothing was stored." retry;
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_ordered_by_status() {
        for pair in PROBLEM_CODES.windows(2) {
            assert!(pair[0].status <= pair[1].status, "{}", pair[1].code);
        }
        for row in PROBLEM_CODES {
            assert!(std::ptr::eq(ProblemCode::named(row.code).unwrap(), row), "{}", row.code);
        }
    }
}
