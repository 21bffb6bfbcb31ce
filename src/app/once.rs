//! One effect for one idempotency key. The answer is kept with what it answers, in one
//! transaction, and wrapped by custody: it may hold a secret, or what names a person.

use crate::{App, AppError, IdempotencyKey};
use domain::digest::Sm3;
use domain::id::RequestId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use storage::{Answer, Begun, NewRequest, Response};
use time::Duration;

/// Nobody waits longer for an answer; after this a request may be taken over.
pub(crate) const LEASE: Duration = Duration::minutes(2);

/// What was done, once.
#[derive(Clone, Debug)]
pub struct Once<T> {
    /// What came of it.
    pub value: T,
    /// True when an earlier answer to the same idempotency key is repeated.
    pub replayed: bool,
}

/// A request as its caller names it.
pub(crate) struct Named<'a> {
    /// Whose keys: two callers may choose the same one.
    pub(crate) caller: String,
    /// The key, if the caller chose one.
    pub(crate) key: Option<&'a IdempotencyKey>,
    /// SM3 of what is asked, the kind of request included.
    pub(crate) asked: Sm3,
}

/// A request under way, to be answered by the transaction that does what it asks.
pub(crate) struct Asked<'a> {
    app: &'a App,
    request: Option<NewRequest>,
}

/// An answer as it is kept.
pub(crate) struct Kept(Option<(RequestId, Response)>);

impl Kept {
    pub(crate) fn answer(&self) -> Answer<'_> {
        self.0.as_ref().map(|(request, response)| (*request, response))
    }
}

impl<'a> Asked<'a> {
    /// A request without a key: it has its effect each time.
    pub(crate) fn each_time(app: &'a App) -> Self {
        Self { app, request: None }
    }

    /// The answer as the transaction keeps it.
    pub(crate) fn kept<T: Serialize>(&self, status: u16, answer: &T) -> Result<Kept, AppError> {
        let kept = self.request.as_ref().map(|request| {
            Ok::<_, AppError>((request.id, self.app.wrapped(request, status, answer)?))
        });
        kept.transpose().map(Kept)
    }
}

/// SM3 of the kind of a request and its parts, so that no two requests have the same.
pub(crate) fn asked(kind: &str, parts: &[&[u8]]) -> Sm3 {
    let parts = [&[kind.as_bytes()], parts].concat();
    let digests: Vec<u8> = parts.iter().flat_map(|part| *Sm3::of(part).as_bytes()).collect();
    Sm3::of(&digests)
}

impl App {
    pub(crate) fn new_request(
        &self,
        caller: String,
        key: &IdempotencyKey,
        digest: Sm3,
    ) -> Result<NewRequest, AppError> {
        let (id, at) = (self.clock.id(RequestId::mint)?, self.clock.now());
        Ok(NewRequest { id, caller, key: key.as_str().to_owned(), digest, at, lease: LEASE })
    }

    /// Does the work unless it was done under the same key. The work keeps its answer by
    /// [`Asked::kept`] in the transaction that has its effect.
    pub(crate) fn once<T: Serialize + DeserializeOwned>(
        &self,
        named: Named<'_>,
        work: impl FnOnce(&Asked<'_>) -> Result<T, AppError>,
    ) -> Result<Once<T>, AppError> {
        let Some(key) = named.key else {
            let value = work(&Asked::each_time(self))?;
            return Ok(Once { value, replayed: false });
        };
        let mut request = self.new_request(named.caller, key, named.asked)?;
        match self.store.request_begin(&request)? {
            Begun::Fresh => {}
            // Its worker is dead, and had no effect: that comes with the answer.
            Begun::Resumed { request: id, .. } => request.id = id,
            Begun::Answered(kept) => {
                return Ok(Once { value: self.unwrapped(&request, &kept)?, replayed: true });
            }
        }
        let (id, asked) = (request.id, Asked { app: self, request: Some(request) });
        let done = work(&asked);
        if done.is_err()
            && let Err(second) = self.store.request_forget(id)
        {
            // The first error is the telling one; the lease runs out.
            tracing::error!(error = %second, "a request that failed could not be forgotten");
        }
        done.map(|value| Once { value, replayed: false })
    }

    /// An answer as it is kept.
    pub(crate) fn wrapped<T: Serialize>(
        &self,
        request: &NewRequest,
        status: u16,
        answer: &T,
    ) -> Result<Response, AppError> {
        let json = serde_json::to_vec(answer)
            .map(zeroize::Zeroizing::new)
            .map_err(|cause| AppError::internal("writing an answer".to_owned(), cause))?;
        let body = self.custody.wrap(&name(request), &json)?;
        Ok(Response { status, body })
    }

    /// An answer that was kept for this request.
    pub(crate) fn unwrapped<T: DeserializeOwned>(
        &self,
        request: &NewRequest,
        kept: &Response,
    ) -> Result<T, AppError> {
        let json = self.custody.unwrap(&name(request), &kept.body)?;
        serde_json::from_slice(&json)
            .map_err(|cause| AppError::internal("reading a stored answer".to_owned(), cause))
    }
}

/// What a kept answer is bound to: the same key of another caller does not open it.
fn name(request: &NewRequest) -> String {
    format!("answer to {} of {}", request.key, request.caller)
}
