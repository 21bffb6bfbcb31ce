//! Registering receivers, and looking after what they are owed.

use super::secret_name;
use crate::once::{Named, Once, asked};
use crate::view::time::instant;
use crate::view::{DeliveryView, SecretText, WebhookEndpointView};
use crate::{App, AppError, Caller, IdempotencyKey, Page, parsed};
use domain::access::Permission;
use domain::audit::{Entry, Subject};
use domain::digest::Sm3;
use domain::id::{OrganizationId, WebhookEndpointId, WebhookEventId};
use domain::sealing::KeyPurpose;
use domain::webhook::{
    Delivery, DeliveryState, ENDPOINTS_MAX, Endpoint, EndpointState, EventType, OldSecret,
    Subscription,
};
use formats::x509::to_pem;
use gateway::webhook::Secret;
use storage::PageRequest;
use time::Duration;

/// How long the secret before a rotation signs beside the new one: a receiver changes over at
/// leisure.
const OLD_SECRET_FOR: Duration = Duration::hours(24);
/// Deliveries of a page where the client does not say.
const PAGE_ITEMS: u32 = 50;

/// A receiver to register.
#[derive(Clone, Debug)]
pub struct EndpointRequest {
    /// Where events are posted.
    pub url: String,
    /// The types of events; all when absent.
    pub events: Option<Vec<String>>,
}

impl App {
    /// Registers a receiver of the department's events. The secret is in this answer alone.
    ///
    /// # Errors
    /// The address may not be sent to, an unknown type of event, or too many receivers.
    pub fn webhook_endpoint_create(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        request: &EndpointRequest,
    ) -> Result<Once<WebhookEndpointView>, AppError> {
        let organization = caller.require_whole(Permission::WebhookManage)?;
        let events = subscription(request.events.as_deref())?;
        let what =
            asked("webhook endpoint", &[request.url.as_bytes(), events.to_string().as_bytes()]);
        self.once(named(organization, key, what), |asked| {
            if self.store.webhook_endpoint_list(organization)?.len() >= ENDPOINTS_MAX {
                let detail = format!("a department has at most {ENDPOINTS_MAX} webhook endpoints");
                return Err(AppError::Refused { code: "too_many_webhook_endpoints", detail });
            }
            self.sender.check(&request.url).map_err(|cause| AppError::Refused {
                code: "webhook_url_refused",
                detail: cause.to_string(),
            })?;
            let id = self.clock.id(WebhookEndpointId::mint)?;
            let secret = new_secret()?;
            let endpoint = Endpoint {
                id,
                organization,
                url: request.url.clone(),
                events,
                state: EndpointState::Enabled,
                secret: self.custody.wrap(&secret_name(id), secret.as_bytes())?,
                old_secret: None,
                failures: 0,
                paused_until: None,
                created_at: self.clock.now(),
            };
            let view = self.endpoint_view(&endpoint, Some(&secret))?;
            let event = self.endpoint_entry(caller, "webhook.create", id)?;
            let kept = asked.kept(201, &view)?;
            self.store.webhook_endpoint_insert(&endpoint, &[event], kept.answer())?;
            Ok(view)
        })
    }

    /// The department's receivers, oldest first.
    ///
    /// # Errors
    /// The permission is missing, or the store's.
    pub fn webhook_endpoints(&self, caller: &Caller) -> Result<Vec<WebhookEndpointView>, AppError> {
        let organization = caller.require_whole(Permission::WebhookManage)?;
        let all = self.store.webhook_endpoint_list(organization)?;
        all.iter().map(|one| self.endpoint_view(one, None)).collect()
    }

    /// One receiver of the department.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for one of another department.
    pub fn webhook_endpoint(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<WebhookEndpointView, AppError> {
        self.endpoint_view(&self.own_endpoint(caller, id)?, None)
    }

    /// Takes a receiver away, and with it what it is still owed.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn webhook_endpoint_delete(&self, caller: &Caller, id: &str) -> Result<(), AppError> {
        let endpoint = self.own_endpoint(caller, id)?;
        let event = self.endpoint_entry(caller, "webhook.delete", endpoint.id)?;
        Ok(self.store.webhook_endpoint_delete(endpoint.id, &[event])?)
    }

    /// A new secret for a receiver, in this answer alone; the one before signs beside it for a day.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or somebody else rotated it at the same time.
    pub fn webhook_endpoint_rotate(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        id: &str,
    ) -> Result<Once<WebhookEndpointView>, AppError> {
        let endpoint = self.own_endpoint(caller, id)?;
        let what = asked("rotation of a webhook secret", &[id.as_bytes()]);
        self.once(named(endpoint.organization, key, what), |asked| {
            let secret = new_secret()?;
            let wrapped = self.custody.wrap(&secret_name(endpoint.id), secret.as_bytes())?;
            let until = self.clock.now() + OLD_SECRET_FOR;
            let rotated = Endpoint {
                secret: wrapped,
                old_secret: Some(OldSecret { wrapped: endpoint.secret.clone(), until }),
                ..endpoint.clone()
            };
            let view = self.endpoint_view(&rotated, Some(&secret))?;
            let event = self.endpoint_entry(caller, "webhook.rotate", endpoint.id)?;
            let (before, kept) = (&endpoint.secret, asked.kept(200, &view)?);
            self.store.webhook_endpoint_rotate(&rotated, before, &[event], kept.answer())?;
            Ok(view)
        })
    }

    /// Owes a receiver an event that says nothing, also one that is disabled or rests.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn webhook_endpoint_test(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        id: &str,
    ) -> Result<Once<DeliveryView>, AppError> {
        let endpoint = self.own_endpoint(caller, id)?;
        let what = asked("test of a webhook endpoint", &[id.as_bytes()]);
        let done = self.once(named(endpoint.organization, key, what), |asked| {
            let event = self.test_event(&endpoint)?;
            let view = delivery_view(&Delivery {
                event: event.id,
                kind: event.kind,
                endpoint: endpoint.id,
                state: DeliveryState::Pending,
                attempts: 0,
                begun_at: event.at,
                due_at: event.at,
                tried_at: None,
                status: None,
                trouble: None,
                created_at: event.at,
            });
            let kept = asked.kept(202, &view)?;
            self.store.delivery_test(endpoint.id, &event, kept.answer())?;
            Ok(view)
        })?;
        self.outbox.wake();
        Ok(done)
    }

    /// What a receiver is and was owed, newest first; what ended is kept for a month.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or a malformed cursor.
    pub fn deliveries(
        &self,
        caller: &Caller,
        id: &str,
        limit: Option<usize>,
        cursor: Option<&str>,
    ) -> Result<Page<DeliveryView>, AppError> {
        let endpoint = self.own_endpoint(caller, id)?;
        let limit = limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(PAGE_ITEMS);
        let after = parsed("cursor", cursor)?;
        let page = self.store.delivery_list(endpoint.id, &PageRequest { limit, after })?;
        Ok(Page {
            items: page.items.iter().map(delivery_view).collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
        })
    }

    /// Sends an event to a receiver again, as if it was owed now.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or the receiver is disabled.
    pub fn delivery_replay(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        id: &str,
        event: &str,
    ) -> Result<Once<DeliveryView>, AppError> {
        let endpoint = self.own_endpoint(caller, id)?;
        let event_id = event.parse::<WebhookEventId>().map_err(|_| AppError::NotFound)?;
        if endpoint.state != EndpointState::Enabled {
            let detail = "test the endpoint first: one that accepts a test is enabled".to_owned();
            return Err(AppError::Refused { code: "webhook_endpoint_disabled", detail });
        }
        let what = asked("replay of a delivery", &[id.as_bytes(), event.as_bytes()]);
        let done = self.once(named(endpoint.organization, key, what), |asked| {
            let before = self.store.delivery_read(endpoint.id, event_id)?;
            let at = self.clock.now();
            let anew =
                Delivery { state: DeliveryState::Pending, attempts: 0, due_at: at, ..before };
            let view = delivery_view(&anew);
            let kept = asked.kept(202, &view)?;
            self.store.delivery_replay(endpoint.id, event_id, at, kept.answer())?;
            Ok(view)
        })?;
        self.outbox.wake();
        Ok(done)
    }

    fn own_endpoint(&self, caller: &Caller, id: &str) -> Result<Endpoint, AppError> {
        let organization = caller.require_whole(Permission::WebhookManage)?;
        let id = id.parse::<WebhookEndpointId>().map_err(|_| AppError::NotFound)?;
        let endpoint = self.store.webhook_endpoint_read(id)?;
        let own = endpoint.organization == organization;
        own.then_some(endpoint).ok_or(AppError::NotFound)
    }

    fn endpoint_entry(
        &self,
        caller: &Caller,
        action: &str,
        id: WebhookEndpointId,
    ) -> Result<Entry, AppError> {
        self.clock.entry(&caller.actor(), action, Subject::new("webhook endpoint", id), &[])
    }

    fn endpoint_view(
        &self,
        one: &Endpoint,
        secret: Option<&Secret>,
    ) -> Result<WebhookEndpointView, AppError> {
        let now = self.clock.now();
        let key = self.service_key(KeyPurpose::Webhook)?;
        let old = one.old_secret.as_ref().filter(|old| old.until > now);
        Ok(WebhookEndpointView {
            id: one.id.to_string(),
            url: one.url.clone(),
            events: one.events.types().map(|kind| kind.to_string()).collect(),
            state: one.state.to_string(),
            failures: one.failures,
            paused_until: one.paused_until.filter(|until| *until > now).map(instant),
            old_secret_until: old.map(|old| instant(old.until)),
            sm2_public_key: to_pem("PUBLIC KEY", key.public.to_spki()),
            secret: secret.map(|secret| SecretText(secret.reveal())),
            created_at: instant(one.created_at),
        })
    }
}

fn named(organization: OrganizationId, key: Option<&IdempotencyKey>, asked: Sm3) -> Named<'_> {
    Named { caller: organization.to_string(), key, asked }
}

fn new_secret() -> Result<Secret, AppError> {
    Secret::generate().ok_or_else(|| {
        AppError::internal("making a webhook secret".to_owned(), "the system gives no chance")
    })
}

fn subscription(words: Option<&[String]>) -> Result<Subscription, AppError> {
    let refused = |detail: String| AppError::Refused { code: "unknown_event_type", detail };
    let Some(words) = words else { return Ok(Subscription::all()) };
    let read =
        |word: &String| word.parse::<EventType>().map_err(|cause| refused(cause.to_string()));
    let events: Subscription = words.iter().map(read).collect::<Result<_, _>>()?;
    if words.is_empty() || events.includes(EventType::EndpointTest) {
        let known = Subscription::all().to_string().replace(' ', ", ");
        return Err(refused(format!("some of {known}")));
    }
    Ok(events)
}

fn delivery_view(one: &Delivery) -> DeliveryView {
    let pending = one.state == DeliveryState::Pending;
    DeliveryView {
        id: one.event.to_string(),
        r#type: one.kind.to_string(),
        state: one.state.to_string(),
        attempts: one.attempts,
        next_attempt_at: pending.then(|| instant(one.due_at)),
        last_attempt_at: one.tried_at.map(instant),
        last_status: one.status,
        trouble: one.trouble.map(|trouble| trouble.to_string()),
        created_at: instant(one.created_at),
    }
}
