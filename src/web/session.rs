//! Who is signed in, by the cookie of the browser.

use crate::problem::Problem;
use crate::site::Site;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use app::{Person, SessionToken};
use futures_util::future::LocalBoxFuture;

/// Somebody who is signed in; without a session the request ends at the page to sign in.
pub(crate) struct SignedIn {
    pub(crate) person: Person,
    pub(crate) token: SessionToken,
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let needed = || Problem::new("session_needed");
            let site = request.app_data::<Data<Site>>().ok_or_else(needed)?;
            let token = token(site, &request).ok_or_else(needed)?;
            let asked = token.clone();
            let person = site.read(move |app| app.person(&asked)).await?;
            Ok(Self { person: person.ok_or_else(needed)?, token })
        })
    }
}

/// A browser sends a cookie of this name only over TLS, to this host, and no other host sets it.
const GUARDED: &str = "__Host-session";
/// On a machine of one's own, without TLS.
const PLAIN: &str = "session";

fn is_guarded(site: &Site) -> bool {
    site.app.settings().public_url.starts_with("https://")
}

/// What the browser keeps of its session, if it is one.
pub(crate) fn token(site: &Site, request: &HttpRequest) -> Option<SessionToken> {
    let name = if is_guarded(site) { GUARDED } else { PLAIN };
    request.cookie(name)?.value().parse().ok()
}

/// The cookie of a session; it is gone when the browser is closed.
pub(crate) fn cookie(site: &Site, token: &SessionToken) -> Cookie<'static> {
    with_value(site, token.reveal().to_string())
}

/// Takes the cookie away.
pub(crate) fn no_cookie(site: &Site) -> Cookie<'static> {
    let mut cookie = with_value(site, String::new());
    cookie.make_removal();
    cookie
}

fn with_value(site: &Site, value: String) -> Cookie<'static> {
    let guarded = is_guarded(site);
    Cookie::build(if guarded { GUARDED } else { PLAIN }, value)
        .path("/")
        .http_only(true)
        .secure(guarded)
        .same_site(SameSite::Lax)
        .finish()
}
