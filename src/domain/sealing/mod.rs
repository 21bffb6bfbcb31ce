//! Sealing: what was ordered, where the seal stands, and every use of a key, written down first.

mod key;
mod key_use;
mod level;
mod manifest;
mod order;
mod placement;
mod request;

pub use key::{KeyPurpose, KeyState, SigningKey};
pub use key_use::{Cause, KeyUse, KeyUseState};
pub use level::Level;
pub use manifest::{
    Approval, ApprovalRefused, ApproverKey, BadManifest, KeyOrigin, MANIFEST_ORDERS_MAX,
    MANIFEST_TYPE, Manifest, ManifestContent, ManifestOrder, ManifestSeal, ManifestState,
    approval_suite, verify_approval,
};
pub use order::{OrderRefused, OrderState, SealForm, SealingOrder};
pub use placement::{BadPlacement, Placement, RidingRule};
pub use request::{Decision, RequestState, SealingRequest};
