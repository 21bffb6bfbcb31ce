//! Every reason a check can give: one table, from which `schema/codes.md` is printed.

use std::fmt::{self, Write as _};

macro_rules! codes {
    ($($name:ident $code:literal
        $zh:literal $en:literal
        next $next_zh:literal $next_en:literal;)+) => {
        /// A reason, stable across versions. Its text is for people, its code for programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $en] $name,)+
        }

        /// Every code with its sentences and what to do next.
        pub const CODES: &[Row] = &[$(Row {
            code: Code::$name,
            name: $code,
            zh: $zh,
            en: $en,
            next_zh: $next_zh,
            next_en: $next_en,
        }),+];
    };
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The reason.
    pub code: Code,
    /// Its name for programs, in lower snake case.
    pub name: &'static str,
    /// What is the matter, in Chinese.
    pub zh: &'static str,
    /// What is the matter, in English.
    pub en: &'static str,
    /// What to do next, in Chinese.
    pub next_zh: &'static str,
    /// What to do next, in English.
    pub next_en: &'static str,
}

impl Code {
    /// The row of this code.
    #[must_use]
    pub fn row(self) -> &'static Row {
        // The macro makes the variants and the rows in the same order.
        &CODES[self as usize]
    }

    /// The name for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

codes! {
    Unreadable "unreadable"
        "文件无法读取，可能已损坏。" "The file cannot be read; it may be damaged."
        next "请向出示人索取原始文件后重试。" "Ask for the original file and try again.";
    BudgetExceeded "budget_exceeded"
        "文件过大或过于复杂，超出处理范围。" "The file is larger or more involved than is examined."
        next "请联系颁发机构核实。" "Ask the issuer.";
    UnsupportedFormat "unsupported_format"
        "暂不支持验证这种文件。" "This kind of file cannot be verified yet."
        next "请使用 PDF 格式的证照，或联系颁发机构核实。"
        "Use the PDF of the license, or ask the issuer.";
    NoSignature "no_signature"
        "未签章：文件中没有电子印章或电子签名。" "Not sealed: the file carries no seal and no signature."
        next "印章图样本身不能证明真伪，请索取带有电子印章的文件。"
        "A picture of a seal proves nothing; ask for the sealed file.";
    OriginalMissing "original_missing"
        "缺少被签章的原文。" "The original that was signed is missing."
        next "请同时提供原文件。" "Provide the original file as well.";
    Encrypted "encrypted"
        "文件已加密，无法检查内容。" "The file is encrypted and its content cannot be checked."
        next "请提供未加密的文件。" "Provide the file without encryption.";
    StructureInvalid "structure_invalid"
        "文件结构不符合规范，不能据此确认内容。" "The structure of the file breaks its standard, so what it shows is not certain."
        next "请向颁发机构重新获取文件。" "Get the file again from the issuer.";
    ByteRangeInvalid "byte_range_invalid"
        "签名没有覆盖应覆盖的全部内容。" "The signature does not cover all that it must cover."
        next "文件可能被伪造，请向颁发机构核实。" "The file may be forged; ask the issuer.";
    PaddingNotEmpty "padding_not_empty"
        "签名数据之后藏有其他数据。" "Other data is hidden behind the signature."
        next "文件可能被改动，请向颁发机构重新获取。" "The file may have been altered; get it again from the issuer.";
    ModifiedAfterSeal "modified_after_seal"
        "签章之后文件被改动。" "The file was changed after it was sealed."
        next "请以签章时的文件为准，向颁发机构核实。" "Ask the issuer for the file as it was sealed.";
    LaterChangesUndecided "later_changes_undecided"
        "签章之后有附加内容，无法确认是否影响原文。" "Something was added after sealing and its effect cannot be decided."
        next "请向颁发机构重新获取文件。" "Get the file again from the issuer.";
    LaterContentCovers "later_content_covers"
        "签章之后加盖的印章可能遮住原有内容。" "Something added after sealing may hide part of what was sealed."
        next "请查看签章时的版本，核对被遮住的内容。" "Look at the revision that was sealed, and compare what is hidden.";
    FieldShowsSomethingElse "field_shows_something_else"
        "签章之后填写的表单项显示的内容与其值不一致。" "A form field filled after sealing shows something other than its value."
        next "请勿采信该表单项，并向填写人核实。" "Do not rely on that field, and ask whoever filled it.";
    ActiveContent "active_content"
        "文件含有脚本、动作或附件，显示的内容可能变化。" "The file has scripts, actions or attachments; what it shows may change."
        next "请关闭阅读器的脚本功能后查看。" "Look at it in a reader with scripts switched off.";
    MarkedCopy "marked_copy"
        "这是加注件，不是证照原件，仅可用于注明的事项。" "This is a marked copy, not the license: it is for the matter that it names alone."
        next "请核对加注的使用单位、事项和办件号。" "Compare the body, the matter and the case that it names.";
    MarkedCopyOver "marked_copy_over"
        "加注件已过有效期，不得再使用。" "The marked copy is past its last day and may not be used any more."
        next "请通过办件系统重新调用证照。" "Have the license asked for again, for the case.";
    MarkedCopyUnreadable "marked_copy_unreadable"
        "文件自称加注件，但加注内容无法读取。" "The file says that it is a marked copy, and its mark cannot be read."
        next "请通过办件系统重新调用证照。" "Have the license asked for again, for the case.";
    DigestMismatch "digest_mismatch"
        "内容与签章时不一致。" "The content is not what was sealed."
        next "文件内容已被改动，请勿采信，并向颁发机构核实。"
        "The content was altered: do not rely on it, and ask the issuer.";
    SignatureInvalid "signature_invalid"
        "签名验证不通过。" "The signature does not verify."
        next "请勿采信该文件，并向颁发机构核实。" "Do not rely on the file, and ask the issuer.";
    SignatureEncodingInvalid "signature_encoding_invalid"
        "签名值的编码不正确。" "The signature value is not well formed."
        next "请勿采信该文件，并向颁发机构核实。" "Do not rely on the file, and ask the issuer.";
    SignatureEncodingRaw "signature_encoding_raw"
        "签名值采用非标准编码，验证通过。" "The signature value verifies, in an encoding that the standard does not have."
        next "无需处理。" "Nothing to do.";
    AlgorithmUnsupported "algorithm_unsupported"
        "签名算法不受支持，无法判断。" "The signature algorithm is not supported, so nothing can be said."
        next "请使用支持该算法的软件核验。" "Use a program that supports the algorithm.";
    AlgorithmNotAllowed "algorithm_not_allowed"
        "签名算法强度不符合要求。" "The signature algorithm is weaker than the policy asks."
        next "请向颁发机构申请重新签章。" "Ask the issuer to seal it again.";
    AlgorithmMismatch "algorithm_mismatch"
        "签名算法与证书不一致。" "The signature algorithm does not go with the certificate."
        next "请勿采信该文件，并向颁发机构核实。" "Do not rely on the file, and ask the issuer.";
    SignedMessageInvalid "signed_message_invalid"
        "签名消息不符合规范。" "The signed message breaks its standard."
        next "请向颁发机构重新获取文件。" "Get the file again from the issuer.";
    CarriedMaterialUnverified "carried_material_unverified"
        "随附的证书或吊销列表无法验证。" "A certificate or revocation list that travels with the signature cannot be verified."
        next "请向颁发机构重新获取文件。" "Get the file again from the issuer.";
    SignersNotOne "signers_not_one"
        "签名数据中的签名人不是一个。" "The signed message has not exactly one signer."
        next "请向颁发机构重新获取文件。" "Get the file again from the issuer.";
    SignerCertificateMissing "signer_certificate_missing"
        "缺少签名人的证书，无法判断。" "The signer's certificate is missing, so nothing can be said."
        next "请向颁发机构重新获取文件。" "Get the file again from the issuer.";
    CertificateUnreadable "certificate_unreadable"
        "证书无法读取。" "A certificate cannot be read."
        next "请向颁发机构重新获取文件。" "Get the file again from the issuer.";
    SealSignatureInvalid "seal_signature_invalid"
        "印章不是制章人所制，或已被改动。" "The seal was not made by its maker, or was altered."
        next "印章可能是伪造的，请勿采信。" "The seal may be forged: do not rely on it.";
    SealMadeOutsideCertificate "seal_made_outside_certificate"
        "制章时制章人证书不在有效期内。" "The maker's certificate was not valid when the seal was made."
        next "请向印章管理部门核实该印章。" "Ask the authority that issues seals about this seal.";
    SealNotYetValid "seal_not_yet_valid"
        "签章时印章尚未生效。" "The seal was not valid yet."
        next "请向颁发机构核实。" "Ask the issuer.";
    SealExpired "seal_expired"
        "印章已过有效期。" "The seal had expired."
        next "请向颁发机构申请重新签章。" "Ask the issuer to seal it again.";
    SignerNotInSeal "signer_not_in_seal"
        "签章人不在印章的授权名单中。" "The seal does not name the one who used it."
        next "印章可能被盗用，请勿采信。" "The seal may have been stolen: do not rely on it.";
    VersionMismatch "version_mismatch"
        "印章与签章的版本不一致。" "The seal and the seal signature are of different editions."
        next "请向颁发机构重新获取文件。" "Get the file again from the issuer.";
    CriticalExtensionUnknown "critical_extension_unknown"
        "含有无法识别的关键扩展项。" "There is a critical extension that is not known."
        next "请使用该厂商的软件核验。" "Use the vendor's own program.";
    SealPictureMismatch "seal_picture_mismatch"
        "显示的印章图样与电子印章中的图样不一致。" "The stamp that is shown is not the picture in the seal."
        next "请勿采信显示的印章，并向颁发机构核实。" "Do not rely on the stamp shown, and ask the issuer.";
    SealPictureUndecided "seal_picture_undecided"
        "无法比对显示的印章图样与电子印章中的图样。" "The stamp that is shown cannot be compared with the picture in the seal."
        next "请以签章信息中的印章名称为准。" "Go by the name of the seal, not by its picture.";
    CertificateUntrusted "certificate_untrusted"
        "证书不是由受信任的机构签发，无法确认身份。" "The certificate leads to no configured trust anchor, so the identity is not confirmed."
        next "请导入该机构的根证书，或向颁发机构核实。" "Configure the authority's root certificate, or ask the issuer.";
    AnchorNotEntitled "anchor_not_entitled"
        "信任列表中的机构无权为此类用途、印章、证照或时间作证。"
        "The authority is on the trust list, but does not vouch for this use, seal, license or time."
        next "请更新信任列表，或向颁发机构核实。" "Update the trust list, or ask the issuer.";
    TrustListOverdue "trust_list_overdue"
        "信任列表已过更新期限，不能确定其中的机构现在是否仍受信任。"
        "The trust list is overdue, so it is not certain that it still holds."
        next "请导入最新的信任列表。" "Import the current trust list.";
    LogProofInvalid "log_proof_invalid"
        "存证证明不能证明该文件在日志中，未采用。" "The proof of the log does not prove that the file is in it, and was left aside."
        next "请向颁发机构索取该文件的存证证明。" "Ask the issuer for the proof of this file.";
    CertificatePathInvalid "certificate_path_invalid"
        "证书链不正确。" "The certificate path breaks its rules."
        next "请勿采信该文件，并向颁发机构核实。" "Do not rely on the file, and ask the issuer.";
    CertificateKeyUsage "certificate_key_usage"
        "证书不能用于此用途。" "The certificate may not be used for this."
        next "请向颁发机构核实。" "Ask the issuer.";
    CertificateNotYetValidAtSigning "certificate_not_yet_valid_at_signing"
        "签名时证书尚未生效。" "The certificate was not valid yet when it signed."
        next "请向颁发机构核实。" "Ask the issuer.";
    CertificateExpiredAtSigning "certificate_expired_at_signing"
        "签名时证书已过期。" "The certificate had expired when it signed."
        next "请向颁发机构申请重新签章。" "Ask the issuer to seal it again.";
    CertificateExpired "certificate_expired"
        "证书已过期。" "The certificate has expired."
        next "请向颁发机构申请重新签章。" "Ask the issuer to seal it again.";
    CertificateNotYetValid "certificate_not_yet_valid"
        "证书尚未生效。" "The certificate is not valid yet."
        next "请检查本机时间，或向颁发机构核实。" "Check the clock of this machine, or ask the issuer.";
    CertificateRevoked "certificate_revoked"
        "证书在签名之前已被吊销。" "The certificate was revoked before it signed."
        next "请勿采信该文件，并向颁发机构核实。" "Do not rely on the file, and ask the issuer.";
    CertificateRevokedLater "certificate_revoked_later"
        "证书在签名之后才被吊销或暂停，签名在先。" "The certificate was revoked or put on hold later than it was used."
        next "无需处理。" "Nothing to do.";
    CertificateOnHold "certificate_on_hold"
        "证书已被暂停使用，是否恢复尚不能确定。" "The certificate is on hold; whether it will count again is not known."
        next "请稍后重试，或向颁发机构核实。" "Try again later, or ask the issuer.";
    RevokedSinceUnproven "revoked_since_unproven"
        "证书现已被吊销，没有时间戳证明签名在吊销之前。"
        "The certificate has been revoked, and no time stamp proves that it had signed before."
        next "请向颁发机构核实，或索取带时间戳的文件。" "Ask the issuer, or ask for a file with a time stamp.";
    CertificateNotKnown "certificate_not_known"
        "证书颁发机构的在线应答不认识该证书。" "The authority's responder does not know the certificate."
        next "证书可能是伪造的，请向颁发机构核实。" "The certificate may be forged; ask the issuer.";
    SigningTimeNotProven "signing_time_not_proven"
        "签名时间仅为自述，且证书或印章现已失效，无法确认签名时仍有效。"
        "The time of signing is only claimed, and the certificate or seal has ended since, so it is not certain that it was valid then."
        next "请向颁发机构核实，或索取带时间戳的文件。" "Ask the issuer, or ask for a file with a time stamp.";
    SigningTimeMissing "signing_time_missing"
        "没有可读的签名时间。" "There is no readable time of signing."
        next "请向颁发机构核实。" "Ask the issuer.";
    SigningTimeInFuture "signing_time_in_future"
        "签名时间晚于验证时间。" "The time of signing is later than the moment of judgement."
        next "请检查本机时间。" "Check the clock of this machine.";
    RevocationNotConfigured "revocation_not_configured"
        "未配置吊销列表，未检查证书是否被吊销。" "Neither revocation lists nor answers are configured; revocation was not checked."
        next "如需检查，请导入吊销列表。" "Import revocation lists to have it checked.";
    CrlMissing "crl_missing"
        "没有该机构的吊销列表或在线应答，无法确认证书是否被吊销。"
        "There is no revocation list and no answer of this authority, so revocation is not known."
        next "请导入该机构的吊销列表后重试。" "Import the authority's revocation list and try again.";
    CrlStale "crl_stale"
        "吊销列表或在线应答已过期，无法确认证书是否被吊销。"
        "The revocation list or answer is out of date, so revocation is not known."
        next "请更新吊销列表后重试。" "Update the revocation list and try again.";
    CrlInvalid "crl_invalid"
        "吊销列表或在线应答无效，无法确认证书是否被吊销。"
        "The revocation list or answer is not valid, so revocation is not known."
        next "请更新吊销列表后重试。" "Update the revocation list and try again.";
    TimestampMissing "timestamp_missing"
        "没有时间戳，签名时间为签名人自述。" "There is no time stamp; the time of signing is the signer's own word."
        next "无需处理。" "Nothing to do.";
    TimestampInvalid "timestamp_invalid"
        "时间戳无效。" "The time stamp is not valid."
        next "请向颁发机构核实。" "Ask the issuer.";
    TimestampUntrusted "timestamp_untrusted"
        "时间戳无法确认，签名时间仍按自述对待。" "The time stamp cannot be confirmed; the time of signing is treated as claimed."
        next "请导入时间戳机构的根证书。" "Configure the root certificate of the time-stamp authority.";
    TimestampOrder "timestamp_order"
        "自述时间晚于时间戳。" "The time claimed is later than the time stamp."
        next "请向颁发机构核实。" "Ask the issuer.";
    CheckNotPossible "check_not_possible"
        "前面的检查未通过，此项无法进行。" "An earlier check did not pass, so this one was not possible."
        next "请先看前面的检查结果。" "See the earlier checks first.";
    NotALicense "not_a_license"
        "文件不是证照。" "The file is not a license."
        next "请提供证照文件。" "Provide the file of a license.";
    NotYetValid "not_yet_valid"
        "证照尚未生效。" "The license is not valid yet."
        next "请在生效日期后使用。" "Use it from its first day of validity.";
    Expired "expired"
        "证照已过期。" "The license has expired."
        next "请持证人换发新证。" "The holder needs a new license.";
    Suspended "suspended"
        "证照已被暂扣。" "The license is suspended."
        next "请向颁发机构核实。" "Ask the issuer.";
    Revoked "revoked"
        "证照已被吊销。" "The license has been revoked."
        next "请勿采信。" "Do not rely on it.";
    Superseded "superseded"
        "证照已被新证替代。" "The license has been replaced by a newer one."
        next "请出示新证。" "Present the newer license.";
}

/// The check codes as a section of `schema/codes.md`.
#[must_use]
pub fn codes_markdown() -> String {
    let mut out = String::from(
        "| code | meaning | 含义 | what to do next | 下一步 |\n|---|---|---|---|---|\n",
    );
    for row in CODES {
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} |",
            row.name, row.en, row.zh, row.next_en, row.next_zh
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_belong_to_their_codes_and_names_are_unique() {
        let mut names: Vec<&str> = CODES.iter().map(|row| row.name).collect();
        assert!(CODES.iter().all(|row| row.code.row().name == row.name));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CODES.len());
    }

    #[test]
    fn names_are_lower_snake_case_and_sentences_end() {
        for row in CODES {
            let snake = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(row.name.chars().all(snake), "{}", row.name);
            assert!([row.en, row.next_en].iter().all(|text| text.ends_with('.')), "{}", row.name);
            assert!([row.zh, row.next_zh].iter().all(|text| text.ends_with('。')), "{}", row.name);
            assert!(!row.zh.contains('|') && !row.en.contains('|'), "{}", row.name);
        }
    }

    #[test]
    fn the_printed_table_has_every_code() {
        let printed = codes_markdown();
        assert_eq!(printed.lines().count(), CODES.len() + 2);
        assert!(CODES.iter().all(|row| printed.contains(&format!("| `{}` |", row.name))));
    }
}
