//! What was seen, in both languages.

use super::finding::{Said, said};
use formats::algorithm::Digest;
use formats::container::Kind;
use formats::diagnosis::{DigestHabit, Over, Region, Spelling, Wrapping};
use formats::pdf::{ChangeKind, DefectKind, SignatureFault};
use formats::sm::Habit;
use formats::text;

/// What was signed in place of the right bytes.
pub(super) fn over(over: Over) -> Said {
    match over {
        Over::Right => said("应签的内容", "what has to be signed"),
        Over::TaggedAttributes => said(
            "签的是带 [0] 标签（A0）的签名属性；应把首字节换成 SET（31）",
            "the signed attributes with their own tag [0] (A0); it has to be SET (31)",
        ),
        Over::SortedAttributes => said(
            "签的是排序后的签名属性；文件中存放的却未排序",
            "the signed attributes in sorted order, while they are stored unsorted",
        ),
        Over::WithoutHeader => said(
            "签的内容缺少最外层的标签和长度",
            "what has to be signed, without its tag and length",
        ),
        Over::Original => said(
            "签的是原文；应签的是包含原文摘要的结构",
            "the document itself; what has to be signed is the structure that holds its digest",
        ),
        Over::StoredDigest => said(
            "签的是原文摘要；应签的是包含该摘要的整个结构",
            "the digest of the document; what has to be signed is the whole structure that holds it",
        ),
        Over::Seal => said("签的只是印章；应签 TBS_Sign", "the seal alone; it has to be TBS_Sign"),
        Over::WithCertificate => said(
            "签的是 TBS_Sign 连同证书和算法标识；应只签 TBS_Sign",
            "TBS_Sign with certificate and algorithm; it has to be TBS_Sign alone",
        ),
        Over::OtherEdition => said(
            "签的范围属于另一版印章标准（v1 含证书和算法标识，v4、v5 只含印章信息）",
            "what another edition signs (v1: with certificate and algorithm; v4 and v5: the information alone)",
        ),
        Over::Picture => said("签的只是印章图片", "the picture of the seal alone"),
        Over::Rewritten => said(
            "签的是另一种编码的 TBS_Sign（时间、摘要类型或扩展项与存放的不同）",
            "TBS_Sign in another encoding (time, kind of string or extensions differ from what is stored)",
        ),
    }
}

/// How SM2 was used.
pub(super) fn habit(habit: &Habit) -> Said {
    match habit {
        Habit::Id(id) if id.is_empty() => said(
            "以空的用户标识计算 Z 时吻合",
            "it fits when Z is computed with an empty identifier",
        ),
        Habit::Id(id) => {
            let shown = std::str::from_utf8(id)
                .ok()
                .filter(|text| !text.chars().any(char::is_control))
                .map_or_else(|| text::hex(id), |text| format!("\"{}\"", text::printable(text)));
            said(
                format!("以用户标识 {shown} 计算 Z 时吻合"),
                format!("it fits when Z is computed with the identifier {shown}"),
            )
        }
        Habit::WithoutZ => said("按 e = SM3(M) 吻合", "it fits e = SM3(M)"),
        Habit::Itself => said("把摘要本身当作 e 时吻合", "it fits with the digest itself as e"),
        Habit::OverDigest => said("按 e = SM3(Z‖SM3(M)) 吻合", "it fits e = SM3(Z‖SM3(M))"),
        Habit::Twice => said("按对摘要再做一次 SM3 吻合", "it fits the digest of the digest"),
        Habit::OverHex => {
            said("按摘要的十六进制文本吻合", "it fits the hexadecimal text of the digest")
        }
        Habit::Sha256 => said("按 SHA-256 摘要吻合", "it fits a SHA-256 digest"),
        Habit::Reversed => {
            said("把摘要字节颠倒后吻合", "it fits the digest with its bytes reversed")
        }
    }
}

/// How a signature value is written.
pub(super) fn spelling(spelling: Spelling) -> Said {
    match spelling {
        Spelling::Standard => said("标准编码", "the standard form"),
        Spelling::Raw => said("按裸的 r‖s 读取时吻合", "it fits when read as bare r‖s"),
        Spelling::RawPadded => {
            said("去掉多余的字节后，按 r‖s 吻合", "it fits as r‖s without the bytes too many")
        }
        Spelling::LooseDer => said(
            "按非负整数读取 r、s 时吻合；编码有多余的零、缺零或长度不是最短",
            "it fits when r and s are read as positive; zeros are missing or spare, or lengths not the shortest",
        ),
        Spelling::Wrapped => said("剥去外层字符串后吻合", "it fits inside another string"),
        Spelling::Hex => {
            said("按十六进制文本解码后吻合", "it fits when decoded from hexadecimal text")
        }
        Spelling::Base64 => said("按 base64 解码后吻合", "it fits when decoded from base64"),
        Spelling::Reversed => said("全部字节颠倒后吻合", "it fits with all bytes reversed"),
        Spelling::HalvesReversed => said(
            "r、s 各自颠倒后吻合（小端）",
            "it fits with r and s each reversed (little-endian)",
        ),
        Spelling::Swapped => said("交换 r 与 s 后吻合", "it fits with r and s exchanged"),
        Spelling::Length => {
            said("补足或去掉前面的零后吻合", "it fits once leading zeros are added or taken away")
        }
    }
}

/// What was digested in place of the right region.
pub(super) fn region(region: Region) -> Said {
    match region {
        Region::Declared => said("/ByteRange 所述的范围", "what /ByteRange says"),
        Region::AroundContents => said(
            "摘要与“整个修订除去 /Contents 的值”吻合，与 /ByteRange 不符",
            "it is the digest of the whole revision but the value of /Contents, which /ByteRange does not say",
        ),
        Region::WithBrackets => said(
            "摘要把 /Contents 的两个尖括号也算了进去",
            "both angle brackets of /Contents were digested along",
        ),
        Region::WithOneBracket => said(
            "摘要把 /Contents 的一个尖括号算了进去",
            "one angle bracket of /Contents was digested along",
        ),
        Region::WithoutLastLineEnd => {
            said("摘要不含末尾的换行符", "the line end at the very end was left out")
        }
        Region::WithLastLineEnd => {
            said("摘要多含了末尾的换行符", "a line end at the very end was digested along")
        }
        Region::BeforeSigning => said(
            "摘要取自加入签名之前的文件",
            "it is the digest of the file as it was before the signature was added",
        ),
        Region::ZeroedContents => {
            said("摘要把 /Contents 当作全零算了进去", "/Contents was digested along, as zeros")
        }
        Region::EmptiedContents => said(
            "摘要把 /Contents 当作空串算了进去",
            "/Contents was digested along, as an empty string",
        ),
        Region::LineFeeds => said(
            "把 CRLF 换回 LF 后摘要吻合：传输时换行符被转换",
            "it fits with CRLF turned back into LF: line ends were converted on the way",
        ),
        Region::CarriageReturns => said(
            "把 LF 换回 CRLF 后摘要吻合：传输时换行符被转换",
            "it fits with LF turned back into CRLF: line ends were converted on the way",
        ),
    }
}

/// How a digest was computed.
pub(super) fn digest(habit: DigestHabit) -> Said {
    match habit {
        DigestHabit::Right => said("按写明的算法吻合", "it fits the algorithm named"),
        DigestHabit::Algorithm(digest) => named(digest.name()),
        DigestHabit::Sha1 => named("SHA-1"),
        DigestHabit::Twice => said("是摘要的摘要", "it is the digest of the digest"),
        DigestHabit::OfHex => {
            said("是摘要十六进制文本的摘要", "it is the digest of the digest's hexadecimal text")
        }
        DigestHabit::AsHex => said("写成了十六进制文本", "it is written as hexadecimal text"),
        DigestHabit::Reversed => said("字节顺序颠倒", "its bytes stand in reverse order"),
        DigestHabit::WithZ => said(
            "是 SM3(Z‖原文)；Z 只用于签名，不用于原文摘要",
            "it is SM3(Z‖document); Z belongs into signing, not into this digest",
        ),
    }
}

fn named(algorithm: &str) -> Said {
    said(
        format!("与 {algorithm} 摘要吻合，与写明的算法不同"),
        format!("it is a digest by {algorithm}, which is not the algorithm named"),
    )
}

/// The algorithms of a digest that nothing explains.
pub(super) fn different(digest: Digest) -> Said {
    let name = digest.name();
    said(
        format!("{name} 摘要与任何可能的范围都不符"),
        format!("the {name} digest is that of no region tried"),
    )
}

/// A byte range that means nothing.
pub(super) fn fault(fault: &SignatureFault, stated: Option<[usize; 4]>) -> Said {
    let [zh, en] = match fault {
        SignatureFault::NotToEnd { covered_to, revision_end } => said(
            format!("覆盖到第 {covered_to} 字节，签章时的文件长 {revision_end} 字节"),
            format!(
                "it covers up to byte {covered_to}, the file was {revision_end} bytes when signed"
            ),
        ),
        SignatureFault::NotFromStart => said("第一个数不是 0", "the first number is not 0"),
        SignatureFault::GapStart => {
            said("空隙不从 /Contents 的 < 开始", "the gap does not begin at the < of /Contents")
        }
        SignatureFault::GapEnd => {
            said("空隙不止于 /Contents 的 > 之后", "the gap does not end behind the > of /Contents")
        }
        SignatureFault::BeyondFile => said("范围超出文件", "it reaches beyond the file"),
        SignatureFault::ByteRange => {
            said("/ByteRange 不是四个直接整数", "/ByteRange is not four direct integers")
        }
        SignatureFault::Contents => {
            said("/Contents 不是一个十六进制串", "/Contents is not one hexadecimal string")
        }
        SignatureFault::NoObject => {
            said("签名域的值不是可读的对象", "the value of the field is no readable object")
        }
        SignatureFault::InObjectStream => {
            said("签名字典放在对象流中", "the signature dictionary is in an object stream")
        }
        SignatureFault::SharedObject => {
            said("多个签名域共用一个签名", "several fields share one signature")
        }
        SignatureFault::NotADictionary => {
            said("签名域的值不是签名字典", "the value of the field is no signature dictionary")
        }
    };
    match stated {
        Some([a, b, c, d]) => {
            said(format!("[{a} {b} {c} {d}]：{zh}"), format!("[{a} {b} {c} {d}]: {en}"))
        }
        None => [zh, en],
    }
}

/// What a file is that was taken for a signed one.
pub(super) fn wrapping(wrapping: Wrapping) -> Said {
    match wrapping {
        Wrapping::Empty => said("没有内容", "no content"),
        Wrapping::WebPage => {
            said("网页（HTML），多为登录页或错误页", "a web page (HTML), often a login or an error")
        }
        Wrapping::Json => said(
            "JSON，多为接口的错误信息或包装",
            "JSON, often an error or an envelope of an interface",
        ),
        Wrapping::Xml => said("XML", "XML"),
        Wrapping::Multipart => said(
            "表单上传的整个报文体（含分隔线和头）",
            "the body of a form upload with its boundary and headers",
        ),
        Wrapping::Base64(kind) => encoded("base64", kind),
        Wrapping::Hex(kind) => encoded("hex", kind),
        Wrapping::Gzip => said("gzip 压缩数据", "gzip data"),
        Wrapping::Zip => said("ZIP 压缩包或 Office 文档", "a ZIP archive or an Office document"),
        Wrapping::Image => said("图片", "a picture"),
        Wrapping::PrivateKey => said("私钥", "a private key"),
        Wrapping::PublicKey => said("公钥", "a public key"),
        Wrapping::CertificateRequest => {
            said("证书请求（CSR）", "a request for a certificate (CSR)")
        }
        Wrapping::RevocationList => said("证书吊销列表（CRL）", "a revocation list (CRL)"),
        Wrapping::KeyStore => said("密钥库（PKCS#12）", "a key store (PKCS#12)"),
    }
}

fn encoded(how: &str, kind: Kind) -> Said {
    said(format!("{how} 文本，解码后为 {kind}"), format!("{how} text of a file of kind {kind}"))
}

/// What a later revision changed.
pub(super) fn change(kind: &ChangeKind) -> Said {
    let zh = match kind {
        ChangeKind::SecurityStore => "增加了验证材料",
        ChangeKind::Metadata => "更新了元数据",
        ChangeKind::Information => "更新了文档信息",
        ChangeKind::Extensions => "提高了版本或扩展",
        ChangeKind::Signature => "增加了签名",
        ChangeKind::FieldFilled => "填写了表单项",
        ChangeKind::Annotation => "增加或修改了批注",
        ChangeKind::AnnotationRemoved => "删除或重排了批注",
        ChangeKind::ObjectChanged => "替换了对象",
        ChangeKind::ObjectFreed => "删除了在用的对象",
        ChangeKind::Unexplained => "写入了来历不明的对象",
        ChangeKind::Orphan => "写入了无处引用的对象",
        ChangeKind::SharedAppearance => "外观被别处共用",
        ChangeKind::ContainerReplaced => "替换了对象流",
        ChangeKind::Trailer => "修改了文件尾",
        ChangeKind::Catalog => "修改了目录",
        ChangeKind::Page => "修改了页面",
        ChangeKind::Form => "修改了表单",
        ChangeKind::FieldSet => "增加或删除了表单项",
        ChangeKind::FieldChanged => "修改了表单项",
        ChangeKind::FieldLocked => "修改了已锁定的表单项",
        ChangeKind::SignedFieldChanged => "修改了已签名的签名域",
        ChangeKind::Repointed => "改为引用旧对象",
        ChangeKind::SignatureWithoutCoverage => "新增的签名没有覆盖全文",
        ChangeKind::SecurityStoreMalformed => "验证材料被删除或格式不对",
        ChangeKind::MetadataMalformed => "元数据格式不对",
        ChangeKind::Defect(defect) => return [defect_zh(*defect).to_owned(), kind.to_string()],
        ChangeKind::Unreadable(_) => "有内容无法读取",
    };
    said(zh, kind.to_string())
}

const fn defect_zh(kind: DefectKind) -> &'static str {
    match kind {
        DefectKind::EntryAstray => "交叉引用指向别处",
        DefectKind::OutsideRevision => "对象不在所属修订之内",
        DefectKind::Unreadable => "有对象无法读取",
        DefectKind::Unaccounted => "有来历不明的字节",
        DefectKind::NotInLines => "交叉引用表书写不规范",
        DefectKind::Trailing => "文档结尾之后还有字节",
    }
}
