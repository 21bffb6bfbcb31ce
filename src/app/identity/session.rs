//! Citizens who are signed in.

use super::provider::Provider;
use super::{assured, failed, with_query};
use crate::clockwork::random;
use crate::view::time::instant;
use crate::{App, AppError};
use domain::access::{Citizen, CitizenSession, SessionToken};
use domain::audit::{Actor, Entry, Subject};
use domain::jwt::Claims;
use domain::mask::person_name;
use time::Duration;

/// A citizen as the own page shows it.
#[derive(Clone, Debug)]
pub struct CitizenView {
    /// The name, masked.
    pub name: String,
    /// Name of the provider in Chinese.
    pub provider_zh: String,
    /// Name of the provider in English.
    pub provider_en: String,
    /// When the session began.
    pub since: String,
}

impl App {
    /// Opens a session for whom a token speaks of.
    pub(super) fn let_citizen_in(
        &self,
        provider: &Provider,
        claims: &Claims,
    ) -> Result<SessionToken, AppError> {
        let settings = &provider.settings;
        let text = |name: &str| claims.value(name).and_then(|value| value.as_str());
        let number = text(&settings.id_claim).and_then(assured);
        let number = number.ok_or_else(|| failed("identity_incomplete"))?;
        let token = SessionToken::new(random()?);
        let now = self.clock.now();
        let citizen = Citizen {
            provider: settings.id.clone(),
            holder: self.holder(&number)?,
            name: person_name(text(&settings.name_claim).unwrap_or_default()),
        };
        let told = self.told_of_citizen("citizen.session_open", &citizen)?;
        let digest = token.digest();
        let session = CitizenSession { digest, citizen, created_at: now, seen_at: now };
        self.store.citizen_session_begin(&session, &told)?;
        Ok(token)
    }

    fn told_of_citizen(&self, action: &str, citizen: &Citizen) -> Result<Entry, AppError> {
        let subject = Subject::new("citizen", citizen.holder);
        let detail = [("provider", citizen.provider.clone())];
        self.clock.entry(&Actor::Anonymous, action, subject, &detail)
    }

    /// Who holds this session, if it is in force.
    ///
    /// # Errors
    /// The store's.
    pub fn citizen(&self, token: &SessionToken) -> Result<Option<CitizenView>, AppError> {
        let now = self.clock.now();
        let found = self.store.citizen_session_find(token.digest())?;
        let Some(mut session) = found.filter(|session| session.in_force(now)) else {
            return Ok(None);
        };
        // A provider that is configured no more vouches for nobody.
        let Ok(provider) = self.providers.find(&session.citizen.provider) else { return Ok(None) };
        if session.to_be_noted(now) {
            session.seen_at = now;
            self.store.citizen_session_note(&session)?;
        }
        Ok(Some(CitizenView {
            name: session.citizen.name,
            provider_zh: provider.settings.name_zh.clone(),
            provider_en: provider.settings.name_en.clone(),
            since: instant(session.created_at),
        }))
    }

    /// Ends a session; where the person may sign out of the provider too, if it says.
    ///
    /// # Errors
    /// `session_needed` when it is over; the store's.
    pub fn citizen_sign_out(&self, token: &SessionToken) -> Result<Option<String>, AppError> {
        let found = self.store.citizen_session_find(token.digest())?;
        let session = found.ok_or_else(|| failed("session_needed"))?;
        let told = self.told_of_citizen("citizen.session_end", &session.citizen)?;
        self.store.citizen_session_end(session.digest, &told)?;
        let Ok(provider) = self.providers.find(&session.citizen.provider) else { return Ok(None) };
        let Ok(known) = provider.known(self.clock.now()) else { return Ok(None) };
        let place = known.configuration.end_session_endpoint.as_deref();
        let client = provider.settings.client_id.as_str();
        Ok(place.map(|place| with_query(place, &[("client_id", client)])))
    }

    /// Takes away the sessions of citizens that are over.
    pub(crate) fn forget_citizens(&self) -> Result<usize, AppError> {
        Ok(self.store.citizen_sessions_forget(self.clock.now() - Duration::hours(2))?)
    }
}
