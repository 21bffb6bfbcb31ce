//! Why files fail, and what to do: one table, from which `schema/codes.md` is printed.

use std::fmt::Write as _;

/// Where a file fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// This program does not accept it.
    FailsHere,
    /// This program accepts it, others may not.
    FailsElsewhere,
    /// Nothing fails; worth knowing all the same.
    Note,
}

impl Severity {
    /// The name for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FailsHere => "fails_here",
            Self::FailsElsewhere => "fails_elsewhere",
            Self::Note => "note",
        }
    }
}

/// Why, and the cure, in both languages, Chinese first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) severity: Severity,
    pub(super) why: [&'static str; 2],
    pub(super) cure: [&'static str; 2],
}

macro_rules! causes {
    ($($name:ident $code:literal $severity:ident
        $zh:literal $en:literal
        cure $cure_zh:literal $cure_en:literal;)+) => {
        /// A cause, stable across versions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(dead_code, reason = "rows for codes of checks are found by their names")]
        pub(super) enum Cause {
            $($name,)+
        }

        const CAUSES: &[Row] = &[$(Row {
            name: $code,
            severity: Severity::$severity,
            why: [$zh, $en],
            cure: [$cure_zh, $cure_en],
        }),+];
    };
}

impl Cause {
    pub(super) fn row(self) -> Row {
        // The macro makes the variants and the rows in the same order.
        CAUSES[self as usize]
    }

    /// The row that says better than the check itself what to do about this reason.
    pub(super) fn named(name: &str) -> Option<Row> {
        CAUSES.iter().find(|row| row.name == name).copied()
    }
}

/// The causes as a section of `schema/codes.md`.
#[must_use]
pub fn causes_markdown() -> String {
    let mut out =
        "| code | severity | why | 原因 | cure | 处置 |\n|---|---|---|---|---|---|\n".to_owned();
    for Row { name, severity, why: [zh, en], cure: [cure_zh, cure_en] } in CAUSES {
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "| `{name}` | {} | {en} | {zh} | {cure_en} | {cure_zh} |",
            severity.name()
        );
    }
    out
}

causes! {
    EmptyFile "empty_file" FailsHere
        "文件是空的。" "The file is empty."
        cure "请重新下载或重新发送。" "Download or send it again.";
    NotTheFile "not_the_file" FailsHere
        "收到的是另一种内容，不是签章文件。" "This is something else, not the signed file."
        cure "请检查下载地址和接口返回，保存响应体中的原始文件。"
        "Check the address and the answer of the interface, and save the file itself.";
    Wrapped "wrapped" FailsHere
        "签章文件被包在另一层里，没有还原。" "The signed file is inside something else that was not taken off."
        cure "请先解码或解压，再提交得到的原始字节。"
        "Decode or unpack it, and hand in the bytes that come out.";
    PrivateKeyFile "private_key_file" FailsHere
        "这是密钥文件，不是签章文件。" "This is a key, not a signed file."
        cure "请勿外发私钥；如已发送，请吊销并更换该密钥。"
        "Never hand a private key out; if it was sent, revoke and replace it.";
    NoCertificateFile "no_certificate_file" FailsHere
        "这是证书相关文件，但不是证书。" "This belongs to certificates, and is none."
        cure "请提交 CA 颁发的证书（PEM 或 DER）。" "Hand in the certificate that the CA issued (PEM or DER).";
    BytesBeforeHeader "bytes_before_header" FailsHere
        "%PDF 文件头之前有多余字节，所有偏移都错位。"
        "Bytes stand before the %PDF header, so every offset points elsewhere."
        cure "请在写文件时去掉前面的字节（常见为 BOM、空行或上传报文头）。"
        "Leave out what is written before it: a byte order mark, an empty line, headers of an upload.";
    DecodedAsText "decoded_as_text" FailsHere
        "文件在传输中被当作 UTF-8 文本处理，二进制内容已丢失，无法恢复。"
        "The file was decoded as UTF-8 text on its way; binary content is lost for good."
        cure "请用二进制方式读写和传输，然后重新取得原文件。"
        "Read, write and send it as binary, and get the original again.";
    LineEndsChanged "line_ends_changed" FailsHere
        "换行符在传输中被转换，文件已不是签章时的字节。"
        "Line ends were converted on the way, so the bytes are not those that were sealed."
        cure "请用二进制方式传输（FTP 用 binary，git 标记 -text），然后重新取得原文件。"
        "Transfer it as binary (FTP: binary; git: -text), and get the original again.";
    Truncated "truncated" FailsHere
        "文件不完整，缺少结尾。" "The file is cut off; its end is missing."
        cure "请核对文件长度后重新下载或上传。" "Compare the length, and download or upload it again.";
    Encrypted "encrypted" FailsHere
        "PDF 已加密，无法检查。" "The PDF is encrypted and cannot be examined."
        cure "请先去除加密再签章；签章之后不要加密。"
        "Remove the encryption before sealing, and do not encrypt afterwards.";
    UnreadableStructure "unreadable_structure" FailsHere
        "PDF 结构有误，不同软件会各自修复，显示结果不可靠，因此不予修复。"
        "The PDF needs repair; programs repair it differently, so it is not repaired here."
        cure "请用生成软件重新导出，可用 qpdf --check 查看问题，修好后再签章。"
        "Export it again from the program that made it (qpdf --check shows what is wrong), then seal it.";
    Unsigned "unsigned" FailsHere
        "文件没有任何签名或电子印章。" "The file carries no signature and no seal."
        cure "请提交签章后的文件；打印、另存、转换格式都会去掉签章。"
        "Hand in the sealed file; printing, saving anew and converting remove seals.";
    PictureOnly "picture_only" FailsHere
        "文件没有签名；如果看得到印章，它只是图片。"
        "There is no signature; if a seal can be seen, it is only a picture."
        cure "请用电子印章系统对文件签章，不要粘贴印章图片。"
        "Seal the file with a sealing system instead of pasting a picture.";
    FieldEmpty "field_empty" FailsHere
        "有签名域，但还没有签名。" "There is a signature field, and nobody has signed it."
        cure "请完成签章后再提交。" "Finish sealing, then hand it in.";
    NeverCompleted "never_completed" FailsHere
        "签名位置只有占位内容，签名值没有写入。"
        "The place of the signature holds only a filler; the signature was never put in."
        cure "请检查两步签章的第二步：把签名值写入 /Contents，把实际数值写入 /ByteRange。"
        "Check the second step of signing: write the value into /Contents and the numbers into /ByteRange.";
    Sm2OtherId "sm2_other_id" FailsHere
        "签名用了另一个用户标识计算 Z，验证方用的是默认标识。"
        "The signer computed Z with another identifier than the agreed one."
        cure "签名时把用户标识设为 1234567812345678（16 个 ASCII 字符，GB/T 35276），再重新签名。"
        "Sign with the identifier 1234567812345678 (16 ASCII characters, GB/T 35276), and sign again.";
    Sm2WithoutZ "sm2_without_z" FailsHere
        "签名前没有加入 Z，直接对 SM3 摘要签名。" "Z was left out: the bare SM3 digest was signed."
        cure "请使用完整的 SM3withSM2 接口，传入原文而不是摘要；或自行计算 e = SM3(Z‖M)。"
        "Use the whole SM3withSM2 function with the message, or compute e = SM3(Z‖M) yourself.";
    Sm2DigestTwice "sm2_digest_twice" FailsHere
        "签名时多做了一次摘要。" "The message was digested once too often."
        cure "签名接口已含 SM3，请直接传入原文，不要先算摘要。"
        "The signing function digests by itself: give it the message, not a digest.";
    Sm2DigestText "sm2_digest_text" FailsHere
        "签的是摘要的十六进制文本，不是字节。" "The digest was signed as hexadecimal text, not as bytes."
        cure "请传入原文字节；不要传十六进制字符串。" "Pass bytes, not their hexadecimal text.";
    Sm2OtherDigest "sm2_other_digest" FailsHere
        "SM2 签名没有使用 SM3 摘要。" "The SM2 signature was not made with SM3."
        cure "请使用 SM3withSM2（1.2.156.10197.1.501）重新签名。" "Sign again with SM3withSM2 (1.2.156.10197.1.501).";
    ByteOrder "byte_order" FailsHere
        "签名值的字节顺序颠倒。" "The bytes of the signature stand in reverse order."
        cure "请按大端输出签名值；部分硬件接口返回小端，需要逐个翻转。"
        "Write numbers big-endian; some devices return them little-endian.";
    SignatureNotDer "signature_not_der" FailsHere
        "签名值不是标准的 DER 编码。" "The signature value is not well-formed DER."
        cure "请写成 SEQUENCE { r INTEGER, s INTEGER }：最短长度，去掉多余的零，最高位为 1 时补一个零字节。"
        "Write SEQUENCE { r INTEGER, s INTEGER }: shortest lengths, no spare zeros, one zero before a set top bit.";
    SignatureWrapped "signature_wrapped" FailsHere
        "签名值外面多了一层。" "The signature value is within a string of its own."
        cure "请直接写入签名值，不要再套 OCTET STRING 或 BIT STRING。"
        "Put the value in as it is, without another OCTET STRING or BIT STRING.";
    SignatureAsText "signature_as_text" FailsHere
        "签名值写成了文本。" "The signature value was written as text."
        cure "请先解码为字节再写入。" "Decode it to bytes before putting it in.";
    SignatureSwapped "signature_swapped" FailsHere
        "签名值中 r 与 s 的位置颠倒。" "r and s of the signature have changed places."
        cure "请先写 r，再写 s。" "Write r first, then s.";
    SignatureLength "signature_length" FailsHere
        "签名值的长度不对。" "The signature value has the wrong length."
        cure "RSA 签名值应与模数等长，前面的零不能省略；r、s 各占固定长度。"
        "An RSA value is as long as the modulus, leading zeros included; r and s have fixed lengths.";
    SignatureRaw "signature_raw" FailsElsewhere
        "签名值是 64 字节的 r‖s，标准要求 DER；这里能识别，其他软件多半不能。"
        "The value is r‖s of 64 bytes where the standards ask for DER; it is read here, and hardly elsewhere."
        cure "请写成 DER：SEQUENCE { r INTEGER, s INTEGER }。" "Write it as DER: SEQUENCE { r INTEGER, s INTEGER }.";
    SignedOtherBytes "signed_other_bytes" FailsHere
        "签名对应的不是标准规定的那段数据。" "The signature is over other bytes than the standard says."
        cure "请对“实际签的内容”与“应签的内容”逐项核对，按标准取字节后重新签名。"
        "Compare what was signed with what has to be signed, take the right bytes, and sign again.";
    SignedByOtherKey "signed_by_other_key" FailsHere
        "签名用的私钥属于随附的另一张证书。" "The key that signed belongs to another certificate in the file."
        cure "请放入与签名私钥对应的证书，或改用该证书的私钥。"
        "Name the certificate of the key that signs, or sign with the key of the certificate named.";
    OtherSuite "other_suite" FailsHere
        "实际使用的签名算法与文件中写明的不同。" "The signature was made with another algorithm than the file names."
        cure "请让 signatureAlgorithm 与实际算法（摘要、填充方式）一致。"
        "Make signatureAlgorithm name the digest and padding that are used.";
    SignatureUnexplained "signature_unexplained" FailsHere
        "签名与这些内容、这张证书都不匹配，常见的签法也都不符：内容在签名后被改，或私钥与证书不成对。"
        "The signature fits neither the content nor the certificate in any known way: content changed after signing, or the key is another's."
        cure "请核对私钥与证书是否成对，再用未经改动的文件重新签名。"
        "Check that the key belongs to the certificate, and sign an untouched file again.";
    DigestOtherRegion "digest_other_region" FailsHere
        "摘要取自另一段字节。" "The digest was computed over another region."
        cure "摘要应覆盖整个文件，只除去 /Contents 的值（含尖括号），并与 /ByteRange 一致。"
        "Digest the whole file but the value of /Contents, angle brackets included, as /ByteRange says.";
    DigestOtherWay "digest_other_way" FailsHere
        "摘要的算法或写法不对。" "The digest was computed or written in another way."
        cure "请用所写明的算法对原始字节做一次摘要，直接写入二进制结果。"
        "Digest the bytes once with the algorithm that is named, and store the bytes of the result.";
    ContentAltered "content_altered" FailsHere
        "签名覆盖的内容在签章之后被改动，或签名是从别的文件移来的。"
        "Bytes inside the signed range changed after sealing, or the signature comes from another file."
        cure "请使用签章后未经任何软件打开另存的文件；需要修改时，改完后重新签章。"
        "Use the file as it left sealing, saved by no other program; change first, then seal again.";
    ByteRangeStart "byte_range_start" FailsHere
        "/ByteRange 没有从第一个字节开始。" "/ByteRange does not begin at the first byte."
        cure "第一个数必须是 0；如果拼接了前缀，请去掉。" "The first number has to be 0; remove anything put before the file.";
    ByteRangeGap "byte_range_gap" FailsHere
        "/ByteRange 留出的空隙与 /Contents 的位置不一致。" "The gap of /ByteRange is not exactly the value of /Contents."
        cure "空隙必须恰好是 /Contents 的值，含两端尖括号；请在最后定稿的字节上计算。"
        "The gap has to be the value of /Contents with both angle brackets; compute it on the final bytes.";
    ByteRangeEnd "byte_range_end" FailsHere
        "/ByteRange 没有覆盖到签章时的文件末尾。" "/ByteRange does not reach the end of the file as it was signed."
        cure "签章时应覆盖到 %%EOF；之后需要追加内容时，请用增量更新。"
        "Cover the file to its %%EOF; add anything later as an incremental update.";
    ByteRangeBeyond "byte_range_beyond" FailsHere
        "/ByteRange 超出了文件末尾。" "/ByteRange reaches beyond the end of the file."
        cure "如果文件被截断，请重新取得；如果是占位数字，请在签名前写入实际数值。"
        "If the file was cut, get it again; if these are filler numbers, write the real ones before signing.";
    ByteRangeMalformed "byte_range_malformed" FailsHere
        "/ByteRange 或 /Contents 的写法不对。" "/ByteRange or /Contents is not written as it has to be."
        cure "/ByteRange 是四个直接整数，/Contents 是一个十六进制串，都直接写在签名字典中。"
        "/ByteRange is four direct integers, /Contents one hexadecimal string, both in the dictionary itself.";
    SignatureMisplaced "signature_misplaced" FailsHere
        "签名字典不在应在的位置，无法确定它签了什么。" "The signature dictionary is not where it has to be, so what it signs is not certain."
        cure "签名字典应是独立的间接对象，只属于一个签名域，且不放在对象流中。"
        "Make it an indirect object of its own, the value of one field, outside object streams.";
    BytesAppended "bytes_appended" FailsHere
        "文档结尾之后还有签名没有覆盖的字节。" "Bytes that no signature covers follow the end of the document."
        cure "请去掉附加的字节；检查网关、网盘或打印驱动是否在末尾追加内容。"
        "Cut them off, and find out what appends them: a gateway, a drive, a printer driver.";
    ChangedLater "changed_later" FailsHere
        "签章之后又保存过，改动超出允许范围。" "The file was saved again after sealing, with changes that are not allowed."
        cure "请使用签章时的版本（文件开头到该修订结尾的字节）；修改后须重新签章。"
        "Go back to the revision that was sealed (the bytes up to its end); seal again after changes.";
    NoAnchors "no_anchors" FailsHere
        "没有配置信任锚，无法确认任何身份。" "No trust anchors are configured, so nobody can be confirmed."
        cure "请用 --trust 指定存放根证书的文件夹。" "Name a folder of root certificates with --trust.";
    RootNotTrusted "root_not_trusted" FailsHere
        "证书链完整，但根证书不在信任范围内。" "The chain is complete, and its root is not among the trust anchors."
        cure "请通过可靠渠道核对根证书指纹，确认后放入信任文件夹。"
        "Check the root's fingerprint by another channel, then put it into the trust folder.";
    IssuerMissing "issuer_missing" FailsHere
        "缺少上级证书，证书链接不到信任锚。" "The issuer's certificate is missing, so no trust anchor is reached."
        cure "请向该 CA 获取上级证书：中间证书和根证书一并放入信任文件夹；签章方应随签名附上中间证书。"
        "Get the issuer's certificate from the CA and put it into the trust folder; signers should carry intermediates along.";
    IssuerOtherKey "issuer_other_key" FailsHere
        "有同名的上级证书，但不是它签发的。" "There is a certificate of that name, and its key did not issue this one."
        cure "CA 可能更换过密钥，请导入对应密钥的那一张；否则证书可能是伪造的。"
        "The CA may have changed its key: import the certificate of the key that issued. Otherwise it may be forged.";
    CertificateMade "certificate_made" FailsHere
        "证书的签名方式不对。" "The certificate was signed in a wrong way."
        cure "请 CA 按“现象”所述修正签发程序，重新签发证书。" "Ask the CA to mend what is seen, and to issue the certificate again.";
    CertificateExpiredAtSigning "certificate_expired_at_signing" FailsHere
        "签名时证书已过期。" "The certificate had expired when it signed."
        cure "请更新证书后重新签章；如签名时间不对，请校准签章机的时钟。"
        "Renew the certificate and seal again; if the time is wrong, set the clock of the sealing machine.";
    CertificateNotYetValidAtSigning "certificate_not_yet_valid_at_signing" FailsHere
        "签名时证书尚未生效。" "The certificate was not valid yet when it signed."
        cure "请校准签章机的时钟，或在证书生效后重新签章。" "Set the clock of the sealing machine, or seal again once it is valid.";
    CertificateExpired "certificate_expired" FailsHere
        "证书已过期。" "The certificate has expired."
        cure "请向 CA 更新证书。" "Renew the certificate.";
    CertificateKeyUsage "certificate_key_usage" FailsHere
        "证书的密钥用法不含签名，或扩展用法不符。" "Key usage or extended key usage of the certificate does not allow this."
        cure "请申请用于签名的证书（digitalSignature 或 nonRepudiation），不要用加密证书或 TLS 证书。"
        "Get a certificate for signing (digitalSignature or nonRepudiation), not one for encryption or TLS.";
    CertificateRevoked "certificate_revoked" FailsHere
        "证书在签名前已被吊销。" "The certificate was revoked before it signed."
        cure "请停用该密钥，换发证书后重新签章。" "Stop using this key, get a new certificate, and seal again.";
    RevokedSinceUnproven "revoked_since_unproven" FailsHere
        "证书现已吊销，没有时间戳证明签名在先。" "The certificate is revoked now, and no time stamp proves that it had signed before."
        cure "请重新签章；以后签章时加可信时间戳。" "Seal again, and add a trusted time stamp from now on.";
    SigningTimeNotProven "signing_time_not_proven" FailsHere
        "证书或印章现已失效，而签名时间只是自述。" "The certificate or seal has ended since, and the time of signing is only claimed."
        cure "请重新签章；以后签章时加可信时间戳，证书过期后仍可验证。"
        "Seal again; with a trusted time stamp a file outlives its certificate.";
    CrlMissing "crl_missing" FailsHere
        "要求检查吊销，但没有该 CA 的吊销列表或应答。" "Revocation is asked for, and nothing of this CA says anything."
        cure "请把该 CA 最新的 CRL（.crl）或 OCSP 应答（.ocsp）放入信任文件夹。"
        "Put the CA's current CRL (.crl) or OCSP answer (.ocsp) into the trust folder.";
    CrlStale "crl_stale" FailsHere
        "吊销列表或应答已过期。" "The revocation list or answer is out of date."
        cure "请下载最新的 CRL 或应答，替换信任文件夹中的旧文件。" "Download the current one and replace the old one in the trust folder.";
    AlgorithmNotAllowed "algorithm_not_allowed" FailsHere
        "密钥或算法太弱。" "The key or the algorithm is too weak."
        cure "请使用 SM2，或 2048 位以上的 RSA、P-256，摘要用 SM3 或 SHA-256。"
        "Use SM2, or RSA of 2048 bits and more, or P-256, with SM3 or SHA-256.";
    AlgorithmUnsupported "algorithm_unsupported" FailsHere
        "算法不受支持（例如 SHA-1、Ed448）。" "The algorithm is not supported (SHA-1, Ed448 and others)."
        cure "请改用 SM2+SM3、RSA+SHA-256 或 P-256+SHA-256 重新签名。"
        "Sign again with SM2 and SM3, RSA and SHA-256, or P-256 and SHA-256.";
    AlgorithmMismatch "algorithm_mismatch" FailsHere
        "写明的算法与证书中的密钥不是一类。" "The algorithm named does not go with the key of the certificate."
        cure "请检查签名用的证书和算法标识是否配套。" "Check that certificate and algorithm identifier belong together.";
    SignerCertificateMissing "signer_certificate_missing" FailsHere
        "签名中没有签名人的证书。" "The signature does not carry the signer's certificate."
        cure "请在签名消息中附上签名证书，issuer 与 serialNumber 须与之一致。"
        "Carry the certificate in the message, with the issuer and serial number that it names.";
    SignedMessageInvalid "signed_message_invalid" FailsHere
        "CMS 结构不符合规范，详见“现象”。" "The CMS structure breaks its standard; what is seen says how."
        cure "请按 RFC 5652（国密按 GB/T 35275）修正后重新签名。" "Mend it by RFC 5652 (or GB/T 35275), and sign again.";
    SignerNotInSeal "signer_not_in_seal" FailsHere
        "印章的授权列表里没有这张签章证书。" "The seal does not list the certificate that used it."
        cure "证书更新后要重新制章，或改用印章列出的证书签章。"
        "Have the seal made again after renewing a certificate, or seal with one that it lists.";
    SealExpired "seal_expired" FailsHere
        "印章已过有效期。" "The seal had expired."
        cure "请向制章机构换发印章后重新签章。" "Have the seal renewed, and seal again.";
    SealPictureMismatch "seal_picture_mismatch" FailsHere
        "页面上显示的印章与电子印章中的图样不同。" "The stamp on the page is not the picture in the seal."
        cure "外观请直接使用印章结构中的图片字节，不要缩放或重新压缩。"
        "Show the picture of the seal itself, neither scaled nor compressed anew.";
    PaddingNotEmpty "padding_not_empty" FailsHere
        "/Contents 中签名值之后不全是零。" "What follows the signature in /Contents is not all zeros."
        cure "签名值之后请用 0 填满。" "Fill the room behind the signature with zeros.";
    Sm2Only "sm2_only" FailsElsewhere
        "只有国密签名；国外阅读器不认识 SM2，会显示签名未知或无效。"
        "The only signature is SM2; readers abroad do not know it and show it as unknown or invalid."
        cure "面向境外使用时，请用双签形式：yinzheng seal --form both。"
        "For use abroad seal with both: yinzheng seal --form both.";
    TimeClaimed "time_claimed" FailsElsewhere
        "没有时间戳：签名时间只是自述，证书过期后将无法验证。"
        "Without a time stamp the time is only claimed, and the signature ends with its certificate."
        cure "签章时选择级别 t 或更高：--level t。" "Seal at level t or above: --level t.";
    MaterialMissing "material_missing" FailsElsewhere
        "文件没有附带吊销信息，验证方必须联网获取，日后可能取不到。"
        "The file carries no revocation data; others have to fetch it, and one day cannot."
        cure "需要长期保存时，选择级别 lt 或 lta。" "Seal at level lt or lta what has to last.";
    ChainMissing "chain_missing" FailsElsewhere
        "签名没有附带中间证书，其他软件可能建不成证书链。"
        "The signature carries no intermediate certificate; others may not find the chain."
        cure "请把中间证书写入签名消息。" "Carry the intermediate certificates in the message.";
    AttributesUnsorted "attributes_unsorted" FailsElsewhere
        "签名属性没有按 DER 排序；重新编码后再验证的软件会判为无效。"
        "The signed attributes are not in DER order; programs that encode them again find the signature invalid."
        cure "签名前请把 SET OF 按编码排序。" "Sort the SET OF by its encoding before signing.";
    NotPades "not_pades" FailsElsewhere
        "签名不符合 PAdES 基线，欧盟验证工具会降级或拒绝。"
        "The signature is not of the PAdES baseline; European validators rank it lower or refuse it."
        cure "请使用 /SubFilter ETSI.CAdES.detached，并带 signingCertificateV2 属性。"
        "Use /SubFilter ETSI.CAdES.detached with the attribute signingCertificateV2.";
    SealEditionOld "seal_edition_old" FailsElsewhere
        "印章是 2014 版结构，新系统可能不再接受。" "The seal is of the 2014 edition, which newer systems may refuse."
        cure "请按 GB/T 38540-2020（v4）重新制章。" "Have the seal made anew by GB/T 38540-2020 (v4).";
    SealEditionNew "seal_edition_new" FailsElsewhere
        "印章是 2025 版（v5）结构，旧阅读器只认识 v4。" "The seal is of the 2025 edition (v5); older readers know v4 only."
        cure "对方系统较旧时，请使用 v4 印章。" "Use a v4 seal where others are older.";
    HybridFile "hybrid_file" FailsElsewhere
        "文件同时有交叉引用表和流，旧软件会忽略其中一个。" "The file has a cross-reference table and a stream; older programs pass one over."
        cure "请用单一形式重新导出后再签章。" "Export it with one of them, then seal it.";
    OwnRoot "own_root" Note
        "这里信任的根证书，其他阅读器未必信任；它们只认自己的列表，可能提示身份未知。"
        "Readers believe their own lists, not the anchors configured here, and may say that the identity is unknown."
        cure "请把根证书交给接收方导入，或使用列入 AATL、EUTL 的 CA。"
        "Give the root to those who check, or use a CA on the list of their reader (AATL, EUTL).";
    LinearizedUpdate "linearized_update" Note
        "文件曾为网页快速浏览优化，签章后该优化失效，不影响验证。"
        "The file was linearized; an update after that ends the effect and harms no signature."
        cure "无需处理；签章后不要再做优化。" "Nothing to do; do not linearize after sealing.";
    RevocationNotChecked "revocation_not_checked" Note
        "没有配置吊销列表，未检查证书是否被吊销。" "No revocation data is configured, so revocation was not checked."
        cure "如需检查，请把 CRL 或 OCSP 应答放入信任文件夹。" "To have it checked, put CRLs or OCSP answers into the trust folder.";
    ActiveContent "active_content" Note
        "文件含脚本、动作或附件，部分系统会拒收。" "The file has scripts, actions or attachments; some systems refuse it."
        cure "请在签章前去掉这些内容，例如导出为 PDF/A。" "Remove them before sealing, for example by exporting PDF/A.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_name_of_its_own_and_whole_sentences() {
        let mut names: Vec<&str> = CAUSES.iter().map(|row| row.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CAUSES.len());
        for row in CAUSES {
            let [zh, en] = row.why;
            let [cure_zh, cure_en] = row.cure;
            assert!([zh, cure_zh].iter().all(|text| text.ends_with('。')), "{}", row.name);
            assert!([en, cure_en].iter().all(|text| text.ends_with('.')), "{}", row.name);
            assert!(!format!("{zh}{en}{cure_zh}{cure_en}").contains('|'), "{}", row.name);
        }
        assert_eq!(causes_markdown().lines().count(), CAUSES.len() + 2);
    }
}
