//! Signing instead of by hand (免手写签名): a document is prepared here, signed elsewhere with the signer's
//! own key, and completed here once. Nothing the client says is believed but the signature itself.

mod completing;
mod countersigning;
mod offline;
mod preparing;
mod signer;

pub use completing::SignatureSaid;
pub use countersigning::CountersignAsked;
pub use offline::{SigningSummary, sign_prepared};
pub use preparing::{SigningAsked, SigningPlace};

use crate::error::{id_of, refused};
use crate::exemption::of_case;
use crate::once::{Asked, Named, Once, asked};
use crate::view::time::instant;
use crate::view::{CountersignedView, SignedFileView, SigningRequestView};
use crate::{App, AppError, Caller, Document, Errand, IdempotencyKey};
use domain::access::Permission;
use domain::audit::{Actor, Entry, Subject};
use domain::exemption::{ItemCode, KeptFile};
use domain::id::OrganizationId;
use domain::signing::{SigningAlgorithm, SigningEnd, SigningMove, SigningRequest, SigningState};
use formats::algorithm::{Digest, Suite};
use storage::StoreError;
use time::OffsetDateTime;

impl App {
    /// A request of the caller's organization.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for one of another organization; not allowed.
    pub fn signing_request(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<SigningRequestView, AppError> {
        let (_, request) = self.own_signing(caller, id)?;
        Ok(self.signing_view(&request, self.clock.now()))
    }

    /// The document of a request: signed, and sealed below, as far as it is; else as it waits. That it
    /// was looked at is written down first.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also when it ended without a signature; `operator_missing`.
    pub fn signing_document(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<Document, AppError> {
        let (_, request) = self.own_signing(caller, id)?;
        of_case(errand, &request.case_no, "X-Case-No is of another case than the request")?;
        let item = request.item.as_ref().map_or_else(String::new, ToString::to_string);
        let errand = Errand { item, case_no: request.case_no.clone(), ..errand.clone() };
        self.require_errand(caller, &errand)?;
        let waits = request.state(self.clock.now()) == SigningState::Prepared;
        let waiting = waits.then_some(&request.document.file);
        let file = request.result().or(waiting).ok_or(AppError::NotFound)?;
        let bytes = self.files.read(file.sm3)?;
        self.note_party_shown(caller, &errand)?;
        let kind = if waits { "prepared" } else { "signed" };
        Ok(Document {
            bytes,
            media_type: "application/pdf",
            name: format!("{kind}-{}.pdf", request.id),
            sha256: file.sha256.to_string(),
        })
    }

    /// Takes a request back. Once per idempotency key.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `signing_state` for one that has ended, `signing_expired`.
    pub fn cancel_signing(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        id: &str,
    ) -> Result<Once<SigningRequestView>, AppError> {
        let (own, request) = self.own_signing(caller, id)?;
        let what = asked("signing.cancel", &[id.as_bytes()]);
        let named = Named { caller: own.to_string(), key, asked: what };
        self.once(named, |asked| {
            let (by, at) = (caller.actor(), self.clock.now());
            let end = SigningEnd { state: SigningState::Cancelled, file: None, by, at };
            self.signing_ended(request, SigningMove::Cancel, end, asked)
        })
    }

    /// A request of the caller's organization, and which that is.
    fn own_signing(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<(OrganizationId, SigningRequest), AppError> {
        let own = caller.require_whole(Permission::ExemptionDecide)?;
        let request = self.store.signing_read(id_of(id)?)?;
        let item = request.item.as_ref().map(ItemCode::as_str);
        let ours = request.organization == own && caller.serves(item);
        ours.then_some((own, request)).ok_or(AppError::NotFound)
    }

    /// Ends a request, in one transaction with its answer and the audit trail.
    fn signing_ended(
        &self,
        mut request: SigningRequest,
        wanted: SigningMove,
        end: SigningEnd,
        asked: &Asked<'_>,
    ) -> Result<SigningRequestView, AppError> {
        waits(&request, wanted, end.at)?;
        let action = format!("signing.{wanted}");
        let told = self.signing_told(&end.by, &request, &action, end.file.as_ref())?;
        request.end = Some(end.clone());
        let view = self.signing_view(&request, end.at);
        let kept = asked.kept(200, &view)?;
        match self.store.signing_end(request.id, &end, &told, kept.answer()) {
            // Somebody else was quicker.
            Err(StoreError::Conflict { .. }) => {
                waits(&self.store.signing_read(request.id)?, wanted, self.clock.now())?;
                Err(AppError::VersionMismatch)
            }
            Err(error) => Err(error.into()),
            Ok(()) => Ok(view),
        }
    }

    /// What the audit trail says: no name, and no word of the document.
    fn signing_told(
        &self,
        by: &Actor,
        request: &SigningRequest,
        action: &str,
        file: Option<&KeptFile>,
    ) -> Result<Entry, AppError> {
        let mut detail = vec![
            ("case", request.case_no.clone()),
            ("certificate", request.signatory.fingerprint.to_string()),
            ("document", file.unwrap_or(&request.document.file).sm3.to_string()),
        ];
        detail.extend(request.item.iter().map(|item| ("item", item.to_string())));
        let subject = Subject::new("signing request", request.id);
        self.clock.entry(by, action, subject, &detail)
    }

    fn signing_view(&self, request: &SigningRequest, now: OffsetDateTime) -> SigningRequestView {
        let file = |file: &KeptFile| SignedFileView {
            href: format!("/v1/signing-requests/{}/document", request.id),
            sm3: file.sm3.to_string(),
            sha256: file.sha256.to_string(),
            bytes: file.bytes,
        };
        let seal = request.countersigned.as_ref();
        let state = request.state(now);
        let ended = request.end.as_ref().map(|end| end.at);
        let late = (state == SigningState::Expired).then_some(request.expires_at);
        SigningRequestView {
            id: request.id.to_string(),
            state: state.to_string(),
            case_no: request.case_no.clone(),
            item: request.item.as_ref().map(ToString::to_string),
            signer: request.signatory.shown.clone(),
            certificate_sha256: request.signatory.fingerprint.to_string(),
            algorithm: request.signatory.algorithm.to_string(),
            prepared_at: instant(request.at),
            expires_at: instant(request.expires_at),
            ended_at: ended.or(late).map(instant),
            document: request.result().map(file),
            countersigned: seal.map(|seal| CountersignedView {
                order: seal.order.to_string(),
                at: instant(seal.at),
            }),
        }
    }
}

/// Refuses a move of a request that does not wait any more, each for its own reason.
fn waits(
    request: &SigningRequest,
    wanted: SigningMove,
    now: OffsetDateTime,
) -> Result<(), AppError> {
    let state = request.state(now);
    let Err(cause) = state.after(wanted) else { return Ok(()) };
    let code = match (state, wanted) {
        (SigningState::Completed, SigningMove::Complete) => "token_used",
        (SigningState::Expired, _) => "signing_expired",
        _ => "signing_state",
    };
    Err(refused(code, cause))
}

/// The suite of an algorithm of the register.
fn suite(algorithm: SigningAlgorithm) -> Suite {
    match algorithm {
        SigningAlgorithm::Sm2 => Suite::Sm2Sm3,
        SigningAlgorithm::P256 => Suite::EcdsaP256(Digest::Sha256),
        SigningAlgorithm::RsaPkcs1 => Suite::RsaPkcs1(Digest::Sha256),
        SigningAlgorithm::RsaPss => Suite::RsaPss(Digest::Sha256),
    }
}
