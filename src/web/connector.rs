//! The reference connector: an office that has no service of its own yet lets this one answer from a
//! list, and who builds one has something to compare with (`docs/connectors.md`).

use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Bytes, Data, PayloadConfig, post};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use app::ReferenceConnector;
use std::io;
use std::net::{SocketAddr, TcpListener};

/// A question is some hundred bytes.
const QUESTION_BYTES_MAX: usize = 64 * 1024;

/// Answers questions at `/` until `shutdown` is ready.
///
/// # Errors
/// The address cannot be served.
pub async fn serve_connector(
    listener: TcpListener,
    connector: ReferenceConnector,
    bound: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let connector = Data::new(connector);
    let address = listener.local_addr()?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(connector.clone())
            .app_data(PayloadConfig::new(QUESTION_BYTES_MAX))
            .route("/", post().to(answer))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?
    .run();
    bound(address);
    let handle = server.handle();
    let mut server = std::pin::pin!(server);
    tokio::select! {
        ended = &mut server => return ended,
        () = shutdown => {}
    }
    let (ended, ()) = tokio::join!(server, handle.stop(true));
    ended
}

async fn answer(
    connector: Data<ReferenceConnector>,
    request: HttpRequest,
    question: Bytes,
) -> HttpResponse {
    let given = request.headers().get(AUTHORIZATION).map_or(&b""[..], |value| value.as_bytes());
    if !connector.lets_in(given) {
        return HttpResponse::Unauthorized().finish();
    }
    match connector.answer(&question) {
        Some(answer) => HttpResponse::Ok().content_type("application/json").body(answer),
        None => HttpResponse::BadRequest().finish(),
    }
}
