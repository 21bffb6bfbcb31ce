//! Which clients there are, and what they may do.

use super::{CredentialMade, CredentialRequest, until};
use crate::people::readable;
use crate::view::ClientView;
use crate::{App, AppError, Caller, id_of, refused};
use domain::access::{Client, ClientMethod, ClientName, ClientStatus, Grant, Permission};
use domain::audit::Entry;
use domain::id::{ClientId, OrganizationId};
use gateway::network::Network;
use storage::StoreError;

/// A client to register.
#[derive(Clone, Debug, Default)]
pub struct ClientRequest {
    /// The organization for which it acts, by id.
    pub organization: String,
    /// Its `client_id`.
    pub name: String,
    /// How it proves who it is.
    pub method: String,
    /// Whether each of its requests must be signed.
    pub requires_signed_requests: bool,
    /// What may change later.
    pub change: ClientChange,
}

/// What may change of a client.
#[derive(Clone, Debug, Default)]
pub struct ClientChange {
    /// What people call it.
    pub label: String,
    /// Permissions, `type:CODE`, `department:ID`, `item:CODE`, with spaces between.
    pub scope: String,
    /// Networks, with spaces between; from anywhere when empty.
    pub addresses: String,
    /// Its last day; without end when empty.
    pub valid_until: String,
}

/// Most networks of one client.
const ADDRESSES_MAX: usize = 64;

/// What administrators and people do is not for programs.
const OF_SYSTEMS: [Permission; 10] = [
    Permission::CatalogueRead,
    Permission::CatalogueWrite,
    Permission::LicenseIssue,
    Permission::LicenseRead,
    Permission::LicenseStatus,
    Permission::SealUse,
    Permission::TargetRead,
    Permission::Verify,
    Permission::ExemptionDecide,
    Permission::WebhookManage,
];

impl ClientChange {
    fn apply(&self, to: &mut Client) -> Result<(), AppError> {
        let label = readable(&self.label, 2..=100)?;
        let grant: Grant = self.scope.parse().map_err(|bad| refused("scope_refused", bad))?;
        let permissions: Vec<Permission> = grant.permissions().clone().into_iter().collect();
        if permissions.is_empty() || permissions.iter().any(|one| !OF_SYSTEMS.contains(one)) {
            let words = OF_SYSTEMS.map(Permission::as_str).join(", ");
            return Err(refused("scope_refused", format!("name some of: {words}")));
        }
        let addresses: Vec<String> = self.addresses.split_whitespace().map(str::to_owned).collect();
        let bad = addresses.iter().find(|text| text.parse::<Network>().is_err());
        if let Some(bad) = bad.or_else(|| addresses.get(ADDRESSES_MAX)) {
            let words = "is no network such as 10.1.2.0/24, or one too many";
            return Err(refused("address_refused", format!("{bad:.60} {words}")));
        }
        to.valid_until = until(&self.valid_until)?;
        (to.label, to.grant, to.addresses) = (label, grant, addresses);
        Ok(())
    }
}

impl App {
    /// The permissions that clients may have.
    #[must_use]
    pub fn client_permissions() -> &'static [Permission] {
        &OF_SYSTEMS
    }

    /// All clients, by name.
    ///
    /// # Errors
    /// Not allowed; the store's.
    pub fn clients(&self, caller: &Caller) -> Result<Vec<ClientView>, AppError> {
        caller.require(Permission::AccessManage)?;
        let names = self.organization_names()?;
        let name = |one: &Client| names.get(&one.organization).cloned().unwrap_or_default();
        let all = self.store.client_list()?;
        Ok(all.iter().map(|one| self.client_view(one, name(one), &[])).collect())
    }

    /// One client with its credentials.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`].
    pub fn client(&self, caller: &Caller, id: &str) -> Result<ClientView, AppError> {
        caller.require(Permission::AccessManage)?;
        self.client_seen(id_of(id)?)
    }

    pub(super) fn client_seen(&self, id: ClientId) -> Result<ClientView, AppError> {
        let (client, credentials) = self.store.client_read(id)?;
        let organization = self.store.organization_read(client.organization)?;
        Ok(self.client_view(&client, organization.name, &credentials))
    }

    /// The client of this name, for whoever sits at the machine.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`].
    pub fn client_named(&self, caller: &Caller, name: &str) -> Result<ClientView, AppError> {
        caller.require(Permission::AccessManage)?;
        let name: ClientName = name.parse().map_err(|_| AppError::NotFound)?;
        let (client, _) = self.store.client_by_name(&name)?.ok_or(AppError::NotFound)?;
        self.client_seen(client.id)
    }

    /// Registers a client with its first credential, if it brings one; a secret is shown once.
    ///
    /// # Errors
    /// Not allowed; `unknown_organization`, `client_name_refused`, `client_name_taken`,
    /// `method_refused`, `secret_in_production`, and what [`App::client_change`] and
    /// [`App::credential_add`] refuse.
    pub fn client_add(
        &self,
        caller: &Caller,
        new: &ClientRequest,
        first: &CredentialRequest,
    ) -> Result<CredentialMade, AppError> {
        caller.require(Permission::AccessManage)?;
        let unknown = || refused("unknown_organization", "there is no such organization");
        let organization: OrganizationId =
            new.organization.trim().parse().map_err(|_| unknown())?;
        self.store.organization_read(organization).map_err(|error| match error {
            StoreError::Missing { .. } => unknown(),
            other => other.into(),
        })?;
        let name: ClientName =
            new.name.trim().parse().map_err(|bad| refused("client_name_refused", bad))?;
        let method: ClientMethod =
            new.method.parse().map_err(|bad| refused("method_refused", bad))?;
        if method == ClientMethod::ClientSecret && self.settings.production {
            let words = "secrets are for tests; use private_key_jwt or tls_client_auth";
            return Err(refused("secret_in_production", words));
        }
        let mut client = Client {
            id: self.clock.id(ClientId::mint)?,
            organization,
            name,
            label: String::new(),
            method,
            grant: Grant::default(),
            addresses: Vec::new(),
            requires_signed_requests: new.requires_signed_requests
                || method == ClientMethod::SignedRequests,
            status: ClientStatus::Active,
            valid_until: None,
            created_at: self.clock.now(),
        };
        new.change.apply(&mut client)?;
        let made = self.credential_of(&client, first)?;
        let detail = [
            ("name", client.name.to_string()),
            ("method", client.method.to_string()),
            ("scope", client.grant.to_string()),
        ];
        let told = self.client_told(&caller.actor(), "client.add", client.id, &detail)?;
        let first = made.as_ref().map(|made| &made.credential);
        match self.store.client_insert(&client, first, &[told]) {
            Err(StoreError::Exists { .. }) => {
                Err(refused("client_name_taken", "a client has this name"))
            }
            other => {
                other?;
                let secret = made.and_then(|made| made.secret);
                Ok(CredentialMade { client: self.client_seen(client.id)?, secret })
            }
        }
    }

    /// Changes what a client may do and from where, which it may so far as `seen` says: nobody widens
    /// again what another narrowed meanwhile. Tokens that it has are narrowed with it.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`]; `name_refused`, `scope_refused`, `address_refused`,
    /// `date_refused`, `client_closed`; [`AppError::VersionMismatch`] when it may other things.
    pub fn client_change(
        &self,
        caller: &Caller,
        id: &str,
        seen: &str,
        change: &ClientChange,
    ) -> Result<ClientView, AppError> {
        caller.require(Permission::AccessManage)?;
        let (before, _) = self.store.client_read(id_of(id)?)?;
        if before.grant.to_string() != seen {
            return Err(AppError::VersionMismatch);
        }
        let mut client = before.clone();
        change.apply(&mut client)?;
        let detail = [("scope", client.grant.to_string())];
        let told = self.client_told(&caller.actor(), "client.change", client.id, &detail)?;
        self.client_kept(&before, &client, &told)?;
        self.client_seen(client.id)
    }

    /// Closes a client: its tokens and credentials open nothing any more.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`]; `client_closed`.
    pub fn client_close(&self, caller: &Caller, id: &str) -> Result<(), AppError> {
        caller.require(Permission::AccessManage)?;
        let (before, _) = self.store.client_read(id_of(id)?)?;
        let client = Client { status: ClientStatus::Closed, ..before.clone() };
        let told = self.client_told(&caller.actor(), "client.close", client.id, &[])?;
        self.client_kept(&before, &client, &told)
    }

    fn client_kept(&self, before: &Client, client: &Client, told: &Entry) -> Result<(), AppError> {
        match self.store.client_change(before, client, told) {
            Err(StoreError::Conflict { .. }) => {
                let (now, _) = self.store.client_read(client.id)?;
                Err(match now.status {
                    ClientStatus::Closed => refused("client_closed", "the client is closed"),
                    ClientStatus::Active => AppError::VersionMismatch,
                })
            }
            other => Ok(other?),
        }
    }
}
