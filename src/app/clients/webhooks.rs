//! Receivers of the organization for which a client acts, as a security administrator looks after
//! them.

use crate::view::ClientWebhookView;
use crate::{App, AppError, Caller, id_of};
use domain::access::Permission;
use zeroize::Zeroizing;

/// Deliveries that are shown of each receiver: the last ones.
const DELIVERIES: usize = 5;

impl App {
    /// The receivers of a client's organization, each with its last deliveries.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`].
    pub fn client_webhooks(
        &self,
        caller: &Caller,
        client: &str,
    ) -> Result<Vec<ClientWebhookView>, AppError> {
        let caller = self.for_client(caller, client)?;
        let with_deliveries = |endpoint: crate::view::WebhookEndpointView| {
            let page = self.deliveries(&caller, &endpoint.id, Some(DELIVERIES), None)?;
            Ok(ClientWebhookView { endpoint, deliveries: page.items })
        };
        self.webhook_endpoints(&caller)?.into_iter().map(with_deliveries).collect()
    }

    /// Does one thing with a receiver of a client's organization: `test`, `replay` of an event, or
    /// `rotate`, whose new secret is shown once.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`]; `webhook_endpoint_disabled`.
    pub fn client_webhook(
        &self,
        caller: &Caller,
        client: &str,
        act: &str,
        endpoint: &str,
        event: &str,
    ) -> Result<Option<Zeroizing<String>>, AppError> {
        let caller = &self.for_client(caller, client)?;
        match act {
            "test" => self.webhook_endpoint_test(caller, None, endpoint).map(|_| None),
            "replay" => self.delivery_replay(caller, None, endpoint, event).map(|_| None),
            "rotate" => {
                let rotated = self.webhook_endpoint_rotate(caller, None, endpoint)?.value;
                Ok(rotated.secret.map(|secret| secret.0))
            }
            _ => Err(AppError::NotFound),
        }
    }

    /// The administrator, acting for the client's organization.
    fn for_client(&self, caller: &Caller, client: &str) -> Result<Caller, AppError> {
        caller.require(Permission::AccessManage)?;
        let (client, _) = self.store.client_read(id_of(client)?)?;
        Ok(caller.acting_for(client.organization))
    }
}
