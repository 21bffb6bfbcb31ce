//! The revisions of a sealing: room first, then the signature over everything else.

use super::time_stamp::Authority;
use super::{Door, Instrument, Order, Signer};
use crate::{AppError, SealForm, chain};
use domain::sealing::Level;
use formats::pdf::Limits;
use formats::pdf::sign::{
    Appearance, Prepared, SignRefused, SignatureKind, SignatureRequest, prepare,
};
use formats::{cms, ses};

/// A name taken by an earlier seal is passed over; a document with more seals than this is refused.
const SEALS_PER_DOCUMENT_MAX: usize = 64;
/// Rounds of "needs more room": the first estimate is an upper bound, so the second is for a
/// time stamp that turned out larger.
const ROUNDS_MAX: usize = 3;

/// Seals `original` by `order`; the bytes before stay as they are.
pub(crate) fn seal(
    original: &[u8],
    instrument: &Instrument,
    order: &Order<'_>,
    door: &mut Door<'_>,
) -> Result<Vec<u8>, AppError> {
    let sealed = match order.form {
        SealForm::Pades => pades(original, instrument, order, true, door),
        SealForm::Sm2 => sm2(original, instrument, order, door),
        SealForm::Both => {
            // The stamp belongs to the seal signature, which carries its picture; the PAdES
            // signature before it is not shown, so that nothing is drawn twice.
            let signed = pades(original, instrument, order, false, door)?;
            sm2(&signed, instrument, order, door)
        }
    }?;
    if order.level < Level::Lt {
        return Ok(sealed);
    }
    let kept = door.app().with_material(&sealed, original.len(), instrument, order)?;
    if order.level < Level::Lta { Ok(kept) } else { stamped(&kept, instrument, order, door) }
}

/// A time stamp over the whole document; readers of PAdES want one that they know.
fn stamped(
    original: &[u8],
    instrument: &Instrument,
    order: &Order<'_>,
    door: &mut Door<'_>,
) -> Result<Vec<u8>, AppError> {
    let authority = door.app().authority(order.form == SealForm::Sm2)?;
    let reserve = authority.token_bytes_max()?;
    let mut request = request(SignatureKind::TimeStamp, instrument, order, reserve);
    request.appearance = None;
    let mut lacks = false;
    let stamped = append(original, request, |prepared| {
        let token = door.app().stamp(&authority, &prepared.covered())?;
        lacks = token.is_none();
        Ok(token.unwrap_or_default())
    })?;
    // Better without the revision than with an empty one.
    Ok(if lacks { original.to_vec() } else { stamped })
}

/// The authority that stamps the signatures of an order, if its level asks for stamps.
fn authority(order: &Order<'_>, door: &Door<'_>, sm2: bool) -> Result<Option<Authority>, AppError> {
    (order.level >= Level::T).then(|| door.app().authority(sm2)).transpose()
}

fn pades(
    original: &[u8],
    instrument: &Instrument,
    order: &Order<'_>,
    visible: bool,
    door: &mut Door<'_>,
) -> Result<Vec<u8>, AppError> {
    let signer = needed(instrument.document_signer.as_ref(), "pades")?;
    let authority = authority(order, door, false)?;
    let reserve =
        signer.pades_bytes_max()? + authority.as_ref().map_or(Ok(0), Authority::token_bytes_max)?;
    let mut request = request(SignatureKind::Pades, instrument, order, reserve);
    if !visible {
        request.appearance = None;
    }
    append(original, request, |prepared| {
        pades_contents(signer, prepared, |message| {
            let signature = door.sign(signer, message)?;
            let token = token(authority.as_ref(), &signature, door)?;
            Ok((signature, token))
        })
    })
}

/// A PAdES signature over what was prepared; `sign` makes signature and time stamp.
pub(super) fn pades_contents(
    signer: &Signer,
    prepared: &Prepared<'_>,
    sign: impl FnOnce(&[u8]) -> Result<(Vec<u8>, Option<Vec<u8>>), AppError>,
) -> Result<Vec<u8>, AppError> {
    let document_digest = signer.suite.digest().hash(&prepared.covered());
    let draft = cms::PadesDraft {
        signer: &signer.certificate,
        chain: &signer.chain,
        suite: signer.suite,
        document_digest: &document_digest,
    };
    let message = cms::prepare_pades(&draft)
        .map_err(|cause| AppError::internal("building a PAdES signature".to_owned(), cause))?;
    let (signature, token) = sign(message.message())?;
    Ok(message.complete(&signature, token.as_deref()))
}

fn sm2(
    original: &[u8],
    instrument: &Instrument,
    order: &Order<'_>,
    door: &mut Door<'_>,
) -> Result<Vec<u8>, AppError> {
    let signer = needed(instrument.sealer.as_ref(), "sm2")?;
    let seal = &instrument.seal.properties().seal_der;
    // Four numbers of at most ten digits.
    let reserve = ses::signature_bytes_max(seal, &signer.certificate, &"0".repeat(64));
    let authority = authority(order, door, true)?;
    let reserve = reserve + authority.as_ref().map_or(Ok(0), Authority::token_bytes_max)?;
    let request = request(SignatureKind::Seal, instrument, order, reserve);
    append(original, request, |prepared| {
        let [a, b, c, d] = prepared.byte_range();
        let property_info = format!("ByteRange {a} {b} {c} {d}");
        let draft = ses::SignatureDraft {
            seal,
            signer: &signer.certificate,
            at: order.at,
            property_info: &property_info,
        };
        let message = ses::prepare_signature(&draft, &prepared.covered())
            .map_err(|cause| AppError::internal("building a seal signature".to_owned(), cause))?;
        let signature = door.sign(signer, message.message())?;
        let token = token(authority.as_ref(), &signature, door)?;
        Ok(message.complete(&signature, token.as_deref()))
    })
}

fn token(
    authority: Option<&Authority>,
    signature: &[u8],
    door: &Door<'_>,
) -> Result<Option<Vec<u8>>, AppError> {
    let stamp = |authority| {
        fault::at("time_stamp", AppError::injected, || door.app().stamp(authority, &[signature]))
    };
    Ok(authority.map(stamp).transpose()?.flatten())
}

fn needed<'a>(signer: Option<&'a Signer>, form: &str) -> Result<&'a Signer, AppError> {
    signer.ok_or_else(|| AppError::Refused {
        code: "seal_not_applicable",
        detail: format!("the seal has no key for the form {form}; choose another form or seal"),
    })
}

fn request(
    kind: SignatureKind,
    instrument: &Instrument,
    order: &Order<'_>,
    contents_reserve: usize,
) -> SignatureRequest {
    SignatureRequest {
        signing_time: Some(order.at),
        signer_name: Some(instrument.seal.properties().name.clone()),
        reason: Some(order.reason.to_owned()),
        appearance: Some(Appearance {
            picture: instrument.picture.clone(),
            placements: order.placements.clone(),
        }),
        contents_reserve,
        ..SignatureRequest::new("", kind)
    }
}

/// Prepares, signs and completes; a taken field name or too little room is tried again.
pub(super) fn append(
    original: &[u8],
    mut request: SignatureRequest,
    mut sign: impl FnMut(&Prepared<'_>) -> Result<Vec<u8>, AppError>,
) -> Result<Vec<u8>, AppError> {
    let limits = Limits::default();
    for _ in 0..ROUNDS_MAX {
        let prepared = prepare_under_free_name(original, &mut request, &limits)?;
        let contents = sign(&prepared)?;
        match prepared.complete(&contents) {
            Ok(file) => return Ok(file),
            Err(room) => request.contents_reserve = room.needed,
        }
    }
    let detail = "the signature does not fit the room made for it".to_owned();
    Err(AppError::Unavailable { code: "sealing_failed", detail })
}

/// Prepares under the first name that is free.
pub(crate) fn prepare_under_free_name<'a>(
    original: &'a [u8],
    request: &mut SignatureRequest,
    limits: &Limits,
) -> Result<Prepared<'a>, AppError> {
    let stem = match request.kind {
        SignatureKind::Seal => "Seal",
        SignatureKind::TimeStamp => "Stamp",
        SignatureKind::Pades => "Signature",
    };
    for number in 1..=SEALS_PER_DOCUMENT_MAX {
        request.field_name = format!("{stem}{number}");
        match prepare(original, request, limits) {
            Err(SignRefused::FieldName(_) | SignRefused::FieldSigned(_)) => {}
            other => return other.map_err(refused),
        }
    }
    let detail = format!("the document has more than {SEALS_PER_DOCUMENT_MAX} seals already");
    Err(AppError::Refused { code: "too_many_seals", detail })
}

/// A refusal as the caller sees it: a stable code, the reason, and what to do.
pub(crate) fn refused(reason: SignRefused) -> AppError {
    let (code, advice) = match &reason {
        SignRefused::Encrypted => ("encrypted_document", "remove the encryption first"),
        SignRefused::Unreadable(_) => ("damaged_document", "save it anew with a PDF writer"),
        SignRefused::DamagedSigned(_) => ("damaged_document", "obtain an undamaged copy"),
        SignRefused::TrailingBytes(_) => ("damaged_document", "save it anew with a PDF writer"),
        SignRefused::Certified => ("certified_no_changes", "use the document before certification"),
        SignRefused::ActiveContent(_) => ("active_content", "remove scripts, actions and files"),
        SignRefused::NoSuchPage { .. } | SignRefused::OffPage(_) | SignRefused::PlaceOfField => {
            ("seal_place", "choose a place on a page of the document")
        }
        SignRefused::TooFewPages => ("seal_place", "a riding seal needs two pages or more"),
        _ => ("document_refused", "see the reason"),
    };
    AppError::Refused { code, detail: format!("{}; {advice}", chain(&reason)) }
}
