//! Access tokens of clients, and what clients may say once.

use diesel::prelude::*;
use domain::access::{Client, Credential, IssuedToken};
use domain::audit::Entry;
use domain::digest::Sha256;
use domain::id::ClientId;
use domain::time::micros;
use time::OffsetDateTime;

use crate::audit;
use crate::clients::{CredentialRow, Row as ClientRow};
use crate::connection::{AT_ONCE, Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{access_token as token, client, client_credential, client_nonce as nonce};

const WHAT: &str = "access token";
const READING: &str = "reading an access token";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = token)]
struct Row {
    digest: String,
    client_id: String,
    credential_id: String,
    scope: String,
    certificate: Option<String>,
    created_at: i64,
    expires_at: i64,
}

impl From<&IssuedToken> for Row {
    fn from(one: &IssuedToken) -> Self {
        Self {
            digest: one.digest.to_string(),
            client_id: one.client.to_string(),
            credential_id: one.credential.to_string(),
            scope: one.grant.to_string(),
            certificate: one.certificate.map(|certificate| certificate.to_string()),
            created_at: micros(one.created_at),
            expires_at: micros(one.expires_at),
        }
    }
}

impl TryFrom<Row> for IssuedToken {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.client_id };
        Ok(Self {
            digest: read.parse("digest", &row.digest)?,
            client: read.parse("client_id", &row.client_id)?,
            credential: read.parse("credential_id", &row.credential_id)?,
            grant: read.parse("scope", &row.scope)?,
            certificate: read.maybe("certificate", row.certificate.as_deref())?,
            created_at: read.instant("created_at", row.created_at)?,
            expires_at: read.instant("expires_at", row.expires_at)?,
        })
    }
}

/// What a client says once: the digest of it, and until when it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaidOnce {
    /// Who says it.
    pub client: ClientId,
    /// SHA-256 of its kind and itself.
    pub what: Sha256,
    /// After this it is refused by its own time.
    pub until: OffsetDateTime,
}

fn say(connection: &mut Connection, said: &SaidOnce) -> Result<(), StoreError> {
    let row = (
        nonce::client_id.eq(said.client.to_string()),
        nonce::nonce.eq(said.what.to_string()),
        nonce::expires_at.eq(micros(said.until)),
    );
    let inserted = diesel::insert_into(nonce::table).values(row).execute(connection);
    inserted.map(drop).map_err(|cause| StoreError::insert("nonce", said.client, cause))
}

impl Store {
    /// Keeps a new token, and what its client said once to get it; the event that tells of it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when that was said before.
    pub fn token_insert(
        &self,
        new: &IssuedToken,
        said: Option<&SaidOnce>,
        told: &Entry,
    ) -> Result<(), StoreError> {
        self.write("keeping an access token", |connection| {
            said.map_or(Ok(()), |said| say(connection, said))?;
            let inserted =
                diesel::insert_into(token::table).values(Row::from(new)).execute(connection);
            inserted.map_err(|cause| StoreError::insert(WHAT, new.client, cause))?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Remembers what a client says once.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when it was said before, to whatever process.
    pub fn nonce_insert(&self, said: &SaidOnce) -> Result<(), StoreError> {
        self.write("remembering a nonce", |connection| say(connection, said))
    }

    /// The token of this digest, whose it is, and by what that was proved.
    ///
    /// # Errors
    /// The database's.
    pub fn token_find(
        &self,
        digest: Sha256,
    ) -> Result<Option<(IssuedToken, Client, Credential)>, StoreError> {
        let failed = |cause| StoreError::database(READING, cause);
        self.read_together(READING, |connection| {
            let by_digest = token::table.find(digest.to_string()).select(Row::as_select());
            let found = by_digest.get_result(connection).optional().map_err(failed)?;
            let Some(found) = found else { return Ok(None) };
            let whose: ClientRow = client::table
                .find(&found.client_id)
                .select(ClientRow::as_select())
                .get_result(connection)
                .map_err(failed)?;
            let by: CredentialRow = client_credential::table
                .find(&found.credential_id)
                .select(CredentialRow::as_select())
                .get_result(connection)
                .map_err(failed)?;
            Ok(Some((found.try_into()?, whose.try_into()?, by.try_into()?)))
        })
    }

    /// Takes a token away from its client; whether it was there.
    ///
    /// # Errors
    /// The database's.
    pub fn token_revoke(
        &self,
        digest: Sha256,
        of: ClientId,
        told: &Entry,
    ) -> Result<bool, StoreError> {
        const OPERATION: &str = "revoking an access token";
        self.write(OPERATION, |connection| {
            let own = token::table.find(digest.to_string());
            let own = own.filter(token::client_id.eq(of.to_string()));
            let gone = diesel::delete(own).execute(connection);
            let gone = gone.map_err(|cause| StoreError::database(OPERATION, cause))? == 1;
            if gone {
                audit::append(connection, std::slice::from_ref(told))?;
            }
            Ok(gone)
        })
    }

    /// Takes away the tokens and nonces that are over; how many there were.
    ///
    /// # Errors
    /// The database's.
    pub fn tokens_forget(&self, before: OffsetDateTime) -> Result<usize, StoreError> {
        let before = micros(before);
        let tokens = self.write_in_steps("forgetting access tokens", |connection| {
            let old = token::table.filter(token::expires_at.lt(before));
            let some: Vec<String> = old.select(token::digest).limit(AT_ONCE).load(connection)?;
            diesel::delete(token::table.filter(token::digest.eq_any(some))).execute(connection)
        })?;
        let nonces = self.write_in_steps("forgetting nonces", |connection| {
            let old = nonce::table.filter(nonce::expires_at.lt(before));
            let some: Vec<String> = old.select(nonce::nonce).limit(AT_ONCE).load(connection)?;
            let these = nonce::table.filter(nonce::nonce.eq_any(some));
            diesel::delete(these.filter(nonce::expires_at.lt(before))).execute(connection)
        })?;
        Ok(tokens + nonces)
    }
}

#[cfg(test)]
mod tests {
    use domain::access::{
        AccessToken, ClientMethod, ClientStatus, Credential, CredentialKind, IssuedToken,
    };
    use domain::id::{ClientId, CredentialId, LicenseId};
    use time::Duration;

    use super::*;
    use crate::fixtures::{NOW, World, entropy, world};

    fn entry(action: &str) -> Entry {
        crate::fixtures::entry(action, LicenseId::mint(NOW, entropy()))
    }

    fn client(world: &World, name: &str) -> Client {
        Client {
            id: ClientId::mint(NOW, entropy()),
            organization: world.organization.id,
            name: name.parse().unwrap(),
            label: "样例窗口系统".into(),
            method: ClientMethod::PrivateKeyJwt,
            grant: "license.read verify item:7".parse().unwrap(),
            addresses: vec!["10.1.0.0/16".into(), "::1".into()],
            requires_signed_requests: true,
            status: ClientStatus::Active,
            valid_until: Some(NOW + Duration::DAY),
            created_at: NOW,
        }
    }

    fn credential(of: &Client, key_id: &str) -> Credential {
        Credential {
            id: CredentialId::mint(NOW, entropy()),
            client: of.id,
            kind: CredentialKind::Key,
            key_id: key_id.into(),
            material: vec![1, 2, 3],
            about: "P-256".into(),
            valid_from: NOW,
            valid_until: None,
            revoked_at: None,
            used_at: None,
        }
    }

    #[test]
    fn clients_and_credentials_are_kept_and_changed() {
        let world = world();
        let store = &world.store;
        let mut one = client(&world, "window");
        let mut first = credential(&one, "1");
        store.client_insert(&one, Some(&first), &[entry("client.add")]).unwrap();
        assert_eq!(store.client_read(one.id).unwrap(), (one.clone(), vec![first.clone()]));
        let taken = store.client_insert(&client(&world, "window"), None, &[]);
        assert!(matches!(taken, Err(StoreError::Exists { .. })), "{taken:?}");
        let second = Credential { valid_from: NOW + Duration::HOUR, ..credential(&one, "2") };
        store.credential_insert(&second, &entry("client.credential")).unwrap();
        let same = store.credential_insert(&credential(&one, "2"), &entry("client.credential"));
        assert!(matches!(same, Err(StoreError::Exists { .. })), "{same:?}");

        store.credential_note(first.id, NOW).unwrap();
        store.credential_end(first.id, Some(NOW), None, &entry("client.until")).unwrap();
        store.credential_end(first.id, None, Some(NOW), &entry("client.revoke")).unwrap();
        let again = store.credential_end(first.id, None, Some(NOW), &entry("client.revoke"));
        assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
        (first.used_at, first.valid_until, first.revoked_at) = (Some(NOW), Some(NOW), Some(NOW));
        let found = store.client_by_name(&one.name).unwrap();
        assert_eq!(found, Some((one.clone(), vec![first, second])));

        // Of two who saw the same scope, the second does not widen what the first narrowed.
        let narrowed = Client { grant: "verify".parse().unwrap(), ..one.clone() };
        store.client_change(&one, &narrowed, &entry("client.change")).unwrap();
        let wider = Client { label: "wider".into(), ..one.clone() };
        let late = store.client_change(&one, &wider, &entry("client.change"));
        assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
        one = narrowed;
        let before = one.clone();
        (one.label, one.status, one.addresses) = ("x".into(), ClientStatus::Closed, vec![]);
        store.client_change(&before, &one, &entry("client.close")).unwrap();
        assert_eq!(store.client_list().unwrap(), [one.clone()]);
        let closed = store.client_change(&one, &one, &entry("client.change"));
        assert!(matches!(closed, Err(StoreError::Conflict { .. })), "{closed:?}");
        assert_eq!(store.client_by_name(&"nobody".parse().unwrap()).unwrap(), None);
    }

    #[test]
    fn a_token_is_kept_until_it_is_revoked_or_over() {
        let world = world();
        let store = &world.store;
        let (one, other) = (client(&world, "window"), client(&world, "other"));
        let key = credential(&one, "1");
        store.client_insert(&one, Some(&key), &[]).unwrap();
        store.client_insert(&other, None, &[]).unwrap();
        let token = |seed: u8, certificate| IssuedToken {
            digest: AccessToken::new([seed; 32]).digest(),
            client: one.id,
            credential: key.id,
            grant: "verify".parse().unwrap(),
            certificate,
            created_at: NOW,
            expires_at: NOW + Duration::minutes(10),
        };
        let said = SaidOnce { client: one.id, what: Sha256::of(b"jti"), until: NOW };
        let first = token(1, Some(Sha256::of(b"certificate")));
        store.token_insert(&first, Some(&said), &entry("client.token")).unwrap();
        let found = store.token_find(first.digest).unwrap();
        assert_eq!(found, Some((first.clone(), one.clone(), key.clone())));
        // What was said before leaves nothing behind.
        let second = token(2, None);
        let again = store.token_insert(&second, Some(&said), &entry("client.token"));
        assert!(matches!(again, Err(StoreError::Exists { .. })), "{again:?}");
        assert_eq!(store.token_find(second.digest).unwrap(), None);
        assert!(matches!(store.nonce_insert(&said), Err(StoreError::Exists { .. })));
        store.nonce_insert(&SaidOnce { client: other.id, ..said }).unwrap();

        let revoke = |of| store.token_revoke(first.digest, of, &entry("client.token.revoke"));
        assert!(!revoke(other.id).unwrap(), "another's");
        assert!(revoke(one.id).unwrap() && !revoke(one.id).unwrap());
        store.token_insert(&second, None, &entry("client.token")).unwrap();
        assert_eq!(store.tokens_forget(NOW + Duration::SECOND).unwrap(), 2, "the nonces");
        assert!(store.token_find(second.digest).unwrap().is_some());
        assert_eq!(store.tokens_forget(NOW + Duration::HOUR).unwrap(), 1);
        store.nonce_insert(&said).unwrap();
    }
}
