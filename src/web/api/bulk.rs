//! One change for many licenses of a department.

use super::licenses::ending_within;
use super::lifecycle::effective;
use super::{NoParameters, done, idempotency_key, query};
use crate::body::{self, JSON_BYTES_MAX};
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::fields::Fields;
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::BulkMoveView;
use app::{BulkAct, BulkChoice, BulkMoveRequest, LicenseMove, MoveRequest};
use serde::Deserialize;
use utoipa::ToSchema;

/// What is to happen to each.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ActBody {
    Suspend,
    Resume,
    Revoke,
    Change,
}

/// Licenses that fit; all that is given must.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FittingBody {
    /// Only this license type.
    license_type: Option<String>,
    /// Only in this stored state.
    state: Option<String>,
    /// Only those in force that end within so many days, 1 to 366.
    ending_within: Option<u16>,
    /// `next_cursor` of the answer before.
    cursor: Option<String>,
}

/// One change for many licenses.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkBody {
    /// What is to happen.
    act: ActBody,
    /// Ids or numbers: 1 to 200, of `change` to 50; of a number the license that counts.
    #[serde(default)]
    licenses: Vec<String>,
    /// The type of the numbers, where licenses of several types have one.
    license_type: Option<String>,
    /// Instead of `licenses`: all that fit, as many at a time, newest first.
    fitting: Option<FittingBody>,
    /// Only say what would become of each.
    #[serde(default)]
    dry_run: bool,
    /// Of a change: what is another than before, by key; null leaves a field out.
    #[schema(value_type = Object)]
    #[serde(default)]
    fields: Fields,
    /// Of a revocation: the class of its reason.
    reason: Option<String>,
    /// The number of the decision; a revocation needs it.
    legal_document: Option<String>,
    /// Why, in words; a suspension needs it.
    note: Option<String>,
    /// Since when it counts (RFC 3339), not in the future; from now on when absent.
    effective_at: Option<String>,
}

impl BulkBody {
    fn request(self) -> Result<BulkMoveRequest, Problem> {
        let which = match (self.fitting, self.licenses.is_empty(), self.license_type) {
            (Some(fit), true, None) => BulkChoice::Fitting {
                license_type: fit.license_type,
                state: fit.state,
                ending_within: ending_within(fit.ending_within)?,
                cursor: fit.cursor,
            },
            (None, _, license_type) => BulkChoice::Listed { licenses: self.licenses, license_type },
            _ => {
                let detail = "either licenses, with their license_type, or fitting";
                return Err(Problem::malformed_at("/fitting", detail));
            }
        };
        let (legal_document, note) = (self.legal_document, self.note);
        let effective_at = effective(self.effective_at)?;
        let act = match self.act {
            ActBody::Suspend => LicenseMove::Suspend,
            ActBody::Resume => LicenseMove::Resume,
            ActBody::Revoke => LicenseMove::Revoke,
            ActBody::Change if effective_at.is_none() && self.reason.is_none() => {
                let act = BulkAct::Change { fields: self.fields.0, legal_document, note };
                return Ok(BulkMoveRequest { which, act, dry_run: self.dry_run });
            }
            ActBody::Change => {
                let detail = "a change has neither reason nor effective_at";
                return Err(Problem::malformed_at("/act", detail));
            }
        };
        if !self.fields.0.is_empty() {
            return Err(Problem::malformed_at("/fields", "only a change has fields"));
        }
        let (reason, corrected) = (self.reason, None);
        let asked = MoveRequest { act, reason, legal_document, note, effective_at, corrected };
        Ok(BulkMoveRequest { which, act: BulkAct::Move(asked), dry_run: self.dry_run })
    }
}

/// Permission: a department, for its own licenses. Each license for itself: one that is refused does
/// not keep the others, and the answer is 200 with a row for each. With `dry_run` nothing is changed,
/// and a row says what would become of its license. Repeated under the same key, also after an
/// interruption, nothing is changed twice. Who looked at what a change says is written down first.
#[utoipa::path(
    post, path = "/v1/licenses:bulk-change", tag = "licenses", security(("key" = [])),
    params(
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key changes once"),
        ErrandHeaders,
    ),
    request_body = BulkBody,
    responses(
        (status = 200, body = BulkMoveView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let wanted = "application/json";
    let body: BulkBody = body::json(&site, &request, payload, JSON_BYTES_MAX, wanted).await?;
    let asked = body.request()?;
    let work = move |app: &app::App| app.license_move_all(&caller.0, &why.0, key.as_ref(), &asked);
    Ok(done(site.work(Lane::Department, work).await?))
}
