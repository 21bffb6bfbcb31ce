//! Who is asking: a department by an access token of its client or by its API key. Never from a
//! parameter, so that neither is in a log.

use crate::peer_certificate::PeerCertificate;
use crate::problem::Problem;
use crate::signature;
use crate::site::Site;
use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use app::Presented;
use futures_util::future::LocalBoxFuture;

/// A caller whose key the service knows; without one the request ends with 401.
pub(crate) struct Caller(pub(crate) app::Caller);

/// A caller with a key, or anyone; a wrong key is an error all the same.
pub(crate) struct Anyone(pub(crate) Option<app::Caller>);

/// The id of the key, for the request's log line.
pub(crate) struct KeyId(pub(crate) String);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = caller_of(&request).await?;
            caller.map(Self).ok_or_else(|| Problem::new("token_missing"))
        })
    }
}

impl FromRequest for Anyone {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(caller_of(&request).await?)) })
    }
}

async fn caller_of(request: &HttpRequest) -> Result<Option<app::Caller>, Problem> {
    let key = presented_key(request)?;
    let signed = signature::is_signed(request);
    if key.is_none() && !signed {
        return Ok(None);
    }
    let Some(site) = request.app_data::<Data<Site>>() else {
        return Err(Problem::new("internal_error").detail("the server is not assembled"));
    };
    let caller = match (key.map(|key| presented(site, request, key)), signed) {
        (presented, true) => signer(site, request, presented).await?,
        (Some(presented), false) => bearer(site, presented).await?,
        (None, false) => return Ok(None),
    };
    request.extensions_mut().insert(KeyId(caller.actor().to_string()));
    let item = request.headers().get("x-item-code").and_then(|value| value.to_str().ok());
    if !caller.serves(item) {
        return Err(Problem::new("item_not_entitled"));
    }
    Ok(Some(caller))
}

fn presented(site: &Site, request: &HttpRequest, token: String) -> Presented {
    let certificate = PeerCertificate::of(request).map(|shown| shown.der);
    Presented { token, certificate, address: Some(site.client_address(request)) }
}

async fn bearer(site: &Site, presented: Presented) -> Result<app::Caller, Problem> {
    match site.app.known_caller(&presented) {
        Some(known) => Ok(known),
        None => site.read(move |app| app.authenticate(&presented)).await,
    }
}

/// Who signed the request; what its body must be is kept with it.
async fn signer(
    site: &Site,
    request: &HttpRequest,
    presented: Option<Presented>,
) -> Result<app::Caller, Problem> {
    let (head, address) = (signature::head(site, request), site.client_address(request));
    let find = move |app: &app::App| app.signer_of(&head, presented.as_ref(), Some(address));
    let found = site.read(find).await?.ok_or_else(|| Problem::new("signature_invalid"))?;
    signature::expect(request, found.body);
    Ok(found.caller)
}

/// The key in `Authorization: Bearer …` or `X-API-Key`, in one place only.
fn presented_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let headers = request.headers();
    let values: Vec<_> =
        headers.get_all(AUTHORIZATION).chain(headers.get_all("x-api-key")).collect();
    let invalid = || Problem::new("token_invalid");
    match values.as_slice() {
        [] => Ok(None),
        [value] => {
            let text = value.to_str().map_err(|_| invalid())?;
            let key = match text.split_once(' ') {
                Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim(),
                Some(_) => return Err(invalid()),
                None if headers.contains_key(AUTHORIZATION) => return Err(invalid()),
                None => text,
            };
            Ok(Some(key.to_owned()))
        }
        _ => Err(Problem::malformed("send the token or key once, in one header")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn a_key_is_read_from_one_header() {
        let check = |headers: &[(&'static str, &'static str)],
                     expected: Result<Option<&str>, &str>| {
            let request = headers.iter().fold(TestRequest::get(), |r, h| r.append_header(*h));
            let key = presented_key(&request.to_http_request());
            let key = key.map_err(|problem| problem.code);
            assert_eq!(key.as_ref().map(Option::as_deref).map_err(|code| *code), expected);
        };
        check(&[], Ok(None));
        check(&[("authorization", "Bearer yz_1")], Ok(Some("yz_1")));
        check(&[("authorization", "bearer  yz_1 ")], Ok(Some("yz_1")));
        check(&[("x-api-key", "yz_1")], Ok(Some("yz_1")));
        check(&[("authorization", "Basic eDp5")], Err("token_invalid"));
        check(&[("authorization", "yz_1")], Err("token_invalid"));
        check(&[("x-api-key", "a"), ("x-api-key", "b")], Err("malformed_request"));
        check(&[("authorization", "Bearer a"), ("x-api-key", "a")], Err("malformed_request"));
    }
}
