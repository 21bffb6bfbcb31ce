//! Who is asking.

use crate::clockwork::random;
use crate::lately::Lately;
use crate::{App, AppError, Caller};
use domain::access::{ApiKey, ApiKeyToken, Role, Secret};
use domain::digest::Sha256;
use domain::id::{ApiKeyId, OrganizationId};
use domain::party::Organization;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

impl App {
    /// Who presents this API key, if it was found to be good within the last second.
    #[must_use]
    pub fn known_caller(&self, presented: &str) -> Option<Caller> {
        self.known_callers.still(Sha256::of(presented.as_bytes()))
    }

    /// Who presents this API key.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] for an unknown, malformed or revoked key, all alike.
    pub fn authenticate(&self, presented: &str) -> Result<Caller, AppError> {
        let caller = self.looked_up(presented)?;
        let found = (Instant::now(), caller.clone());
        self.known_callers.remember(Sha256::of(presented.as_bytes()), found);
        Ok(caller)
    }

    fn looked_up(&self, presented: &str) -> Result<Caller, AppError> {
        let invalid = || AppError::Unauthenticated { code: "token_invalid" };
        let token = presented.parse::<ApiKeyToken>().map_err(|_| invalid())?;
        let key = self.store.api_key_find(token.id)?.ok_or_else(invalid)?;
        if !key.admits(&token, self.clock.now()) {
            return Err(invalid());
        }
        Ok(Caller::Key {
            key: key.id,
            organization: key.organization,
            permissions: key.permissions,
        })
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

/// Callers whose key was good a moment ago, and since when that is known: a department that asks a
/// thousand times a second is looked up once, and a key that is revoked is refused within a second.
pub(crate) type KnownCallers = Lately<(Instant, Caller), 1024>;

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
