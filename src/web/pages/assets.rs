//! The few files that pages load, compiled in.

use crate::answer::{has_already, quoted, tag_of};
use crate::problem::Problem;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use std::sync::LazyLock;

/// A file that pages load.
pub(crate) struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
    tag: LazyLock<String>,
}

impl Asset {
    /// Its address, with its tag: a changed file has another address.
    pub(crate) fn address(&self) -> String {
        format!("/assets/{}?v={}", self.name, *self.tag)
    }
}

macro_rules! assets {
    ($($id:ident $name:literal $media_type:literal;)*) => {
        $(pub(crate) static $id: Asset = Asset {
            name: $name,
            media_type: $media_type,
            bytes: include_bytes!(concat!("../assets/", $name)),
            tag: LazyLock::new(|| tag_of(include_bytes!(concat!("../assets/", $name)))),
        };)*
        static ASSETS: &[&Asset] = &[$(&$id),*];
    };
}

assets! {
    STYLE "yinzheng.css" "text/css; charset=utf-8";
    SCRIPT "yinzheng.js" "text/javascript; charset=utf-8";
    APPROVE "approve.js" "text/javascript; charset=utf-8";
    LOG "log.js" "text/javascript; charset=utf-8";
    TYPES "types.js" "text/javascript; charset=utf-8";
    MARK "mark.svg" "image/svg+xml";
}

/// Permission: anyone.
pub(crate) async fn read(
    name: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asset = ASSETS.iter().find(|asset| asset.name == *name);
    let asset = asset.ok_or_else(|| Problem::new("not_found"))?;
    let current = request.query_string() == format!("v={}", *asset.tag);
    let keep = if current { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    let mut response = HttpResponse::Ok();
    response.insert_header((ETAG, quoted(&asset.tag)));
    response.insert_header((CACHE_CONTROL, keep));
    if has_already(&request, &asset.tag) {
        response.status(actix_web::http::StatusCode::NOT_MODIFIED);
        return Ok(response.finish());
    }
    response.insert_header((CONTENT_TYPE, asset.media_type));
    Ok(response.body(asset.bytes))
}
