//! The words for what is in a file, in both languages.

use crate::language::Words;
use formats::cms::Covers;
use formats::pdf::{ChangeLevel, Coverage, DefectKind, SectionKind};
use formats::ses::Listing;

macro_rules! words {
    ($($name:ident $zh:literal $en:literal;)*) => {
        $(pub(super) const $name: Words = ($zh, $en);)*
    };
}

words! {
    ABSENT "无" "absent";
    ALGORITHM "签名算法" "algorithm";
    BAD "验证不通过" "does not verify";
    BYTES "字节" "bytes";
    BYTE_RANGE "字节范围" "byte range";
    CERTIFICATE "证书" "Certificate";
    CERTIFICATES "随附证书" "certificates carried";
    CERTIFICATE_VALID "证书有效期" "certificate valid";
    CLAIMED_TIME "声明时间" "claimed time";
    CONTENT "内容类型" "content";
    CONTENTS "签名内容" "Contents of signature";
    COVERS "覆盖范围" "covers";
    CROSS_REFERENCES "交叉引用" "cross-references";
    DEFECT "结构缺陷" "Defect";
    DIGEST "摘要算法" "digest";
    DIGEST_OF_ORIGINAL "原文摘要" "digest of the original";
    DOCUMENT "文档" "Document";
    FILTER "过滤器" "filter";
    FREED "已释放对象" "objects freed";
    ISSUED_BY "颁发者" "issued by";
    LATER_CHANGES "此后的改动" "later changes";
    LISTED "签章人与印章" "signer and seal";
    LISTED_SIGNERS "授权签章人" "signers it names";
    MADE "制章时间" "made";
    MAKER "制章人" "seal maker";
    NAME "名称" "name";
    NOT_READABLE "无法读取" "not readable";
    NO_CERTIFICATE "没有可读的证书" "no readable certificate";
    OBJECTS "对象" "objects";
    PICTURE "图样" "picture";
    PICTURE_BYTES "图样字节" "picture bytes";
    PRESENT "有" "present";
    PROTECTS "保护范围" "protects";
    REASON "理由" "reason";
    REVISION "修订" "Revision";
    SEAL "印章" "Seal";
    SEAL_CODE "印章编码" "seal code";
    SEAL_INSIDE "签章所用的印章" "Seal of this signature";
    SEAL_KIND "印章类型" "kind of seal";
    SEAL_SIGNATURE "电子签章" "Seal signature";
    SERIAL "序列号" "serial number";
    SIGNATURE "签名" "Signature";
    SIGNATURE_VALUE "签名值" "signature value";
    SIGNED_MESSAGE "签名消息" "Signed message";
    SIGNER "签章人" "signer";
    SIGNER_NAME "署名" "name given";
    SIGNS "签名对象" "signs";
    STANDARD "标准" "standard";
    SUB_FILTER "子过滤器" "sub-filter";
    SUITE "算法套件" "suite";
    TIME_BY_TOKEN "由时间戳给出" "by a time stamp";
    TIME_STAMP "时间戳" "time stamp";
    TIME_STAMPS "时间戳" "time stamps";
    UNDECIDABLE "无法判断" "cannot be decided";
    UNREADABLE "无法读取" "not readable";
    VALID "有效期" "valid";
    VENDOR "制作系统" "maker's system";
    VERIFIED "验证通过" "verifies";
    VERSION "版本" "version";
    WHAT "问题" "what";
    WHY "原因" "why";
    WIDGETS "显示位置" "places shown";
}

pub(super) const fn section_kind(kind: SectionKind) -> Words {
    match kind {
        SectionKind::Table => ("表", "table"),
        SectionKind::Stream => ("流", "stream"),
        SectionKind::Hybrid => ("表与流", "table and stream"),
    }
}

pub(super) const fn defect(kind: &DefectKind) -> Words {
    match kind {
        DefectKind::EntryAstray => {
            ("交叉引用指向别处", "a cross-reference entry points at something else")
        }
        DefectKind::OutsideRevision => {
            ("对象不在所属修订之内", "an object outside the bytes of its revision")
        }
        DefectKind::Unreadable => ("对象无法读取", "an object that cannot be read"),
        DefectKind::Unaccounted => ("有来历不明的字节", "bytes that nothing explains"),
        DefectKind::NotInLines => (
            "交叉引用表书写不规范，不同软件可能读出不同内容",
            "a cross-reference table that readers may read differently",
        ),
        DefectKind::Trailing => ("文档结尾之后还有字节", "bytes after the end of the document"),
    }
}

pub(super) const fn coverage(coverage: Coverage) -> Words {
    match coverage {
        Coverage::WholeFile => ("整个文件", "the whole file"),
        Coverage::WholeRevision => {
            ("签名时的整个文件，此后另有修订", "the whole file as signed; later revisions follow")
        }
    }
}

pub(super) const fn level(level: ChangeLevel) -> Words {
    match level {
        ChangeLevel::None => ("无", "none"),
        ChangeLevel::LtaUpdates => ("仅增加验证材料", "validation material only"),
        ChangeLevel::FormFilling => ("填写表单或增加签名", "form filled in or signature added"),
        ChangeLevel::Annotations => ("批注", "annotations"),
        ChangeLevel::Other => ("不允许的改动", "changes that are never allowed"),
    }
}

pub(super) const fn listing(listing: &Listing) -> Words {
    match listing {
        Listing::Certificate => ("印章列有此证书", "the seal lists the certificate"),
        Listing::Digest => ("印章列有此证书的摘要", "the seal lists a digest of the certificate"),
        Listing::Absent => ("印章未列此证书", "the seal does not list the certificate"),
        Listing::Undecidable { .. } => ("摘要算法不明", "listed by a digest that is not known"),
    }
}

pub(super) const fn covers(covers: Covers) -> Words {
    match covers {
        Covers::Attributes => ("签名属性", "the signed attributes"),
        Covers::Content => ("随附内容", "the content carried"),
        Covers::Original => ("原文", "the original"),
    }
}
