//! Who is signed in, by the cookie of the browser.

use crate::problem::Problem;
use crate::site::Site;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use app::{CitizenView, Person, Role, SessionToken};
use futures_util::future::LocalBoxFuture;

/// Somebody who is signed in; without a session the request ends at the page to sign in.
pub(crate) struct SignedIn {
    pub(crate) person: Person,
    pub(crate) token: SessionToken,
}

/// A citizen who is signed in, likewise.
pub(crate) struct Citizen {
    pub(crate) citizen: CitizenView,
    pub(crate) token: SessionToken,
}

impl SignedIn {
    /// Whether somebody has the role, for a page that asks nothing of the register by which it would
    /// be found out.
    pub(crate) fn require(&self, role: Role) -> Result<(), Problem> {
        if self.person.is(role) { Ok(()) } else { Err(Problem::new("scope_missing")) }
    }
}

fn needed() -> Problem {
    Problem::new("session_needed")
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let site = request.app_data::<Data<Site>>().ok_or_else(needed)?;
            let token = token(site, &request).ok_or_else(needed)?;
            let (asked, visitor) = (token.clone(), site.visitor(&request));
            let person = site.read(move |app| app.person(&asked, &visitor)).await?;
            Ok(Self { person: person.ok_or_else(needed)?, token })
        })
    }
}

impl FromRequest for Citizen {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let site = request.app_data::<Data<Site>>().ok_or_else(needed)?;
            let kept = value(site, Place::Citizen, &request);
            let token: SessionToken = kept.and_then(|kept| kept.parse().ok()).ok_or_else(needed)?;
            let asked = token.clone();
            let citizen = site.read(move |app| app.citizen(&asked)).await?;
            Ok(Self { citizen: citizen.ok_or_else(needed)?, token })
        })
    }
}

/// What a browser keeps for us, besides how it likes its pages.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// The session of somebody who works here.
    Staff,
    /// The session of a citizen.
    Citizen,
    /// On the way to an identity provider and back.
    Identity,
}

impl Place {
    /// A browser sends a cookie of a guarded name only over TLS, to this host, and no other host
    /// sets it. The plain ones are for a machine of one's own, without TLS.
    fn name(self, guarded: bool) -> &'static str {
        match (self, guarded) {
            (Self::Staff, true) => "__Host-session",
            (Self::Staff, false) => "session",
            (Self::Citizen, true) => "__Host-citizen",
            (Self::Citizen, false) => "citizen",
            (Self::Identity, true) => "__Host-identity",
            (Self::Identity, false) => "identity",
        }
    }
}

fn is_guarded(site: &Site) -> bool {
    site.app.settings().public_url.starts_with("https://")
}

/// What the browser keeps there.
pub(crate) fn value(site: &Site, place: Place, request: &HttpRequest) -> Option<String> {
    Some(request.cookie(place.name(is_guarded(site)))?.value().to_owned())
}

/// What the browser keeps of its session, if it is one.
pub(crate) fn token(site: &Site, request: &HttpRequest) -> Option<SessionToken> {
    value(site, Place::Staff, request)?.parse().ok()
}

/// The cookie of a session; it is gone when the browser is closed.
pub(crate) fn cookie(site: &Site, token: &SessionToken) -> Cookie<'static> {
    cookie_at(site, Place::Staff, token.reveal().to_string())
}

/// Takes a cookie away.
pub(crate) fn removal(site: &Site, place: Place) -> Cookie<'static> {
    let mut cookie = cookie_at(site, place, String::new());
    cookie.make_removal();
    cookie
}

/// A cookie.
pub(crate) fn cookie_at(site: &Site, place: Place, value: String) -> Cookie<'static> {
    let guarded = is_guarded(site);
    Cookie::build(place.name(guarded), value)
        .path("/")
        .http_only(true)
        .secure(guarded)
        .same_site(SameSite::Lax)
        .finish()
}
