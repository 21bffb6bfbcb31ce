//! What a change tells its subscribers.

use crate::view::time::instant;
use crate::view::{EventView, LicenseEventView, TestEventView};
use crate::{App, AppError};
use domain::id::WebhookEventId;
use domain::license::{License, StatusEntry};
use domain::webhook::{Endpoint, EventType, OwedEvent};
use serde::Serialize;

impl App {
    /// The event of a change of a license, which its transaction writes down.
    pub(crate) fn owed(
        &self,
        license: &License,
        entry: &StatusEntry,
    ) -> Result<OwedEvent, AppError> {
        let kind = EventType::of_change(entry.change.event()).ok_or_else(|| {
            let what = format!("telling of the event {} of a license", entry.change.event());
            AppError::internal(what, "it is not in force yet")
        })?;
        self.event_of(license, entry, kind)
    }

    /// The event of a license that a person refused, or that can never be sealed.
    pub(crate) fn owed_refusal(
        &self,
        license: &License,
        entry: &StatusEntry,
    ) -> Result<OwedEvent, AppError> {
        self.event_of(license, entry, EventType::LicenseRefused)
    }

    fn event_of(
        &self,
        license: &License,
        entry: &StatusEntry,
        kind: EventType,
    ) -> Result<OwedEvent, AppError> {
        let data = LicenseEventView {
            license_id: license.id().to_string(),
            license_type: license.particulars().type_code.to_string(),
            state: license.state().to_string(),
            version: license.version().into(),
            effective_at: instant(entry.change.effective_at()),
            replaced_by: entry.change.replacement().map(|id| id.to_string()),
        };
        self.event(license.particulars().issuer, kind, data)
    }

    /// An event that says nothing.
    pub(super) fn test_event(&self, endpoint: &Endpoint) -> Result<OwedEvent, AppError> {
        let data = TestEventView { endpoint_id: endpoint.id.to_string() };
        self.event(endpoint.organization, EventType::EndpointTest, data)
    }

    pub(crate) fn event<Data: Serialize>(
        &self,
        organization: domain::id::OrganizationId,
        kind: EventType,
        data: Data,
    ) -> Result<OwedEvent, AppError> {
        let at = self.clock.now();
        let view = EventView { r#type: kind.to_string(), timestamp: instant(at), data };
        let body = serde_json::to_string(&view)
            .map_err(|cause| AppError::internal("writing an event".to_owned(), cause))?;
        Ok(OwedEvent { id: self.clock.id(WebhookEventId::mint)?, organization, kind, body, at })
    }
}
