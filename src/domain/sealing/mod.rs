//! Sealing: what was ordered, where the seal stands, and every use of a key, written down first.

mod key;
mod key_use;
mod level;
mod order;
mod placement;

pub use key::{KeyPurpose, KeyState, SigningKey};
pub use key_use::{Cause, KeyUse, KeyUseState};
pub use level::Level;
pub use order::{OrderRefused, OrderState, SealForm, SealingOrder};
pub use placement::{BadPlacement, Placement, RidingRule};
