//! Signed requests: the head as its signature sees it, and whether the body is the one that was
//! signed.

use crate::problem::Problem;
use crate::site::Site;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_LENGTH, HOST, HeaderValue, TRANSFER_ENCODING};
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpMessage, HttpRequest};
use app::{BodyDigest, SignedHead};
use futures_util::{Stream, StreamExt};
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// Whether a request says that it is signed.
pub(crate) fn is_signed(request: &HttpRequest) -> bool {
    let names = ["signature", "signature-input", "x-signature"];
    names.iter().any(|name| request.headers().contains_key(*name))
}

/// The head of a request, as its client knows it.
pub(crate) fn head(site: &Site, request: &HttpRequest) -> SignedHead {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let (headers, uri) = (request.headers(), request.uri());
    let named = uri.authority().map(ToString::to_string);
    let authority = named.or_else(|| headers.get(HOST).map(text)).unwrap_or_default();
    let length = headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0");
    let told = [TRANSFER_ENCODING.as_str(), "content-digest"];
    SignedHead {
        method: request.method().as_str().to_owned(),
        scheme: scheme(site, &authority).to_owned(),
        path: uri.path().to_owned(),
        query: uri.query().map(str::to_owned),
        headers: headers.iter().map(|(n, v)| (n.as_str().to_owned(), text(v))).collect(),
        has_body: length || told.iter().any(|name| headers.contains_key(*name)),
        authority,
    }
}

/// Clients know the public address; behind a gateway our own scheme is another.
fn scheme(site: &Site, authority: &str) -> &'static str {
    match site.app.settings().public_url.split_once("://") {
        Some(("https", host)) if host.eq_ignore_ascii_case(authority) => "https",
        Some(("http", host)) if host.eq_ignore_ascii_case(authority) => "http",
        _ if site.settings.tls.is_some() => "https",
        _ => "http",
    }
}

/// What the body of a signed request must be; empty when nothing was said of it.
struct Expected(Option<BodyDigest>);

/// Keeps with a request what its body must be, for whoever reads it.
pub(crate) fn expect(request: &HttpRequest, body: Option<BodyDigest>) {
    request.extensions_mut().insert(Expected(body));
}

fn altered() -> Problem {
    Problem::new("signature_invalid").detail("the body is not the one that was signed")
}

/// Refuses a whole body that is not the one that was signed. What is not signed passes.
pub(crate) fn check(request: &HttpRequest, body: &[u8]) -> Result<(), Problem> {
    let Some(Expected(expected)) = request.extensions_mut().remove() else { return Ok(()) };
    let right = match expected {
        Some(mut digest) => {
            digest.update(body);
            digest.is_right()
        }
        None => body.is_empty(),
    };
    if right { Ok(()) } else { Err(altered()) }
}

/// A body that is digested while a reader of parts goes through it.
#[derive(Clone)]
pub(crate) struct Watched(Rc<RefCell<Inner>>);

struct Inner {
    payload: Payload,
    /// Absent for a request that is not signed.
    expected: Option<Option<BodyDigest>>,
}

impl Watched {
    /// The body of a request.
    pub(crate) fn new(request: &HttpRequest, payload: Payload) -> Self {
        let expected = request.extensions_mut().remove::<Expected>().map(|Expected(body)| body);
        Self(Rc::new(RefCell::new(Inner { payload, expected })))
    }

    /// Reads what is left behind the parts, at most `limit` bytes, and refuses a body that is not
    /// the one that was signed.
    pub(crate) async fn finish(mut self, limit: usize) -> Result<(), Problem> {
        if self.0.borrow().expected.is_none() {
            return Ok(());
        }
        let mut left = limit;
        while let Some(chunk) = self.next().await {
            let chunk = chunk.map_err(|error| crate::body::broken_off(&error))?;
            left = left.checked_sub(chunk.len()).ok_or_else(altered)?;
        }
        let expected = self.0.borrow_mut().expected.take().flatten();
        // Without a digest a body of parts cannot be the empty one.
        if expected.is_some_and(BodyDigest::is_right) { Ok(()) } else { Err(altered()) }
    }
}

impl Stream for Watched {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let inner = &mut *self.0.borrow_mut();
        let polled = Pin::new(&mut inner.payload).poll_next(context);
        if let (Poll::Ready(Some(Ok(chunk))), Some(Some(digest))) = (&polled, &mut inner.expected) {
            digest.update(chunk);
        }
        polled
    }
}
