//! The department's seal below the signature of somebody else: an update that leaves it whole.

use super::refused;
use crate::once::{Asked, Named, Once, asked};
use crate::view::SigningRequestView;
use crate::{App, AppError, Caller, IdempotencyKey, Place, SealForm, SealRequest};
use domain::access::Permission;
use domain::signing::{Countersigned, SigningRequest};
use storage::StoreError;

/// With which seal, and where it is shown.
#[derive(Clone, Debug)]
pub struct CountersignAsked {
    /// The seal by name or id.
    pub seal: String,
    /// Which signatures it leaves.
    pub form: SealForm,
    /// Where it is shown.
    pub place: Place,
}

impl App {
    /// Puts a seal of the caller's organization below the signature, by an order of its own and through
    /// the one door. One sealed file for each request; of two at once, or
    /// after a crash in between, an order may be spent for nothing.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `signing_state` when there is no signature, or a seal already; as
    /// [`App::seal_document`].
    pub fn countersign(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        id: &str,
        wanted: &CountersignAsked,
    ) -> Result<Once<SigningRequestView>, AppError> {
        let (own, request) = self.own_signing(caller, id)?;
        caller.require_whole(Permission::SealUse)?;
        let place = format!("{:?}", wanted.place);
        let texts = [id, &wanted.seal, wanted.form.word(), &place];
        let what = asked("signing.countersign", &texts.map(str::as_bytes));
        let named = Named { caller: own.to_string(), key, asked: what };
        self.once(named, |asked| self.countersigned(caller, request, wanted, asked))
    }

    fn countersigned(
        &self,
        caller: &Caller,
        mut request: SigningRequest,
        wanted: &CountersignAsked,
        asked: &Asked<'_>,
    ) -> Result<SigningRequestView, AppError> {
        let signed = request.end.as_ref().and_then(|end| end.file);
        let Some(signed) = signed.filter(|_| request.countersigned.is_none()) else {
            return Err(not_now());
        };
        let (order, sealed) = self.sealed_by_order(
            caller,
            SealRequest {
                document: self.files.read(signed.sm3)?,
                seal: wanted.seal.clone(),
                form: wanted.form,
                level: None,
                place: wanted.place.clone(),
                riding: false,
            },
        )?;
        let (file, at) = (self.kept_file(&sealed)?, self.clock.now());
        let seal = Countersigned { order, file, at };
        request.countersigned = Some(seal);
        let view = self.signing_view(&request, at);
        let by = caller.actor();
        let told = self.signing_told(&by, &request, "signing.countersign", Some(&file))?;
        let kept = asked.kept(200, &view)?;
        match self.store.signing_countersign(request.id, &seal, &told, kept.answer()) {
            // Somebody else was quicker; the order is spent, and its file belongs to nothing.
            Err(StoreError::Conflict { .. }) => Err(not_now()),
            Err(error) => Err(error.into()),
            Ok(()) => Ok(view),
        }
    }
}

fn not_now() -> AppError {
    refused("signing_state", "a seal comes once, below a document that was signed")
}
