//! Who may do what.

mod api_key;
mod caller;
mod permission;
mod roles;
mod session;
mod staff;

pub use api_key::{ApiKey, ApiKeyToken, BadToken, Secret};
pub use caller::{Caller, Denied};
pub use permission::{Permission, Permissions, Role};
pub use roles::{Roles, RolesRefused};
pub use session::{BadSessionToken, Session, SessionStage, SessionToken};
pub use staff::{BadLogin, CodeUsed, Login, LoginRefused, Staff, StaffStatus};
