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

/// Questions of one kind to machines of others at once: whoever hangs holds a thread of those that
/// read, of which there are few.
const ASKED_AT_ONCE: usize = 3;

/// The shared parts of a running server.
pub struct Site {
    pub(crate) app: App,
    pub(crate) settings: ServerSettings,
    pub(crate) pool: Pool,
    pub(crate) tally: Tally,
    pub(crate) uploads: Arc<Semaphore>,
    limiter: Limiter,
    /// Guesses at passwords, codes and proofs of clients: far fewer than verifications.
    guesses: Limiter,
    /// Questions to identity providers.
    pub(crate) providers: Arc<Semaphore>,
    /// Questions to services of other regions.
    pub(crate) regions: Arc<Semaphore>,
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
            providers: Arc::new(Semaphore::new(ASKED_AT_ONCE)),
            regions: Arc::new(Semaphore::new(ASKED_AT_ONCE)),
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

    /// Asks the service something for which it asks a machine of others, of which so many are asked
    /// at once; more are refused, because whoever is asked may hang.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        others: &Arc<Semaphore>,
        ask: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, Problem> {
        let one = Arc::clone(others).try_acquire_owned().map_err(|_| NoAnswer::QueueFull)?;
        let ask = move |app: &App| {
            // Until it is answered, also when whoever asked has gone.
            let _one = one;
            ask(app)
        };
        self.read(ask).await
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

    /// Lets a guess at a password, a code or the proof of a client through, or says when to try
    /// again. By address alone: a name that anyone can give would shut out whose it is.
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
