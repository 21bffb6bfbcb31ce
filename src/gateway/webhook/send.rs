//! One attempt: the name resolved once, the address checked, one connection, one answer; no
//! redirects, no proxy, everything together within the sender's patience.

use super::head::{self, HEAD_BYTES_MAX, Head, Read as Heading};
use super::{Allowed, BadAllowed, BadUrl, Target, tls};
use crate::fetch::Network;
use domain::webhook::{Answered, Trouble};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// Everything together: connection, TLS, request, head of the answer.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// Most of an answer that is read: a body says nothing, but a receiver likes to finish.
const ANSWER_BYTES_MAX: usize = HEAD_BYTES_MAX + 64 * 1024;
/// How long the rest of an answer is waited for once its head is there.
const REST: Duration = Duration::from_secs(1);

/// Sends to receivers that are allowed.
#[derive(Debug)]
pub struct Sender {
    allowed: Allowed,
    tls: Option<Arc<ClientConfig>>,
    network: Network,
    patience: Duration,
}

/// Why nothing can be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    /// What is allowed cannot be read.
    #[error(transparent)]
    Allowed(#[from] BadAllowed),
    /// The certificates to believe cannot be read.
    #[error("{}: {reason}", path.display())]
    CaFile {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// Why an attempt has no answer, or an address is not taken.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Not the address of a receiver.
    #[error(transparent)]
    Url(#[from] BadUrl),
    /// With TLS, and nothing is known to believe.
    #[error("https is not possible: neither webhooks.ca_file nor the system says whom to believe")]
    NoTls,
    /// The name cannot be resolved.
    #[error("the name {0} cannot be resolved")]
    Name(String),
    /// The name leads to a machine of the inside that is not allowed.
    #[error("{0} leads to an address that is not public and not in webhooks.allow")]
    NotAllowed(String),
    /// No connection, or it broke off.
    #[error("no connection, or it broke off")]
    Connection(#[source] io::Error),
    /// The certificate is not believed, or TLS failed otherwise.
    #[error("TLS failed")]
    Tls(#[source] io::Error),
    /// Longer than the sender's patience.
    #[error("no answer in time")]
    Timeout,
    /// Not HTTP, or too large.
    #[error("the answer is not one of HTTP")]
    Answer,
}

impl SendError {
    /// The word for it.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Url(_) | Self::NotAllowed(_) => Trouble::Address,
            Self::Name(_) => Trouble::Name,
            Self::Connection(_) => Trouble::Connection,
            Self::Tls(_) | Self::NoTls => Trouble::Tls,
            Self::Timeout => Trouble::Timeout,
            Self::Answer => Trouble::Answer,
        }
    }

    pub(super) fn of(cause: io::Error) -> Self {
        let late = matches!(cause.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock);
        let of_tls = cause.get_ref().is_some_and(|inner| inner.is::<rustls::Error>());
        match (late, of_tls) {
            (true, _) => Self::Timeout,
            (_, true) => Self::Tls(cause),
            _ => Self::Connection(cause),
        }
    }
}

/// An answer of a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// What it means.
    pub answered: Answered,
}

impl Sender {
    /// A sender that is allowed these networks and hosts besides public addresses, and believes
    /// the certificates of `ca_file`, else those of the system.
    ///
    /// # Errors
    /// What is allowed or the file cannot be read.
    pub fn new(allow: &[String], ca_file: Option<&Path>) -> Result<Self, SenderError> {
        let network = Network::default();
        let (allowed, tls) = (Allowed::new(allow)?, tls::config(ca_file)?);
        Ok(Self { allowed, tls, network, patience: PATIENCE })
    }

    /// The same with another patience than [`PATIENCE`].
    #[must_use]
    pub fn within(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The same over another network.
    #[must_use]
    pub fn over(self, network: Network) -> Self {
        Self { network, ..self }
    }

    /// Whether events may be sent to this address now. It is asked again at each attempt: a name
    /// may lead elsewhere by then.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, url: &str) -> Result<(), SendError> {
        self.address(&url.parse()?).map(drop)
    }

    /// The address that is connected to: every one that the name leads to must be allowed, because
    /// the next answer may be another of them.
    fn address(&self, target: &Target) -> Result<SocketAddr, SendError> {
        if target.secure && self.tls.is_none() {
            return Err(SendError::NoTls);
        }
        let unresolved = || SendError::Name(target.host.clone());
        let found = (self.network.resolve)(&target.host, target.port).map_err(|_| unresolved())?;
        if !found.iter().all(|one| self.allowed.permits(&target.host, one.ip())) {
            return Err(SendError::NotAllowed(target.host.clone()));
        }
        found.first().copied().ok_or_else(unresolved)
    }

    /// Posts a JSON body with these headers, and says what came back.
    ///
    /// # Errors
    /// Nothing was sent, or no answer came; the receiver may have it all the same.
    pub fn post(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        now: OffsetDateTime,
    ) -> Result<Answer, SendError> {
        let target: Target = url.parse()?;
        let connection = self.connect(&target)?;
        let head = exchange(connection, &request(&target, headers, body), now)?;
        let answered = Answered::of_status(head.status, head.retry_after);
        Ok(Answer { status: head.status, answered })
    }
}

impl Sender {
    /// A connection to where it may be sent, on which everything ends in time.
    pub(super) fn connect(&self, target: &Target) -> Result<Connection, SendError> {
        let address = self.address(target)?;
        let end = Instant::now() + self.patience;
        let stream = (self.network.connect)(&address, self.patience).map_err(SendError::of)?;
        let stream = Timed { stream, end };
        let Some(config) = self.tls.as_ref().filter(|_| target.secure) else {
            return Ok(Connection::Plain(stream));
        };
        let name = ServerName::try_from(target.host.clone()).map_err(|_| BadUrl::Host)?;
        let tls = ClientConnection::new(Arc::clone(config), name)
            .map_err(|cause| SendError::Tls(io::Error::other(cause)))?;
        Ok(Connection::Tls(Box::new(StreamOwned::new(tls, stream))))
    }
}

/// With TLS or without.
pub(super) enum Connection {
    Plain(Timed),
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
}

impl Connection {
    /// What follows ends by another moment.
    pub(super) fn until(&mut self, end: Instant) {
        self.timed().end = end;
    }

    fn timed(&mut self) -> &mut Timed {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(tls) => &mut tls.sock,
        }
    }
}

impl Read for Connection {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(into),
            Self::Tls(tls) => tls.read(into),
        }
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(tls) => tls.flush(),
        }
    }
}

fn request(target: &Target, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let (path, host) = (&target.path, target.authority());
    let version = env!("CARGO_PKG_VERSION");
    let mut head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: yinzheng/{version}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

/// Writes the request and reads the head of the answer.
fn exchange(
    mut stream: Connection,
    request: &[u8],
    now: OffsetDateTime,
) -> Result<Head, SendError> {
    stream.write_all(request).and_then(|()| stream.flush()).map_err(SendError::of)?;
    let mut read = Vec::new();
    let mut part = [0; 4096];
    let head = loop {
        let len = stream.read(&mut part).map_err(SendError::of)?;
        read.extend_from_slice(&part[..len]);
        match head::read(&read, now) {
            Heading::Whole(head) => break head,
            Heading::Partial if len > 0 => {}
            Heading::Partial | Heading::Bad => return Err(SendError::Answer),
        }
    };
    // To hang up on a receiver that still writes may look to it like a failure.
    let timed = stream.timed();
    timed.end = timed.end.min(Instant::now() + REST);
    let whole = head.length.map_or(ANSWER_BYTES_MAX, |length| head.end.saturating_add(length));
    let mut seen = read.len();
    while seen < whole.min(ANSWER_BYTES_MAX) {
        match stream.read(&mut part) {
            Ok(len) if len > 0 => seen += len,
            _ => break,
        }
    }
    Ok(head)
}

/// A connection whose every read and write ends by one moment: a receiver that sends a byte now
/// and then gains nothing by it.
pub(super) struct Timed {
    stream: TcpStream,
    end: Instant,
}

impl Timed {
    fn left(&self) -> io::Result<Duration> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

impl Read for Timed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.left()?))?;
        self.stream.read(into)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[cfg(test)]
mod tests;
