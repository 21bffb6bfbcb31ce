//! The second half: the signature that was made elsewhere, verified, and the document that has it.

use super::{suite, waits};
use crate::once::{Asked, Named, Once, asked};
use crate::view::SigningRequestView;
use crate::{App, AppError, Caller, IdempotencyKey, refused};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::digest::Sha256;
use domain::exemption::KeptFile;
use domain::signing::{SigningEnd, SigningMove, SigningRequest, SigningState, SigningToken};
use domain::validation::Outcome;
use formats::pdf::sign::{NotCompleted, PadesElsewhere, Prepared};
use formats::x509::Certificate;
use gateway::files::FileError;
use time::OffsetDateTime;

/// A signature as it was brought.
#[derive(Clone, Debug, Default)]
pub struct SignatureSaid {
    /// The token of the request.
    pub token: String,
    /// The signature value in base64.
    pub signature: String,
    /// The digest that was signed, in hexadecimal, if the signer says it.
    pub digest: Option<String>,
}

impl App {
    /// Completes a document with a signature that verifies. The token counts once; once per idempotency
    /// key.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `signing_token_wrong`, `token_used`, `signing_expired`, `signing_state`;
    /// `digest_changed` when what was signed, or what was kept, is something else; `signature_wrong`;
    /// as [`App::prepare_signing`] when the certificate does not count any more.
    pub fn complete_signing(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        id: &str,
        said: &SignatureSaid,
    ) -> Result<Once<SigningRequestView>, AppError> {
        let (own, request) = self.own_signing(caller, id)?;
        let digest = said.digest.as_deref().unwrap_or_default();
        let texts = [id, &said.token, &said.signature, digest];
        let what = asked("signing.complete", &texts.map(str::as_bytes));
        let named = Named { caller: own.to_string(), key, asked: what };
        self.once(named, |asked| self.signing_completed(caller, request, said, asked))
    }

    fn signing_completed(
        &self,
        caller: &Caller,
        request: SigningRequest,
        said: &SignatureSaid,
        asked: &Asked<'_>,
    ) -> Result<SigningRequestView, AppError> {
        let token: Result<SigningToken, _> = said.token.parse();
        if !token.is_ok_and(|token| token.is(request.token)) {
            return Err(refused("signing_token_wrong", "the token is not that of the request"));
        }
        self.clock.require_right()?;
        let at = self.clock.now();
        waits(&request, SigningMove::Complete, at)?;
        let signed = self.signed(&request, said, at)?;
        let file = Some(self.kept_if_valid(&signed, at)?);
        let end = SigningEnd { state: SigningState::Completed, file, by: caller.actor(), at };
        self.signing_ended(request, SigningMove::Complete, end, asked)
    }

    /// The document with the signature: everything else is made again of what is kept here.
    fn signed(
        &self,
        request: &SigningRequest,
        said: &SignatureSaid,
        at: OffsetDateTime,
    ) -> Result<Vec<u8>, AppError> {
        let value = STANDARD.decode(said.signature.trim());
        let value = value.map_err(|_| refused("signature_wrong", "the signature is not base64"))?;
        let document = self.waiting_bytes(request)?;
        let (original, prepared) = resumed(request, &document)?;
        let prepared = Prepared::resume(original, prepared.0, prepared.1).ok_or_else(changed)?;
        let pem = request.document.certificates.as_deref().unwrap_or_default();
        let all = Certificate::all_from_pem(pem).map_err(|_| changed())?;
        let (own, chain) = all.split_first().ok_or_else(changed)?;
        // Revoked or over meanwhile: what was right when it was prepared need not be so now.
        self.signing_signer(pem, Some(request.signatory.algorithm.as_str()), at)?;
        let suite = suite(request.signatory.algorithm);
        let waiting = PadesElsewhere::new(&prepared, own, chain, suite).map_err(|_| changed())?;
        let same = Sha256::of(waiting.message()) == request.message
            && Sha256::from(own.fingerprint_sha256()) == request.signatory.fingerprint;
        if !same {
            return Err(changed());
        }
        let digest = waiting.digest_to_sign().map(hex::encode).map_err(|_| changed())?;
        if said.digest.as_ref().is_some_and(|said| !said.eq_ignore_ascii_case(&digest)) {
            return Err(changed());
        }
        waiting.complete(&value).map_err(|cause| match cause {
            NotCompleted::Signature(cause) => refused("signature_wrong", cause),
            NotCompleted::Room(cause) => {
                AppError::internal("completing a signature".to_owned(), cause)
            }
        })
    }

    /// The prepared file, byte for byte as it was prepared.
    fn waiting_bytes(&self, request: &SigningRequest) -> Result<Vec<u8>, AppError> {
        let file = &request.document.file;
        let bytes = match self.files.read(file.sm3) {
            Err(error @ (FileError::Changed { .. } | FileError::Missing { .. })) => {
                tracing::error!(%error, "a prepared document is not as it was kept");
                return Err(changed());
            }
            read => read?,
        };
        let same = (bytes.len() as u64, Sha256::of(&bytes)) == (file.bytes, file.sha256);
        if same { Ok(bytes) } else { Err(changed()) }
    }

    /// Keeps the signed file if the engine that everybody uses finds the new signature valid, and
    /// nothing else broken.
    fn kept_if_valid(&self, file: &[u8], at: OffsetDateTime) -> Result<KeptFile, AppError> {
        let (believed, known) = (self.trust.now(), self.signing_known(at)?);
        let report = believed.trust.under(&known).judge(file, at);
        let mut signatures = report.signatures.iter();
        let new = signatures.find(|one| one.covers_whole_file == Some(true));
        let valid = new.is_some_and(|one| one.outcome == Outcome::Valid);
        if !valid || report.outcome == Outcome::Invalid {
            let reason = report.reason().map_or("unknown", |code| code.name());
            tracing::error!(code = reason, "a document that was just signed does not verify");
            return Err(refused("signature_wrong", format!("the signed file: {reason}")));
        }
        self.kept_file(file)
    }
}

/// Bytes of a revision, and the room in it.
type Revision = (Vec<u8>, std::ops::Range<usize>);

/// The original and the revision of what was kept.
fn resumed<'a>(
    request: &SigningRequest,
    document: &'a [u8],
) -> Result<(&'a [u8], Revision), AppError> {
    let place = |number: u64| usize::try_from(number).map_err(|_| changed());
    let (original_bytes, gap) = (request.document.original_bytes, &request.document.gap);
    let (original, revision) =
        document.split_at_checked(place(original_bytes)?).ok_or_else(changed)?;
    Ok((original, (revision.to_vec(), place(gap.start)?..place(gap.end)?)))
}

fn changed() -> AppError {
    let detail = "what was signed is not what was prepared; prepare the document anew";
    refused("digest_changed", detail)
}
