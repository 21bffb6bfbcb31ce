//! Sending events to receivers (Standard Webhooks): where that is allowed, signed, bounded.

mod allowed;
mod ask;
mod head;
mod secret;
mod send;
mod target;
mod tls;

pub use allowed::{Allowed, BadAllowed};
pub use ask::{AskError, Exchanged, Question};
pub use secret::{Secret, signed_content, v1, v1s};
pub use send::{PATIENCE, SendError, Sender, SenderError};
pub use target::{BadUrl, Target};
