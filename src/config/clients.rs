//! How systems prove who they are, as it is configured.

use serde::{Deserialize, Serialize};

/// How systems prove who they are.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Clients {
    /// Lets API keys in although `custody.production` is set.
    pub(crate) api_keys_in_production: bool,
}
