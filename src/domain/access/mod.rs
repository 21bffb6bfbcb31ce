//! Who may do what.

mod api_key;
mod caller;
mod permission;

pub use api_key::{ApiKey, ApiKeyToken, BadToken, Secret};
pub use caller::{Caller, Denied};
pub use permission::{Permission, Permissions, Role};
