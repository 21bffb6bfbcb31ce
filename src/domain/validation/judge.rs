//! From facts to the report.

use super::case::{Case, Document};
use super::checks::{CHECKS, Check, Code, Moment, file, step};
use super::policy::{Logged, Policy, TrustSource};
use super::proof::{Looked, Stamp, judged as judged_stamp};
use super::report::{
    CertificateReport, CheckReport, Finding, Form, Outcome, Report, SealReport, SignatureReport,
};
use super::trust::{Basis, Unknown};
use crate::marked_copy::{BadMark, Mark};
use crate::time::day_text;
use formats::algorithm::{Digest, Suite};
use formats::examine::{DocumentFacts, FileError, FileFacts, Payload, SignatureFacts};
use formats::pdf::{Coverage, Defect, DefectKind, PdfError};
use formats::proof::SignatureFact;
use formats::ses::SealFacts;
use formats::text;
use formats::tsp::TimeStampFacts;
use formats::x509::Certificate;
use formats::x509::path::Budget;
use time::OffsetDateTime;

/// The work for all paths of one file: each signature needs four paths of about three links, and a
/// file of people has a handful of signatures.
pub(super) const BUDGET: Budget =
    Budget { candidates: 10_000, signatures: 600, name_comparisons: 250_000 };

/// Judges a file under a policy at a moment.
///
/// All signatures must hold, and a broken one hides no other; the last one, with what may lawfully
/// follow it, must reach the end of the file.
#[must_use]
pub fn judge(facts: &FileFacts, policy: &Policy, at: OffsetDateTime) -> Report {
    let found = facts.signatures.as_deref().unwrap_or_default();
    let mut budget = BUDGET;
    let kept = facts.document.as_ref().map_or(&[][..], |document| &document.kept);
    let unknown = Unknown::default();
    let basis = Basis { policy, unknown: &unknown, materials: &[] };
    let document = Document::of(facts.kind, found, kept, basis, at, &mut budget);
    let mut judged = |one| signature_report(&Case::new(one, &document, basis, at, &mut budget));
    let signatures: Vec<SignatureReport> = found.iter().map(&mut judged).collect();
    let mut checks = file_checks(facts);
    checks.push(CheckReport::new(&file::TRUST, current(&policy.source, at)));
    checks.extend(logged(&policy.logged));
    let copy = facts.document.as_ref().and_then(|document| Mark::read(&document.information));
    checks.extend(copy.as_ref().map(|copy| CheckReport::new(&file::COPY, usable(copy, at))));
    let outcome = signatures.iter().fold(Outcome::of(&checks), |sum, one| sum.and(one.outcome));
    Report {
        outcome,
        at,
        kind: facts.kind,
        bytes: facts.len,
        sha256: text::hex(&facts.sha256),
        sm3: text::hex(&facts.sm3),
        checks,
        signatures,
        copy: copy.and_then(Result::ok),
        trust: policy.source.clone(),
        revocation_unknown: unknown.into_links(),
    }
}

/// Why a time stamp proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StampDoubt {
    /// It is wrong by itself.
    Wrong(String),
    /// Nothing is wrong with it, but who made it is not known or not believed.
    Open(String),
}

/// Judges a time stamp that stands by itself, by what is known at `at`: when what it stamps was there.
///
/// # Errors
/// Why it proves nothing.
pub fn judge_stamp(
    facts: &TimeStampFacts,
    policy: &Policy,
    at: OffsetDateTime,
) -> Result<OffsetDateTime, StampDoubt> {
    let (mut budget, unknown) = (BUDGET, Unknown::default());
    let basis = Basis { policy, unknown: &unknown, materials: &[] };
    match judged_stamp(facts, basis, Looked { best: at, at }, &mut budget) {
        Stamp::Holds(time) => Ok(time),
        Stamp::Wrong(reason) => Err(StampDoubt::Wrong(reason)),
        Stamp::Open(reason) => Err(StampDoubt::Open(reason)),
    }
}

/// What a log proves, when somebody showed it. A proof that proves nothing is left aside: the file is
/// judged as if it were not there.
fn logged(logged: &Logged) -> Option<CheckReport> {
    let finding = match logged {
        Logged::NotShown => return None,
        Logged::Since(at) => Finding::pass().detail(text::moment_utc(*at)),
        Logged::Unproved(reason) => Finding::skipped(Code::LogProofInvalid).detail(reason),
    };
    Some(CheckReport::new(&file::LOG, finding))
}

/// A copy is for one purpose, until one day; whoever reads it is told that it is no license.
fn usable(copy: &Result<Mark, BadMark>, at: OffsetDateTime) -> Finding {
    match copy {
        Err(cause) => Finding::unknown(Code::MarkedCopyUnreadable).detail(cause),
        Ok(mark) if mark.is_over(at) => {
            Finding::fail(Code::MarkedCopyOver).detail(format!("until {}", day_text(mark.until)))
        }
        Ok(mark) => Finding::pass_with(Code::MarkedCopy).detail(mark.note()),
    }
}

/// A trust list that is overdue may name those who vouch no longer.
fn current(source: &TrustSource, at: OffsetDateTime) -> Finding {
    match source {
        TrustSource::Nothing => Finding::not_applicable(),
        TrustSource::Folder { .. } => Finding::pass().detail(source),
        TrustSource::List { next_update, .. } if at > *next_update => {
            let due = text::moment_utc(*next_update);
            Finding::unknown(Code::TrustListOverdue).detail(format!("{source}, due {due}"))
        }
        TrustSource::List { name, .. } => Finding::pass().detail(format!("{name} {source}")),
    }
}

fn file_checks(facts: &FileFacts) -> Vec<CheckReport> {
    let found = match &facts.signatures {
        Err(error) => return vec![CheckReport::new(&file::FILE_FORMAT, unreadable(error))],
        Ok(found) => found,
    };
    let mut checks = vec![CheckReport::new(&file::FILE_FORMAT, Finding::pass().detail(facts.kind))];
    // A time stamp says when a document was there, not that anybody answers for it.
    let signed = found.iter().filter(|one| !matches!(one.payload, Payload::TimeStamp(_))).count();
    let signed = match signed {
        0 => Finding::unknown(Code::NoSignature),
        count => Finding::pass().detail(format!("{count} signatures")),
    };
    let Some(document) = &facts.document else {
        checks.push(CheckReport::new(&file::SIGNED, signed));
        return checks;
    };
    let stray = document.strays.first().map(|(id, span)| (id.number, span.clone()));
    let signed = match &stray {
        Some((object, _)) => {
            signed.detail(format!("object {object} looks like a signature of no field"))
        }
        None => signed,
    };
    let (object, range) = stray.unzip();
    checks.push(CheckReport::new(&file::SIGNED, signed.object(object).range(range)));
    if !found.is_empty() {
        checks.push(CheckReport::new(&file::STRUCTURE, structure(document, found)));
        checks.push(CheckReport::new(&file::ACTIVE, active(document)));
        checks.push(CheckReport::new(&file::COVERED, covered(facts, found)));
    }
    checks
}

/// Defects after the first signature are changes; those that it covers were signed, but what such
/// a file shows depends on the reader.
fn structure(document: &DocumentFacts, found: &[SignatureFacts]) -> Finding {
    let first_signed = found.iter().filter_map(|one| one.pdf.as_ref()?.signed.revision).min();
    let later = |defect: &&Defect| {
        defect.kind == DefectKind::Trailing
            || first_signed.is_none_or(|signed| defect.revision > signed)
    };
    let (code, defect) = match document.defects.iter().find(later) {
        Some(defect) => (Finding::fail(Code::ModifiedAfterSeal), defect),
        None => match document.defects.first() {
            Some(defect) => (Finding::unknown(Code::StructureInvalid), defect),
            None => return Finding::pass(),
        },
    };
    code.detail(defect.kind)
        .object(defect.object.map(|id| id.number))
        .range(Some(defect.span.clone()))
}

/// Signed along with everything else, so nobody was deceived by the file; people should know all
/// the same.
fn active(document: &DocumentFacts) -> Finding {
    let Some(first) = document.active.first() else { return Finding::not_applicable() };
    let object = first.object.map(|id| id.number);
    Finding::pass_with(Code::ActiveContent).detail(first.kind).object(object)
}

fn unreadable(error: &FileError) -> Finding {
    match error {
        FileError::Unsupported(_) => Finding::unknown(Code::UnsupportedFormat),
        FileError::Pdf(PdfError::Encrypted) => Finding::unknown(Code::Encrypted),
        FileError::Pdf(PdfError::Exhausted(_)) | FileError::Unfinished => {
            Finding::unknown(Code::BudgetExceeded)
        }
        // Nothing was shown to be wrong with a signature: none could be found.
        _ => Finding::unknown(Code::Unreadable),
    }
    .detail(error)
}

/// Whether the file can be read to its end as what was signed: some signature covers all of it, or
/// one covers its revision and what follows is allowed.
fn covered(facts: &FileFacts, found: &[SignatureFacts]) -> Finding {
    let reaches = |one: &SignatureFacts| {
        one.pdf.as_ref().is_some_and(|place| match &place.signed.coverage {
            Ok(Coverage::WholeFile) => true,
            Ok(Coverage::WholeRevision) => place.later.permitted(),
            Err(_) => false,
        })
    };
    // What stands behind the last revision is signed by nobody and explained by nothing.
    let to_the_end = facts.document.as_ref().is_none_or(|document| {
        document.revisions.last().is_some_and(|last| last.span.end == facts.len)
    });
    match to_the_end && found.iter().any(reaches) {
        true => Finding::pass(),
        false => Finding::fail(Code::ByteRangeInvalid).range(Some(0..facts.len)),
    }
}

fn signature_report(case: &Case<'_>) -> SignatureReport {
    let report = |check: &&'static Check| {
        let finding = (check.run)(case);
        let step = step(case, check, &finding);
        CheckReport { step, ..CheckReport::new(check, finding) }
    };
    let checks: Vec<CheckReport> = CHECKS.iter().map(report).collect();
    let place = case.dictionary();
    SignatureReport {
        outcome: Outcome::of(&checks),
        form: form(case),
        field: place.map(|place| text::printable(&place.field_name)),
        revision: place.and_then(|place| place.revision).map(|index| index + 1),
        covers_whole_file: place.map(|place| place.coverage == Ok(Coverage::WholeFile)),
        suite: case.signature_fact().and_then(SignatureFact::suite).map(|suite| suite.name()),
        signer: match &case.signature.payload {
            Payload::Certificate(certificate) => Some(certificate_report(certificate)),
            _ => case.signer().map(certificate_report),
        },
        seal: case.seal().map(seal_report),
        claimed_time: case.claimed_time(),
        proven_time: case.proven,
        valid_at_signing: SignatureReport::at(&checks, Moment::Signing),
        valid_now: SignatureReport::at(&checks, Moment::Now),
        checks,
    }
}

fn form(case: &Case<'_>) -> Form {
    match &case.signature.payload {
        Payload::Ses(_) => Form::Sm2Seal,
        Payload::Seal(_) => Form::Seal,
        Payload::Certificate(_) => Form::Certificate,
        Payload::TimeStamp(_) => Form::TimeStamp,
        Payload::Unreadable(_) => Form::Other,
        Payload::Cms(_) if place_and_suite(case) => Form::Pades,
        Payload::Cms(_) => Form::Cms,
    }
}

/// A signature in a PDF by an algorithm that readers everywhere know.
fn place_and_suite(case: &Case<'_>) -> bool {
    let suite = case.signature_fact().and_then(SignatureFact::suite);
    case.dictionary().is_some() && suite != Some(Suite::Sm2Sm3)
}

fn certificate_report(certificate: &Certificate) -> CertificateReport {
    let subject = certificate.subject();
    CertificateReport {
        subject: subject.to_string(),
        common_name: subject.common_name().map(str::to_owned),
        organization: subject.organization().map(str::to_owned),
        issuer: certificate.issuer().to_string(),
        serial: certificate.serial_hex(),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        sha256: text::hex(&certificate.fingerprint_sha256()),
    }
}

fn seal_report(seal: &SealFacts) -> SealReport {
    SealReport {
        name: text::printable(&seal.name),
        id: text::printable(&seal.id),
        version: seal.edition.version(),
        vendor: text::printable(&seal.vendor),
        maker: seal.maker.as_ref().ok().map(certificate_report),
        created: seal.created,
        valid_from: seal.valid_from,
        valid_to: seal.valid_to,
        picture_sm3: text::hex(&Digest::Sm3.hash(&[&seal.picture.bytes])),
    }
}
