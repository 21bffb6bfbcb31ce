//! The parties: organizations that issue, verify and operate; holders of licenses.

mod holder;
mod organization;

pub use holder::{Holder, HolderCodeType};
pub use organization::{Organization, OrganizationStatus};
