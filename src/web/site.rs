//! What every handler shares: the service, the workers, the limits. One per server.

use crate::limiter::Limiter;
use crate::metrics::Tally;
use crate::peer_certificate::PeerCertificate;
use crate::problem::Problem;
use crate::settings::ServerSettings;
use crate::work::{Lane, NoAnswer, Pool};
use actix_web::HttpRequest;
use app::{App, AppError, ShownCertificate, Visitor, network_of};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Bytes that one permit of the upload budget stands for.
pub(crate) const UPLOAD_UNIT: usize = 16 * 1024;

/// The shared parts of a running server.
pub struct Site {
    pub(crate) app: App,
    pub(crate) settings: ServerSettings,
    pub(crate) pool: Pool,
    pub(crate) tally: Tally,
    pub(crate) uploads: Arc<Semaphore>,
    limiter: Limiter,
    /// Guesses at passwords and codes: far fewer than verifications.
    guesses: Limiter,
    /// Tokens that one client asks for.
    clients: Limiter<String>,
}

impl Site {
    /// Starts the workers.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn new(app: App, settings: ServerSettings) -> std::io::Result<Self> {
        let units = (settings.upload_bytes_total_max / UPLOAD_UNIT).max(1);
        Ok(Self {
            pool: Pool::new(settings.queue_max)?,
            tally: Tally::default(),
            uploads: Arc::new(Semaphore::new(units.min(Semaphore::MAX_PERMITS))),
            limiter: Limiter::new(settings.anonymous),
            guesses: Limiter::new(settings.guesses),
            clients: Limiter::new(settings.guesses),
            app,
            settings,
        })
    }

    /// Asks the service something that waits for the register or for others, and hardly computes.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, Problem> {
        let app = self.app.clone();
        let answer = actix_web::web::block(move || ask(&app)).await;
        Ok(answer.map_err(|_| NoAnswer::Broken)??)
    }

    /// Asks the service something that signs, renders or judges.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        lane: Lane,
        ask: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, Problem> {
        let app = self.app.clone();
        let answer = self.pool.run(lane, self.settings.answer_timeout, move || ask(&app)).await;
        Ok(answer??)
    }

    /// Lets an anonymous request through, or says when to try again.
    pub(crate) fn admit(&self, request: &HttpRequest) -> Result<(), Problem> {
        self.admit_by(&self.limiter, request)
    }

    /// Lets a request through by a limit, or says when to try again.
    fn admit_by(&self, limit: &Limiter, request: &HttpRequest) -> Result<(), Problem> {
        let address = network_of(self.client_address(request));
        limit.take(address, Instant::now()).map_err(limited)
    }

    /// Lets a client prove who it is, or says when to try again: by its address, and by the name it
    /// gives.
    pub(crate) fn admit_client(
        &self,
        request: &HttpRequest,
        client: Option<&str>,
    ) -> Result<(), Problem> {
        self.admit_by(&self.guesses, request)?;
        // Names are short; what is none shares a bucket with all others.
        let name = client.filter(|name| name.len() <= 64).unwrap_or_default();
        self.clients.take(name.to_owned(), Instant::now()).map_err(limited)
    }

    /// Lets a guess at a password or code through, or says when to try again.
    pub(crate) fn admit_guess(&self, request: &HttpRequest) -> Result<(), Problem> {
        self.admit_by(&self.guesses, request)
    }

    /// Who asks: from where, and with which certificate.
    pub(crate) fn visitor(&self, request: &HttpRequest) -> Visitor {
        let shown = PeerCertificate::of(request);
        let certificate =
            shown.map(|shown| ShownCertificate { der: shown.der, chain: shown.chain });
        Visitor { address: self.client_address(request), certificate }
    }

    /// The client's address: of the connection, or as the trusted proxy names it.
    pub(crate) fn client_address(&self, request: &HttpRequest) -> IpAddr {
        let header = self.settings.client_address_header.as_deref();
        let named = header.and_then(|name| {
            let value = request.headers().get_all(name).last()?.to_str().ok()?;
            let last = value.rsplit(',').next()?.trim();
            last.parse().ok()
        });
        let peer = || request.peer_addr().map(|peer| peer.ip());
        named.or_else(peer).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }
}

fn limited(wait: Duration) -> Problem {
    Problem::new("rate_limited").retry_after(wait.max(Duration::from_secs(1)))
}
