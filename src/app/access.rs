//! Who is asking.

use crate::clockwork::random;
use crate::lately::Lately;
use crate::{App, AppError, Caller};
use domain::access::{AccessToken, ApiKey, ApiKeyToken, Role, Secret};
use domain::audit::{Actor, Subject};
use domain::digest::Sha256;
use domain::id::{ApiKeyId, OrganizationId};
use domain::party::Organization;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// What a request presents to be known by.
#[derive(Clone, Debug)]
pub struct Presented {
    /// An API key or an access token.
    pub token: String,
    /// The certificate of its connection, DER.
    pub certificate: Option<Vec<u8>>,
    /// The address from which it comes.
    pub address: Option<IpAddr>,
}

impl Presented {
    /// By everything that decides who it is.
    fn name(&self) -> Sha256 {
        let shown = self.certificate.as_deref().map(Sha256::of);
        Sha256::of(format!("{}\0{shown:?}\0{:?}", self.token, self.address).as_bytes())
    }
}

impl App {
    /// Who presents this, if it was found to be good within the last second.
    #[must_use]
    pub fn known_caller(&self, presented: &Presented) -> Option<Caller> {
        self.known_callers.still(presented.name())
    }

    /// Who presents this API key or access token.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] for what is unknown, malformed, over or revoked, all alike;
    /// `signature_required` for a client whose requests must be signed.
    pub fn authenticate(&self, presented: &Presented) -> Result<Caller, AppError> {
        let caller = if AccessToken::is_written_so(&presented.token) {
            let (caller, must_sign) = self.token_bearer(presented)?;
            if must_sign {
                return Err(AppError::Unauthenticated { code: "signature_required" });
            }
            caller
        } else {
            self.key_bearer(&presented.token)?
        };
        self.known_callers.remember(presented.name(), (Instant::now(), caller.clone()));
        Ok(caller)
    }

    fn key_bearer(&self, text: &str) -> Result<Caller, AppError> {
        if self.settings.production && !self.settings.api_keys_in_production {
            return Err(AppError::Unauthenticated { code: "api_key_in_production" });
        }
        let token = text.parse::<ApiKeyToken>().map_err(|_| invalid())?;
        let key = self.store.api_key_find(token.id)?.ok_or_else(invalid)?;
        if !key.admits(&token, self.clock.now()) {
            self.note_refused(Subject::new("api key", key.id), "api_key.refuse");
            return Err(invalid());
        }
        Ok(Caller::Key {
            key: key.id,
            organization: key.organization,
            permissions: key.permissions,
        })
    }

    /// Who presents an access token, and whether its requests must be signed.
    pub(crate) fn token_bearer(&self, presented: &Presented) -> Result<(Caller, bool), AppError> {
        let token: AccessToken = presented.token.parse().map_err(|_| invalid())?;
        let found = self.store.token_find(token.digest())?;
        let (token, client, credential) = found.ok_or_else(invalid)?;
        let now = self.clock.now();
        let shown = presented.certificate.as_deref().map(Sha256::of);
        let bound = token.certificate.is_none_or(|only| shown == Some(only));
        let good = now < token.expires_at && credential.in_force(now) && bound;
        if !good || !self.client_may_act(&client, presented.address)? {
            return Err(invalid());
        }
        let caller = Caller::Client {
            client: client.id,
            organization: client.organization,
            grant: Arc::new(client.grant.and(&token.grant)),
        };
        Ok((caller, client.requires_signed_requests))
    }

    /// A key or a client that is known came with a wrong proof, or after its end: once a minute
    /// that is an event, whoever tries however often.
    pub(crate) fn note_refused(&self, subject: Subject, action: &str) {
        let name = Sha256::of(format!("{} {}", subject.kind, subject.id).as_bytes());
        if self.refused_keys.find(name).is_some_and(|since| since.elapsed() < NOTED_EVERY) {
            return;
        }
        self.refused_keys.remember(name, Instant::now());
        let told = self.clock.entry(&Actor::Anonymous, action, subject, &[]);
        let app = self.clone();
        // Behind the answer: its time tells nobody that there is such a key or client.
        std::thread::spawn(move || {
            if let Err(error) = told.and_then(|told| Ok(app.store.audit_append(&[told])?)) {
                tracing::warn!(%error, "that a proof was refused was not written down");
            }
        });
    }

    /// Who sits at the machine, acting for an organization named by its social credit code, its
    /// id or its full name. An empty name stands for the only organization, if there is one only.
    ///
    /// # Errors
    /// No such organization; the error lists those there are.
    pub fn console(&self, organization: &str) -> Result<Caller, AppError> {
        let all = self.store.organization_list()?;
        let matches = |one: &&Organization| {
            let names = [one.code.as_str().to_owned(), one.id.to_string(), one.name.clone()];
            (organization.is_empty() && all.len() == 1)
                || names.iter().any(|name| name == organization)
        };
        match all.iter().find(matches) {
            Some(found) => Ok(Caller::Console { organization: found.id }),
            None => Err(AppError::Refused {
                code: "unknown_organization",
                detail: format!("name one of: {}", names(&all)),
            }),
        }
    }

    /// Whoever sits at the machine, once for each organization there is.
    ///
    /// # Errors
    /// The store's.
    pub fn consoles(&self) -> Result<Vec<Caller>, AppError> {
        let all = self.store.organization_list()?;
        Ok(all.iter().map(|one| Caller::Console { organization: one.id }).collect())
    }

    /// A new API key of an organization; the text is shown once and cannot be read again.
    pub(crate) fn make_api_key(
        &self,
        organization: OrganizationId,
        label: &str,
        role: Role,
    ) -> Result<Zeroizing<String>, AppError> {
        let token =
            ApiKeyToken { id: self.clock.id(ApiKeyId::mint)?, secret: Secret::new(random()?) };
        self.store.api_key_insert(&ApiKey {
            id: token.id,
            organization,
            label: label.to_owned(),
            secret_digest: token.secret.digest(),
            permissions: role.permissions(),
            created_at: self.clock.now(),
            expires_at: None,
            revoked_at: None,
        })?;
        Ok(token.reveal())
    }
}

fn invalid() -> AppError {
    AppError::Unauthenticated { code: "token_invalid" }
}

/// Callers whose key was good a moment ago, and since when that is known: a department that asks a
/// thousand times a second is looked up once, and a key that is revoked is refused within a second.
pub(crate) type KnownCallers = Lately<(Instant, Caller), 1024>;

/// Keys that were refused, and when that was noted.
pub(crate) type RefusedKeys = Lately<Instant, 1024>;

const NOTED_EVERY: Duration = Duration::from_secs(60);

const KNOWN_FOR: Duration = Duration::from_secs(1);

impl KnownCallers {
    fn still(&self, key: Sha256) -> Option<Caller> {
        let (since, caller) = self.find(key)?;
        (since.elapsed() < KNOWN_FOR).then_some(caller)
    }
}

fn names(all: &[Organization]) -> String {
    let names: Vec<String> = all.iter().map(|one| format!("{} ({})", one.code, one.name)).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_key_is_known_for_a_second_and_not_longer() {
        let (known, key) = (KnownCallers::default(), Sha256::of(b"key"));
        assert!(known.still(key).is_none());
        known.remember(key, (Instant::now(), Caller::Anonymous));
        assert!(known.still(key).is_some() && known.still(Sha256::of(b"other")).is_none());
        let second_ago = Instant::now().checked_sub(KNOWN_FOR).unwrap();
        known.remember(key, (second_ago, Caller::Anonymous));
        assert!(known.still(key).is_none(), "it is looked up again");
    }
}
