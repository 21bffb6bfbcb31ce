//! Who may do what.

mod api_key;
mod attempts;
mod caller;
mod certificate;
mod citizen;
mod client;
mod grant;
mod permission;
mod roles;
mod session;
mod staff;

pub use api_key::{ApiKey, ApiKeyToken, BadToken, Secret};
pub use attempts::{Attempts, Origin, network_of};
pub use caller::{Caller, Denied};
pub use certificate::StaffCertificate;
pub use citizen::{Citizen, CitizenSession};
pub use client::{
    AccessToken, BadAccessToken, BadClientName, Client, ClientMethod, ClientName, ClientStatus,
    Credential, CredentialKind, IssuedToken,
};
pub use grant::{BadGrant, Grant, ItemCode};
pub use permission::{Permission, Permissions, Role};
pub use roles::{Roles, RolesRefused};
pub use session::{BadSessionToken, Session, SessionStage, SessionToken};
pub use staff::{BadLogin, CodeUsed, Login, LoginRefused, Staff, StaffStatus};
