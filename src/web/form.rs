//! Forms of pages: read strictly, and only from pages of this service.

use crate::body::{self, SMALL_BYTES_MAX};
use crate::problem::Problem;
use crate::site::Site;
use actix_web::HttpRequest;
use actix_web::http::header::{HOST, HeaderMap, ORIGIN};
use actix_web::web::{Payload, Query};
use app::SessionToken;

/// The name under which a form carries what only pages of its session know.
const FORM_TOKEN: &str = "form_token";

/// What was typed into a form.
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// A form of somebody who is signed in, from a page of that session.
    pub(crate) async fn of_session(
        site: &Site,
        request: &HttpRequest,
        payload: Payload,
        token: &SessionToken,
    ) -> Result<Self, Problem> {
        let form = Self::of_anyone(site, request, payload).await?;
        let sent = token.sent(form.text(FORM_TOKEN));
        sent.then_some(form).ok_or_else(|| Problem::new("form_refused"))
    }

    /// A form of whoever is not signed in yet.
    pub(crate) async fn of_anyone(
        site: &Site,
        request: &HttpRequest,
        payload: Payload,
    ) -> Result<Self, Problem> {
        const TYPE: &str = "application/x-www-form-urlencoded";
        if body::media_type(request).as_deref() != Some(TYPE) {
            return Err(body::unsupported(request, TYPE));
        }
        if !is_own(request.headers(), &site.app.settings().public_url) {
            return Err(Problem::new("form_refused"));
        }
        let body = body::read(site, request, payload, SMALL_BYTES_MAX).await?;
        let pairs = Query::<Vec<(String, String)>>::from_query(body.text()?);
        let pairs = pairs.map_err(|_| Problem::malformed("the form cannot be read"))?;
        Ok(Self(pairs.into_inner()))
    }

    /// What was typed under this name; empty when nothing was.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Everything that was chosen under this name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }
}

/// Whether the browser says that the form came from a page of this service. One that says nothing
/// is old, or no browser.
fn is_own(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |value: Option<&actix_web::http::header::HeaderValue>| {
        value.map(|value| value.to_str().unwrap_or("?").to_owned())
    };
    let from = text(headers.get("sec-fetch-site"));
    if from.is_some_and(|from| !matches!(from.as_str(), "same-origin" | "none")) {
        return false;
    }
    let Some(origin) = text(headers.get(ORIGIN)) else { return true };
    let place =
        |url: &str| url.split_once("://").map(|(_, rest)| rest.trim_end_matches('/').to_owned());
    let own = [text(headers.get(HOST)), place(public_url)];
    place(&origin).is_some_and(|origin| own.contains(&Some(origin)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    #[test]
    fn forms_of_strangers_are_refused() {
        for (headers, own) in [
            (&[("host", "a.example")][..], true),
            (&[("host", "a.example"), ("origin", "https://a.example")], true),
            (&[("host", "a.example"), ("origin", "http://a.example:81")], false),
            (&[("host", "10.0.0.1"), ("origin", "https://zheng.example")], true),
            (&[("host", "a.example"), ("origin", "https://b.example")], false),
            (&[("host", "a.example"), ("origin", "null")], false),
            (&[("host", "a.example"), ("sec-fetch-site", "cross-site")], false),
            (&[("host", "a.example"), ("sec-fetch-site", "same-site")], false),
            (&[("host", "a.example"), ("sec-fetch-site", "same-origin")], true),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            assert_eq!(is_own(&map, "https://zheng.example/"), own, "{headers:?}");
        }
    }
}
