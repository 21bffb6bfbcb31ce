//! The file as a whole: how it came, whether it can be read, whether it is signed at all.

use super::Patient;
use super::cause::Cause;
use super::finding::{Finding, said, same};
use super::words;
use crate::chain;
use formats::container::Kind;
use formats::diagnosis::{Arrival, Wrapping, arrival};
use formats::examine::FileError;
use formats::pdf::{DefectKind, Limits, PdfError, shape};

pub(super) fn findings(patient: &Patient<'_>) -> Vec<Finding> {
    let how = arrival(patient.bytes, &Limits::default());
    let mut found: Vec<Finding> = how.iter().map(|one| came(patient, one)).collect();
    match &patient.facts.signatures {
        Err(FileError::Pdf(PdfError::Encrypted)) => {
            found.push(Finding::new(Cause::Encrypted, same("/Encrypt")));
        }
        Err(FileError::Pdf(error)) if found.is_empty() && !exhausted(error) => {
            found.push(Finding::new(Cause::UnreadableStructure, same(chain(error))));
        }
        Ok(signatures) if signatures.is_empty() && patient.facts.kind == Kind::Pdf => {
            found.push(unsigned(patient));
        }
        _ => {}
    }
    // Half of a later revision is no appendix.
    let cut = how.iter().any(|one| matches!(one, Arrival::Truncated(_)));
    found.extend(appended(patient).filter(|_| !cut));
    found
}

fn exhausted(error: &PdfError) -> bool {
    matches!(error, PdfError::Exhausted(_))
}

fn came(patient: &Patient<'_>, how: &Arrival) -> Finding {
    let len = patient.bytes.len();
    match how {
        Arrival::Wrapped(what) => {
            let cause = match what {
                Wrapping::Empty => Cause::EmptyFile,
                Wrapping::Base64(_) | Wrapping::Hex(_) | Wrapping::Gzip | Wrapping::Multipart => {
                    Cause::Wrapped
                }
                Wrapping::PrivateKey | Wrapping::KeyStore => Cause::PrivateKeyFile,
                Wrapping::PublicKey | Wrapping::CertificateRequest | Wrapping::RevocationList => {
                    Cause::NoCertificateFile
                }
                _ => Cause::NotTheFile,
            };
            Finding::new(cause, words::wrapping(*what))
        }
        Arrival::BeforeHeader(count) => Finding::new(
            Cause::BytesBeforeHeader,
            said(format!("{count} 字节"), format!("{count} bytes")),
        )
        .at(Some(0..*count)),
        Arrival::DecodedAsText(count) => Finding::new(
            Cause::DecodedAsText,
            said(
                format!("{count} 处替换字符（EF BF BD）"),
                format!("{count} replacement characters (EF BF BD)"),
            ),
        ),
        Arrival::LineFeedsTurned => Finding::new(
            Cause::LineEndsChanged,
            said(
                "LF 都变成了 CRLF；换回后即可读取",
                "every LF became CRLF; turned back it can be read",
            ),
        ),
        Arrival::CarriageReturnsDropped => Finding::new(
            Cause::LineEndsChanged,
            said(
                "CRLF 都变成了 LF；换回后即可读取",
                "every CRLF became LF; turned back it can be read",
            ),
        ),
        Arrival::Truncated(Some(missing)) => Finding::new(
            Cause::Truncated,
            said(
                format!("现有 {len} 字节，按文件自述还缺 {missing} 字节"),
                format!(
                    "{len} bytes are here, {missing} are missing by what the file says of itself"
                ),
            ),
        ),
        Arrival::Truncated(None) => Finding::new(
            Cause::Truncated,
            said(
                format!("现有 {len} 字节，末尾没有 %%EOF"),
                format!("{len} bytes are here, with no %%EOF at the end"),
            ),
        ),
    }
}

fn unsigned(patient: &Patient<'_>) -> Finding {
    let found = shape(patient.bytes, &Limits::default()).unwrap_or_default();
    if let [first, ..] = &found.empty_fields[..] {
        let names = found.empty_fields.len();
        let first = formats::text::printable(first);
        let seen =
            said(format!("{names} 个空签名域：{first}"), format!("{names} empty fields: {first}"));
        return Finding::new(Cause::FieldEmpty, seen);
    }
    match found.pictures {
        0 => Finding::new(Cause::Unsigned, said("没有签名域", "there is no signature field")),
        count => Finding::new(
            Cause::PictureOnly,
            said(
                format!("页面上有 {count} 个图片或图章"),
                format!("the pages show {count} pictures or stamps"),
            ),
        ),
    }
}

/// Bytes behind the end of a document that is signed.
fn appended(patient: &Patient<'_>) -> Option<Finding> {
    let document = patient.facts.document.as_ref()?;
    let signed = patient.facts.signatures.as_ref().is_ok_and(|found| !found.is_empty());
    let defect = document.defects.iter().find(|one| one.kind == DefectKind::Trailing)?;
    let (count, end) = (defect.span.len(), defect.span.start);
    let bytes = patient.bytes.get(defect.span.clone()).unwrap_or_default();
    let blank = bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0);
    let (zh, en) = if blank { ("空白", "blank ") } else { ("", "") };
    let seen = said(
        format!("文档在第 {end} 字节结束，其后有 {count} 个{zh}字节"),
        format!("the document ends at byte {end}, {count} {en}bytes follow"),
    );
    signed.then(|| Finding::new(Cause::BytesAppended, seen).at(Some(defect.span.clone())))
}
