//! The log of what was issued, as anyone may keep it.
//!
//! Checkpoint and tiles are as C2SP tlog-tiles has them, below the prefix `/v1/log`.

use super::{List, NoParameters, query};
use crate::body::{self, SMALL_BYTES_MAX};
use crate::caller::Anyone;
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::log::ProofOf;
use app::view::{LogConsistencyView, LogKeyView, LogProofView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A full tile never changes; one that is not full is another one when the log has grown, and both
/// are what their address says for ever.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Permission: anyone. How many changes of issued licenses the log holds and the root of the hash
/// tree (RFC 9162) over them, signed: three lines, an empty one, and the signatures, by SM2 and by
/// Ed25519 (C2SP tlog-checkpoint). Whoever keeps one can show later that something was taken away.
#[utoipa::path(
    get, path = "/v1/log/checkpoint", tag = "log",
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Nothing was logged yet"),
    )
)]
pub(crate) async fn checkpoint(
    site: Data<Site>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let note = site.read(|app| app.log_checkpoint()).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"));
    Ok(response.insert_header((CACHE_CONTROL, "no-cache")).body(note))
}

/// What became of a checkpoint that a witness signed.
#[derive(Serialize, ToSchema)]
pub(crate) struct CosignedView {
    /// Signatures that were new.
    added: usize,
}

/// Permission: anyone, limited by address. Takes a checkpoint as `yinzheng witness` prints it (C2SP
/// tlog-cosignature) and shows from now on what known witnesses have signed below it; whose
/// signatures count is the operator's to say.
#[utoipa::path(
    post, path = "/v1/log/cosignatures", tag = "log",
    request_body(content = String, content_type = "text/plain"),
    responses(
        (status = 200, body = CosignedView),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "`log_note`, `log_size`, `log_witness`"),
    )
)]
pub(crate) async fn cosign(
    site: Data<Site>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    site.admit(&request)?;
    let note = body::read(&site, &request, payload, SMALL_BYTES_MAX).await?;
    let note = note.text()?.to_owned();
    let added = site.read(move |app| app.log_cosign(note.as_bytes())).await?;
    Ok(HttpResponse::Ok().json(CosignedView { added }))
}

/// Permission: anyone. The public keys that sign checkpoints, oldest first.
#[utoipa::path(
    get, path = "/v1/log/keys", tag = "log",
    responses((status = 200, body = List<LogKeyView>))
)]
pub(crate) async fn keys(site: Data<Site>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let items = site.read(|app| app.log_keys()).await?;
    Ok(HttpResponse::Ok().json(List { items, next_cursor: None }))
}

/// Of what a proof is asked for: exactly one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProofQuery {
    index: Option<u64>,
    code: Option<String>,
    license_id: Option<String>,
}

/// Permission: anyone for `index` and `code`, a department for `license_id`. Leaves of the log, how
/// they are under the newest checkpoint (RFC 9162, clause 2.1.3), and that checkpoint: a document
/// to keep, which `yinzheng log verify` checks without the service. By `index` one leaf, which
/// names nobody. By the `code` printed on a license, or as the department that issued it by
/// `license_id`, all leaves of the license, with what opens them.
#[utoipa::path(
    get, path = "/v1/log/proof", tag = "log", security((), ("key" = [])),
    params(
        ("index" = Option<u64>, Query, description = "Place of a leaf, from 0"),
        ("code" = Option<String>, Query, description = "The code printed on a license"),
        ("license_id" = Option<String>, Query, description = "A license of the department"),
    ),
    responses(
        (status = 200, body = LogProofView),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "`log_pending`: no checkpoint covers it yet"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn proof(
    site: Data<Site>,
    caller: Anyone,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let of = match query::<ProofQuery>(&request)? {
        ProofQuery { index: Some(index), code: None, license_id: None } => ProofOf::Index(index),
        ProofQuery { index: None, code: Some(code), license_id: None } => {
            site.admit(&request)?;
            ProofOf::Code(code)
        }
        ProofQuery { index: None, code: None, license_id: Some(id) } => {
            let caller = caller.0.ok_or_else(|| Problem::new("token_missing"))?;
            ProofOf::License(caller, id)
        }
        _ => return Err(Problem::malformed("give exactly one of index, code and license_id")),
    };
    let document = site.read(move |app| app.log_proof(&of)).await?.to_json();
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, crate::negotiate::JSON));
    Ok(response.insert_header((CACHE_CONTROL, "no-store")).body(document))
}

/// From which size to which.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsistencyQuery {
    from: u64,
    to: Option<u64>,
}

/// Permission: anyone. That the log of one size is the beginning of that of another (RFC 9162,
/// clause 2.1.4).
#[utoipa::path(
    get, path = "/v1/log/consistency", tag = "log",
    params(
        ("from" = u64, Query, description = "The smaller size, from 1"),
        ("to" = Option<u64>, Query, description = "The larger size; that of the newest checkpoint when absent"),
    ),
    responses(
        (status = 200, body = LogConsistencyView),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "`log_size`: the log never had this size"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn consistency(
    site: Data<Site>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let ConsistencyQuery { from, to } = query(&request)?;
    let view = site.read(move |app| app.log_consistency(from, to)).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Permission: anyone. A tile of the tree or of its entries (C2SP tlog-tiles): `<L>/<N>[.p/<W>]` has
/// hashes, `entries/<N>[.p/<W>]` what was logged, each entry behind its length in two bytes.
#[utoipa::path(
    get, path = "/v1/log/tile/{tile}", tag = "log",
    params(("tile" = String, Path, description = "`0/000`, `1/x001/234`, `entries/000.p/7`, …")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "No checkpoint has such a tile"),
    )
)]
pub(crate) async fn tile(
    site: Data<Site>,
    path: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let path = path.into_inner();
    let bytes = site.read(move |app| app.log_tile(&path)).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, crate::negotiate::OCTETS));
    Ok(response.insert_header((CACHE_CONTROL, FOR_EVER)).body(bytes))
}
