//! Events owed to subscribers, whom they are owed to, and when they are sent again.

mod delivery;
mod endpoint;
mod event;

pub use delivery::{
    ATTEMPTS_MAX, Answered, Delivery, DeliveryState, GIVEN_UP_AFTER, Next, Trouble,
};
pub use endpoint::{ENDPOINTS_MAX, Endpoint, EndpointState, OldSecret, URL_BYTES_MAX};
pub use event::{EventType, OwedEvent, Subscription};
