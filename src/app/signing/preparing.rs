//! The first half: a revision with room for the signature, and what is to be signed.

use super::signer::Signer;
use crate::clockwork::random;
use crate::once::{Asked, Named, Once, asked};
use crate::place::Sheets;
use crate::sealing::{prepare_under_free_name, refused as not_prepared};
use crate::view::PreparedSigningView;
use crate::view::time::instant;
use crate::{App, AppError, Caller, Errand, FieldProblem, IdempotencyKey, refused};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::access::Permission;
use domain::digest::{Sha256, Sm3};
use domain::exemption::ItemCode;
use domain::id::{OrganizationId, SigningRequestId};
use domain::signing::{SigningRequest, SigningToken, WaitingDocument};
use domain::validation::Outcome;
use formats::cms;
use formats::pdf::sign::{
    Appearance, PadesElsewhere, Placement, Prepared, SignRefused, SignatureKind, SignatureRequest,
    prepare,
};
use formats::pdf::{Limits, PlaceMm, SealPicture};
use formats::text;
use render::{RenderError, SIGNATURE_MM, SignatureBox, signature_picture};
use std::ops::Range;
use time::{Duration, OffsetDateTime};

/// Where the signature is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum SigningPlace {
    /// Lower right of the last page.
    #[default]
    Corner,
    /// In an empty signature field of the document, by its full name.
    Field(String),
    /// On a page (from 1): left and upper edge, width and height in mm.
    At(usize, [f64; 4]),
}

/// A document to be signed by somebody with a key of their own.
#[derive(Clone, Debug)]
pub struct SigningAsked {
    /// The PDF.
    pub document: Vec<u8>,
    /// The case.
    pub case_no: String,
    /// Code of the service item, if one is named.
    pub item: Option<String>,
    /// The signer's certificate and those above it, as PEM; or the first as base64 of DER.
    pub certificate: String,
    /// How it is signed; what is usual for the key when absent.
    pub algorithm: Option<String>,
    /// Where it is shown.
    pub place: SigningPlace,
}

/// A document that was prepared.
struct Ready {
    file: Vec<u8>,
    original_bytes: usize,
    gap: Range<usize>,
    byte_range: [usize; 4],
    message: Vec<u8>,
    digest: Vec<u8>,
    document_digest: Vec<u8>,
}

impl App {
    /// Prepares a document for a signature by the key of this certificate. Once per idempotency key.
    ///
    /// # Errors
    /// `signer_untrusted`, `signer_expired`, `signer_revoked`, `signer_status_unknown`,
    /// `signer_key_usage`, `signer_certificate`; the document is refused by name; not allowed.
    pub fn prepare_signing(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        wanted: &SigningAsked,
    ) -> Result<Once<PreparedSigningView>, AppError> {
        let own = caller.require_whole(Permission::ExemptionDecide)?;
        let item = wanted.item.as_deref().map(item_code).transpose()?;
        if !caller.serves(item.as_ref().map(ItemCode::as_str)) {
            let detail = "the client does not serve this item".to_owned();
            return Err(AppError::Forbidden { code: "item_not_entitled", detail });
        }
        let case_no = Errand::said(&wanted.case_no)
            .map_err(|reason| problem("/case_no", "bad_text", reason.to_string()))?;
        let place = format!("{:?}", wanted.place);
        let texts = [
            &case_no,
            wanted.item.as_deref().unwrap_or_default(),
            &wanted.certificate,
            wanted.algorithm.as_deref().unwrap_or_default(),
            &place,
        ];
        let document = Sm3::of(&wanted.document);
        let parts = [&texts.map(str::as_bytes)[..], &[&document.as_bytes()[..]]].concat();
        let what = asked("signing.prepare", &parts);
        self.once(Named { caller: own.to_string(), key, asked: what }, |asked| {
            self.signing_prepared(caller, own, (case_no.clone(), item.clone()), wanted, asked)
        })
    }

    fn signing_prepared(
        &self,
        caller: &Caller,
        own: OrganizationId,
        (case_no, item): (String, Option<ItemCode>),
        wanted: &SigningAsked,
        asked: &Asked<'_>,
    ) -> Result<PreparedSigningView, AppError> {
        self.require_pdf(&wanted.document)?;
        self.clock.require_right()?;
        let now = self.clock.now();
        let signer = self.signing_signer(&wanted.certificate, wanted.algorithm.as_deref(), now)?;
        self.require_unbroken(&wanted.document, now)?;
        let ready = self.ready(wanted, &signer, now)?;
        let token = SigningToken::new(random()?);
        let time = Duration::try_from(self.settings.signing_time).unwrap_or(Duration::HOUR);
        let size = |bytes: usize| bytes as u64;
        let request = SigningRequest {
            id: self.clock.id(SigningRequestId::mint)?,
            organization: own,
            actor: caller.actor(),
            case_no,
            item,
            document: WaitingDocument {
                file: self.kept_file(&ready.file)?,
                original_bytes: size(ready.original_bytes),
                gap: size(ready.gap.start)..size(ready.gap.end),
                certificates: Some(signer.pem()),
            },
            signatory: signer.signatory,
            message: Sha256::of(&ready.message),
            token: token.digest(),
            at: now,
            expires_at: now + time,
            end: None,
            countersigned: None,
        };
        let view = PreparedSigningView {
            id: request.id.to_string(),
            token: token.reveal().to_string(),
            algorithm: request.signatory.algorithm.to_string(),
            to_be_signed: STANDARD.encode(&ready.message),
            digest: hex::encode(&ready.digest),
            document_digest: hex::encode(&ready.document_digest),
            byte_range: ready.byte_range.map(size).to_vec(),
            signer: request.signatory.shown.clone(),
            certificate_sha256: request.signatory.fingerprint.to_string(),
            case_no: request.case_no.clone(),
            item: request.item.as_ref().map(ToString::to_string),
            expires_at: instant(request.expires_at),
        };
        let told = self.signing_told(&request.actor, &request, "signing.prepare", None)?;
        let kept = asked.kept(201, &view)?;
        self.store.signing_prepare(&request, &told, kept.answer())?;
        Ok(view)
    }

    /// Refuses a document whose earlier signatures do not hold: nobody signs below one.
    fn require_unbroken(&self, document: &[u8], now: OffsetDateTime) -> Result<(), AppError> {
        let (believed, known) = (self.trust.now(), self.signing_known(now)?);
        let report = believed.trust.under(&known).judge(document, now);
        if report.is_unsigned() || report.outcome != Outcome::Invalid {
            return Ok(());
        }
        let reason = report.reason().map_or("unknown", |code| code.name());
        let detail = format!("an earlier signature of the document does not hold ({reason})");
        Err(refused("document_refused", detail))
    }

    /// The document with room for the signature, and the message.
    fn ready(
        &self,
        wanted: &SigningAsked,
        signer: &Signer,
        now: OffsetDateTime,
    ) -> Result<Ready, AppError> {
        let (certificate, chain, suite) = (&signer.certificate, &signer.chain, signer.suite());
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal("preparing a signature".to_owned(), cause)
        };
        let reserve = cms::pades_bytes_max(certificate, chain, suite);
        let mut request = SignatureRequest {
            signing_time: Some(now),
            signer_name: Some(signer.name().to_owned()),
            contents_reserve: reserve.map_err(|cause| failed(cause.into()))?,
            appearance: Some(Appearance {
                picture: self.signature_box(signer.name(), now)?,
                placements: vec![placement(&wanted.document, &wanted.place)?],
            }),
            ..SignatureRequest::new("", SignatureKind::Pades)
        };
        let prepared = prepared_at(&wanted.document, &wanted.place, &mut request)?;
        let message = PadesElsewhere::new(&prepared, certificate, chain, suite);
        let message = message.map_err(|cause| failed(cause.into()))?;
        Ok(Ready {
            file: [&wanted.document[..], prepared.revision()].concat(),
            original_bytes: wanted.document.len(),
            gap: prepared.gap(),
            byte_range: prepared.byte_range(),
            message: message.message().to_vec(),
            digest: message.digest_to_sign().map_err(|cause| failed(cause.into()))?,
            document_digest: message.document_digest().to_vec(),
        })
    }

    fn signature_box(&self, name: &str, now: OffsetDateTime) -> Result<SealPicture, AppError> {
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal("drawing the box of a signature".to_owned(), cause)
        };
        let (name, sample) = (name.to_owned(), self.settings.sample_mark);
        let shown = SignatureBox { name, moment: moment_zh(now), sample };
        let picture = signature_picture(&shown, &self.fonts).map_err(|cause| match cause {
            // The name is not repeated.
            RenderError::MissingCharacter { .. } | RenderError::Overflow { .. } => {
                refused("signer_name", "the name in the certificate is too long, or no font has it")
            }
            cause => failed(cause.into()),
        })?;
        SealPicture::read(&picture, &Limits::default()).map_err(|cause| failed(cause.into()))
    }
}

/// Prepares in the field that is named, or under a free name.
fn prepared_at<'a>(
    document: &'a [u8],
    place: &SigningPlace,
    request: &mut SignatureRequest,
) -> Result<Prepared<'a>, AppError> {
    let limits = Limits::default();
    let SigningPlace::Field(name) = place else {
        return prepare_under_free_name(document, request, &limits);
    };
    request.field_name.clone_from(name);
    let prepared = match prepare(document, request, &limits) {
        // A field without a rectangle is one for a signature that is not shown.
        Err(SignRefused::PlaceOfField) => {
            request.appearance = None;
            prepare(document, request, &limits)
        }
        prepared => prepared,
    };
    prepared.map_err(not_prepared)
}

fn placement(document: &[u8], place: &SigningPlace) -> Result<Placement, AppError> {
    match place {
        SigningPlace::Field(_) => Ok(Placement::Field),
        SigningPlace::Corner => {
            let (width, height) = SIGNATURE_MM;
            Sheets::read(document)?.free((width.into(), height.into()))
        }
        SigningPlace::At(page, [x, y, width, height]) => {
            let index = page.checked_sub(1);
            let index = index.ok_or_else(|| refused("seal_place", "pages count from 1"))?;
            let place = PlaceMm { x: *x, y: *y, width: *width, height: *height };
            Ok(Placement::Page { index, place })
        }
    }
}

/// `2026年11月23日 10:15`, time of China.
fn moment_zh(at: OffsetDateTime) -> String {
    let local = text::moment_cst(at);
    let (day, clock) = local.split_once(' ').unwrap_or((&local, ""));
    let day = day.replacen('-', "年", 1).replacen('-', "月", 1);
    format!("{day}日 {}", clock.get(..5).unwrap_or_default())
}

fn item_code(text: &str) -> Result<ItemCode, AppError> {
    text.parse().map_err(|cause| problem("/item", "bad_text", format!("{cause}")))
}

fn problem(pointer: &str, code: &'static str, message: String) -> AppError {
    AppError::Fields(vec![FieldProblem { pointer: pointer.to_owned(), code, message }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn the_moment_is_that_of_china() {
        assert_eq!(moment_zh(datetime!(2026-11-23 18:05 UTC)), "2026年11月24日 02:05");
    }
}
