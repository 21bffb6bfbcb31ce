//! Receivers of a department's events (Standard Webhooks), and what they are owed.

use super::{List, NoParameters, idempotency_key, mark_replayed, query, within};
use crate::answer::parsed;
use crate::body::{self, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{DeliveryView, WebhookEndpointView};
use app::{EndpointRequest, Once};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// A receiver to register.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndpointBody {
    /// Where events are posted: http or https; not to an address of the inside, unless the
    /// service's settings allow it.
    #[schema(example = "https://hooks.example.gov.cn/licenses")]
    url: String,
    /// The types of events, such as `license.issued`; all when absent.
    events: Option<Vec<String>>,
}

/// Permission: a department whose key may manage webhooks. Each event of its licenses is posted to
/// the receiver as `{"type", "timestamp", "data"}` with the headers `webhook-id`,
/// `webhook-timestamp` and `webhook-signature` (Standard Webhooks): `v1`, HMAC-SHA256 by the
/// secret, and `v1s`, SM2 with SM3 (DER, default identifier) by the service's key, both over
/// `id.timestamp.body` and in base64. At least once, for 72 hours, with the same id; in no certain
/// order. The secret is in this answer alone.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints", tag = "webhooks", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description =
        "1 to 128 visible characters; repeating the request with the same key registers once")),
    request_body = EndpointBody,
    responses(
        (status = 201, body = WebhookEndpointView, description = "Registered, with its secret"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let body: EndpointBody =
        body::json(&site, &request, payload, SMALL_BYTES_MAX, "application/json").await?;
    let asked = EndpointRequest { url: body.url, events: body.events };
    let made =
        site.read(move |app| app.webhook_endpoint_create(&caller.0, key.as_ref(), &asked)).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((LOCATION, format!("/v1/webhook-endpoints/{}", made.value.id)));
    Ok(with_secret(response, made))
}

/// No cache keeps a secret.
fn with_secret(
    mut response: actix_web::HttpResponseBuilder,
    made: Once<WebhookEndpointView>,
) -> HttpResponse {
    mark_replayed(&mut response, made.replayed);
    response.insert_header((CACHE_CONTROL, "no-store"));
    response.json(made.value)
}

/// Permission: a department whose key may manage webhooks, for its own receivers.
#[utoipa::path(
    get, path = "/v1/webhook-endpoints", tag = "webhooks", security(("key" = [])),
    responses((status = 200, body = List<WebhookEndpointView>))
)]
pub(crate) async fn list(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let items = site.read(move |app| app.webhook_endpoints(&caller.0)).await?;
    Ok(HttpResponse::Ok().json(List { items, next_cursor: None }))
}

/// Permission: a department whose key may manage webhooks, for its own receivers.
#[utoipa::path(
    get, path = "/v1/webhook-endpoints/{id}", tag = "webhooks", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the endpoint")),
    responses(
        (status = 200, body = WebhookEndpointView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn read(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let view = site.read(move |app| app.webhook_endpoint(&caller.0, &id)).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Permission: a department whose key may manage webhooks, for its own receivers. What it is still
/// owed is not sent any more.
#[utoipa::path(
    delete, path = "/v1/webhook-endpoints/{id}", tag = "webhooks", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the endpoint")),
    responses(
        (status = 204, description = "Taken away"),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    site.read(move |app| app.webhook_endpoint_delete(&caller.0, &id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Permission: a department whose key may manage webhooks, for its own receivers. A new secret, in
/// this answer alone; the one before signs beside it for 24 hours.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints/{id}:rotate-secret", tag = "webhooks",
    security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the endpoint"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key rotates once"),
    ),
    responses(
        (status = 200, body = WebhookEndpointView, description = "With its new secret"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn rotate_secret(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let rotate = move |app: &app::App| app.webhook_endpoint_rotate(&caller.0, key.as_ref(), &id);
    Ok(with_secret(HttpResponse::Ok(), site.read(rotate).await?))
}

/// Permission: a department whose key may manage webhooks, for its own receivers. Owes the receiver
/// an event of the type `endpoint.test`, also when it is disabled: one that accepts it is enabled.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints/{id}:test", tag = "webhooks", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the endpoint"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key tests once"),
    ),
    responses(
        (status = 202, body = DeliveryView, description = "Owed; the deliveries say what came of it"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn test(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let test = move |app: &app::App| app.webhook_endpoint_test(&caller.0, key.as_ref(), &id);
    Ok(accepted(site.read(test).await?))
}

fn accepted(owed: Once<DeliveryView>) -> HttpResponse {
    let mut response = HttpResponse::Accepted();
    mark_replayed(&mut response, owed.replayed);
    response.json(owed.value)
}

/// Which deliveries to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeliveryParameters {
    /// At most this many: 1 to 200, 50 when absent.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Permission: a department whose key may manage webhooks, for its own receivers. Newest first;
/// what ended is kept for 30 days.
#[utoipa::path(
    get, path = "/v1/webhook-endpoints/{id}/deliveries", tag = "webhooks",
    security(("key" = [])),
    params(("id" = String, Path, description = "Id of the endpoint"), DeliveryParameters),
    responses(
        (status = 200, body = List<DeliveryView>),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn deliveries(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let DeliveryParameters { limit, cursor } = query(&request)?;
    let limit = within(limit.as_deref().map(|text| parsed("/limit", text)).transpose()?)?;
    let list = move |app: &app::App| app.deliveries(&caller.0, &id, limit, cursor.as_deref());
    let page = site.read(list).await?;
    Ok(HttpResponse::Ok().json(List { items: page.items, next_cursor: page.next_cursor }))
}

/// Permission: a department whose key may manage webhooks, for its own receivers. Sends the event
/// again, as if it was owed now; its id stays.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints/{id}/deliveries/{event}:replay", tag = "webhooks",
    security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the endpoint"),
        ("event" = String, Path, description = "Id of the delivery: that of its event"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key replays once"),
    ),
    responses(
        (status = 202, body = DeliveryView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn replay(
    site: Data<Site>,
    caller: Caller,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let (id, event) = path.into_inner();
    let replay = move |app: &app::App| app.delivery_replay(&caller.0, key.as_ref(), &id, &event);
    Ok(accepted(site.read(replay).await?))
}
