//! Assembly: routes, limits, headers, shutdown.

mod tls;

use crate::settings::ServerSettings;
use crate::site::Site;
use crate::{census, observe, peer_certificate};
use actix_web::body::BoxBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, Error, HttpServer};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tls::Shown;
use tokio::time::{Instant, interval, interval_at};

/// Time for the head of a request; a real client needs milliseconds.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Idle connections are closed after this.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Connections a worker holds at once: slow ones cost memory, not a thread.
const CONNECTIONS_MAX: usize = 4096;
/// Threads a worker uses to read the register; SQLite serves a few readers well.
const READERS: usize = 8;
/// What is no longer needed goes by the hour, the first time when the service has begun its work.
const TENDED_EVERY: Duration = Duration::from_secs(3600);
const FIRST_TENDED_AFTER: Duration = Duration::from_secs(60);
/// How soon a change of an issued license is under a signed checkpoint.
const LOG_GROWN_EVERY: Duration = Duration::from_secs(5);
/// How soon a revocation list that was put into the trust folder counts, or another certificate of
/// ours is shown.
const TRUST_LOOKED_AT_EVERY: Duration = Duration::from_secs(5);
/// How soon it is known that somebody set the clock; whoever seals looks for himself.
const CLOCK_LOOKED_AT_EVERY: Duration = Duration::from_secs(1);
/// How soon an auditor is told.
const ALERTS_LOOKED_FOR_EVERY: Duration = Duration::from_secs(3);
/// How soon it is kept who holds a license that was issued.
const LICENSES_FOLLOWED_EVERY: Duration = Duration::from_secs(1);
/// How soon a process ends whose disk failed; until then it answers no success.
const DISK_LOOKED_AT_EVERY: Duration = Duration::from_millis(200);

/// The routes and everything around them, for a server or a test.
pub fn build(
    site: Data<Site>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new().app_data(site).wrap(from_fn(observe::observe)).configure(census::configure)
}

/// Serves until `shutdown` is ready, then finishes open requests; runs on any tokio runtime.
///
/// `bound` learns the addresses (the port, when 0 was asked for) before the first request.
///
/// # Errors
/// When the address is taken or the TLS files cannot be used; the error names them.
pub async fn serve(
    app: app::App,
    settings: ServerSettings,
    bound: impl FnOnce(&[SocketAddr]),
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let site = Data::new(Site::new(app, settings)?);
    let shown = site.settings.tls.as_ref().map(Shown::read).transpose()?.map(Arc::new);
    let (server, addresses) = bind(&site, shown.clone())?;
    let deliveries = site.app.deliver()?;
    let keeping = site.app.keep_behind()?;
    let sealers = site.app.seal_approved()?;
    let batches = site.app.work_on_batches()?;
    bound(&addresses);
    let handle = server.handle();
    let mut server = std::pin::pin!(server);
    let end = tokio::select! {
        ended = &mut server => return ended,
        () = shutdown => Ok(()),
        broken = tend(&site, shown.as_deref()) => broken,
    };
    let (ended, ()) = tokio::join!(server, handle.stop(true));
    // What is being sealed or sent is finished too: otherwise it would be begun again.
    drop(batches);
    drop(sealers);
    drop(deliveries);
    drop(keeping);
    end.and(ended)
}

/// Looks after the service; ends when nothing more may be promised. None waits for another: going
/// through a million files takes longer than a checkpoint may.
async fn tend(site: &Site, shown: Option<&Shown>) -> io::Result<()> {
    tokio::try_join!(
        by_the_hour(site),
        grow_log(site),
        believe(site, shown),
        watch_clock(site),
        watch_for_alerts(site),
        follow_licenses(site),
        watch_disk(site),
    )
    .map(drop)
}

/// Never ends.
async fn by_the_hour(site: &Site) -> io::Result<()> {
    let mut since = None;
    let mut hours = interval_at(Instant::now() + FIRST_TENDED_AFTER, TENDED_EVERY);
    loop {
        hours.tick().await;
        let begun = SystemTime::now();
        // A problem of one round is in the log, and the next round tries again.
        if let Ok(tended) = site.read(move |app| app.tend(since)).await {
            since = Some(begun);
            tracing::info!(?tended, "tended");
        }
    }
}

/// Never ends.
async fn grow_log(site: &Site) -> io::Result<()> {
    let mut growth = interval(LOG_GROWN_EVERY);
    loop {
        growth.tick().await;
        if !site.app.is_on_time() {
            continue;
        }
        if let Err(error) = site.read(|app| app.log_grow()).await {
            tracing::warn!(?error, "the log did not grow; the next round tries again");
        }
    }
}

/// Never ends.
async fn believe(site: &Site, shown: Option<&Shown>) -> io::Result<()> {
    let mut looks = interval(TRUST_LOOKED_AT_EVERY);
    loop {
        looks.tick().await;
        // Until it can be read, what was believed before is.
        let _ = site.read(app::App::refresh_trust).await;
        let _ = site.read(app::App::refresh_client_authorities).await;
        shown.inspect(|shown| shown.refresh());
    }
}

/// Never ends.
async fn watch_clock(site: &Site) -> io::Result<()> {
    let mut looks = interval(CLOCK_LOOKED_AT_EVERY);
    loop {
        looks.tick().await;
        // Whoever wants to seal is told.
        let _ = site.read(|app| Ok(app.look_at_clock())).await;
    }
}

/// Never ends.
async fn watch_for_alerts(site: &Site) -> io::Result<()> {
    let mut looks = interval(ALERTS_LOOKED_FOR_EVERY);
    loop {
        looks.tick().await;
        if let Err(error) = site.read(|app| app.watch_quality()).await {
            tracing::warn!(?error, "licenses were not examined; the next round tries again");
        }
        if let Err(error) = site.read(|app| app.watch_for_alerts()).await {
            tracing::warn!(?error, "alerts were not looked for; the next round tries again");
        }
    }
}

/// Never ends.
async fn follow_licenses(site: &Site) -> io::Result<()> {
    let mut looks = interval(LICENSES_FOLLOWED_EVERY);
    loop {
        looks.tick().await;
        if let Err(error) = site.read(|app| app.follow_holders()).await {
            tracing::warn!(?error, "holders of licenses were not kept; the next round tries again");
        }
    }
}

/// Ends when the disk failed.
async fn watch_disk(site: &Site) -> io::Result<()> {
    let mut looks = interval(DISK_LOOKED_AT_EVERY);
    while site.app.is_sound() {
        looks.tick().await;
    }
    Err(io::Error::other("the disk failed; nothing more can be promised"))
}

fn bind(site: &Data<Site>, shown: Option<Arc<Shown>>) -> io::Result<(Server, Vec<SocketAddr>)> {
    let settings = site.settings.clone();
    let shared = site.clone();
    let server = HttpServer::new(move || build(shared.clone()))
        .disable_signals()
        .on_connect(peer_certificate::keep)
        .client_request_timeout(HEAD_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .max_connections(CONNECTIONS_MAX)
        .worker_max_blocking_threads(READERS)
        .shutdown_timeout(settings.shutdown_timeout.as_secs());
    let named = |error: io::Error| {
        io::Error::new(error.kind(), format!("listening on {}: {error}", settings.listen))
    };
    let server = match shown {
        Some(shown) => {
            let config = tls::config(shown, site.app.client_authority_names())?;
            server.bind_rustls_0_23(settings.listen, config)
        }
        None => server.bind(settings.listen),
    };
    let server = server.map_err(named)?;
    let addresses = server.addrs();
    Ok((server.run(), addresses))
}

#[cfg(test)]
mod tests;
