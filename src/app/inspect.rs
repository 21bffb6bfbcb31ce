//! A file in words, for people who look into it: revisions, signatures, seals, certificates.

use crate::view::time::instant;
use formats::container::{Kind, payload, recognise};
use formats::pdf::{self, Limits, SignatureFacts};
use formats::x509::Certificate;
use formats::{cms, ses, text, tree};
use serde::Serialize;
use std::fmt::{Display, Write as _};

/// What is in a file.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// `pdf`, `seal`, …
    pub kind: String,
    /// Size in bytes.
    pub bytes: usize,
    /// Titled parts in the order of the file.
    pub sections: Vec<Section>,
}

/// One titled part.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// Title, such as `signature 1: Seal1`.
    pub title: String,
    /// Names and values.
    pub items: Vec<(String, String)>,
    /// The DER tree, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree: Option<String>,
}

impl Section {
    fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), items: Vec::new(), tree: None }
    }

    fn with(mut self, name: &str, value: impl Display) -> Self {
        self.items.push((name.to_owned(), value.to_string()));
        self
    }

    fn maybe(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

impl Inspection {
    /// As text: one part after the other, values aligned.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = format!("{}, {} bytes\n", self.kind, self.bytes);
        for section in &self.sections {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "\n{}", section.title);
            let width = section.items.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
            for (name, value) in &section.items {
                let _ = writeln!(out, "  {name:width$}  {value}");
            }
            for line in section.tree.iter().flat_map(|tree| tree.lines()) {
                let _ = writeln!(out, "    {line}");
            }
        }
        out
    }
}

/// Looks into the bytes of any file; what cannot be read is said so.
#[must_use]
pub fn describe(bytes: &[u8]) -> Inspection {
    let kind = recognise(bytes);
    let sections = match kind {
        Kind::Pdf => document(bytes),
        Kind::Seal => vec![seal("seal", bytes)],
        Kind::SealSignature => seal_signature("seal signature", bytes, &[]),
        Kind::Cms => vec![signed_message("signed message", bytes, None)],
        Kind::Certificate => vec![certificate_section(bytes)],
        _ => Vec::new(),
    };
    Inspection { kind: kind.name().to_owned(), bytes: bytes.len(), sections }
}

fn document(bytes: &[u8]) -> Vec<Section> {
    let limits = Limits::default();
    let facts = match pdf::examine(bytes, &limits) {
        Ok(facts) => facts,
        Err(cause) => return vec![Section::new("document").with("not readable", chain(&cause))],
    };
    let mut sections = Vec::new();
    for (place, revision) in facts.revisions.iter().enumerate() {
        sections.push(
            Section::new(format!("revision {}", place + 1))
                .with("bytes", format!("{}..{}", revision.span.start, revision.span.end))
                .with("cross-references", format!("{:?}", revision.kind))
                .with("objects", revision.objects.len())
                .with("freed", revision.freed.len()),
        );
    }
    for defect in &facts.defects {
        sections.push(
            Section::new("defect")
                .with("what", format!("{:?}", defect.kind))
                .with("revision", defect.revision + 1)
                .with("bytes", format!("{}..{}", defect.span.start, defect.span.end)),
        );
    }
    for (place, signature) in facts.signatures.iter().enumerate() {
        sections.extend(signature_sections(place + 1, signature, bytes));
    }
    sections
}

fn signature_sections(number: usize, facts: &SignatureFacts, bytes: &[u8]) -> Vec<Section> {
    let signed = &facts.signed;
    let coverage = match &signed.coverage {
        Ok(coverage) => format!("{coverage:?}"),
        Err(fault) => fault.to_string(),
    };
    let head = Section::new(format!("signature {number}: {}", signed.field_name))
        .maybe("filter", signed.filter.as_ref())
        .maybe("sub-filter", signed.sub_filter.as_ref())
        .maybe("claimed time", signed.claimed_time.as_ref())
        .maybe("signer name", signed.signer_name.as_ref())
        .maybe("reason", signed.reason.as_ref())
        .maybe("revision", signed.revision.map(|revision| revision + 1))
        .maybe("byte range", signed.byte_range.map(|range| format!("{range:?}")))
        .with("coverage", coverage)
        .with("later changes", format!("{:?}", facts.later.level))
        .with("widgets", facts.shown.len());
    let mut sections = vec![head];
    let der = signed.der();
    let message = signed.message(bytes);
    let original: &[&[u8]] = message.as_ref().map_or(&[], |parts| parts.as_slice());
    let title = format!("signature {number}: contents");
    sections.extend(match payload(signed.der()).map(|payload| payload.kind) {
        Some(Kind::SealSignature) => seal_signature(&title, der, original),
        Some(Kind::Cms) => vec![signed_message(&title, der, Some(original))],
        _ => vec![with_tree(Section::new(title), der)],
    });
    sections
}

fn seal_signature(title: &str, der: &[u8], original: &[&[u8]]) -> Vec<Section> {
    let facts = match ses::examine(der, Some(original)) {
        Ok(facts) => facts,
        Err(cause) => return vec![with_tree(unreadable(title, &cause), der)],
    };
    let head = Section::new(title)
        .with("standard", facts.edition.standard())
        .with("version", facts.version)
        .with("time", format!("{:?}", facts.time))
        .with("protects", &facts.property_info)
        .with("digest of the original", text::hex(&facts.data_hash))
        .with("algorithm", &facts.algorithm)
        .with("signature", format!("{:?}", facts.signature))
        .with("signer in seal", format!("{:?}", facts.listing))
        .with("time stamp", if facts.time_stamp.is_some() { "present" } else { "absent" });
    let head = with_tree(certificate_items(head, "signer", facts.signer.as_ref().ok()), der);
    vec![head, seal(&format!("{title}, its seal"), &facts.seal.bytes)]
}

fn seal(title: &str, der: &[u8]) -> Section {
    let facts = match ses::examine_seal(der) {
        Ok(facts) => facts,
        Err(cause) => return with_tree(unreadable(title, &cause), der),
    };
    let picture = &facts.picture;
    let section = Section::new(title)
        .with("standard", facts.edition.standard())
        .with("maker's system", &facts.vendor)
        .with("seal code", &facts.id)
        .with("kind", facts.kind)
        .with("name", &facts.name)
        .with("made", instant(facts.created))
        .with("valid", format!("{} – {}", instant(facts.valid_from), instant(facts.valid_to)))
        .with(
            "picture",
            format!(
                "{}, {} bytes, {} × {} mm",
                picture.kind,
                picture.bytes.len(),
                picture.width_mm,
                picture.height_mm
            ),
        )
        .with("listed signers", facts.listed.len())
        .with("maker's signature", format!("{:?}", facts.signature));
    certificate_items(section, "maker", facts.maker.as_ref().ok())
}

fn signed_message(title: &str, der: &[u8], original: Option<&[&[u8]]>) -> Section {
    match cms::examine(der, original) {
        Ok(facts) => {
            let section = Section::new(title)
                .with("family", format!("{:?}", facts.family))
                .with("content", &facts.content_type)
                .with("digest", &facts.digest_algorithm)
                .with("algorithm", &facts.signature_algorithm)
                .with("signature", format!("{:?}", facts.signature))
                .with("covers", format!("{:?}", facts.covers))
                .with("certificates", facts.certificates.len())
                .with("time stamps", facts.time_stamps.len());
            with_tree(certificate_items(section, "signer", facts.signer.as_ref().ok()), der)
        }
        Err(cause) => with_tree(unreadable(title, &cause), der),
    }
}

fn certificate_section(bytes: &[u8]) -> Section {
    let read = match std::str::from_utf8(bytes) {
        Ok(pem) if pem.contains("-----BEGIN") => {
            Certificate::from_pem(pem).map_err(|cause| chain(&cause))
        }
        _ => Certificate::parse(bytes).map_err(|cause| chain(&cause)),
    };
    match read {
        Ok(certificate) => with_tree(
            certificate_items(Section::new("certificate"), "certificate", Some(&certificate)),
            certificate.der(),
        ),
        Err(cause) => Section::new("certificate").with("not readable", cause),
    }
}

fn certificate_items(section: Section, who: &str, certificate: Option<&Certificate>) -> Section {
    let Some(certificate) = certificate else {
        return section.with(who, "no readable certificate");
    };
    section
        .with(who, certificate.subject())
        .with("issued by", certificate.issuer())
        .with("serial number", certificate.serial_hex())
        .with(
            "certificate valid",
            format!("{} – {}", instant(certificate.not_before()), instant(certificate.not_after())),
        )
}

fn unreadable(title: &str, cause: &dyn std::error::Error) -> Section {
    Section::new(title).with("not readable", chain(cause))
}

fn with_tree(mut section: Section, der: &[u8]) -> Section {
    section.tree = Some(tree::print(der));
    section
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let _ = write!(text, ": {inner}");
        cause = inner.source();
    }
    text
}
