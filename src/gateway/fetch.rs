//! Asking machines of others: only those that are configured, never an address that a file merely
//! names, and never a machine of the inside that the operator has not named.
//!
//! HTTP without TLS, as responders and lists are served: what comes back is signed. No proxy, no
//! redirect, one connection to the address that was checked.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// Largest answer, head and body.
pub const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Not `http://HOST[:PORT]/PATH`.
    #[error("not an address that is fetched from")]
    Address,
    /// An address of HTTP over TLS.
    #[error("an address of https, where only http is fetched from")]
    Https,
    /// The host, port and path are not on the configured list.
    #[error("not a configured responder")]
    NotConfigured,
    /// The name leads to a machine of the inside.
    #[error("the name leads to an address that is not public")]
    NotPublic,
    /// The connection failed or took too long.
    #[error("the responder does not answer")]
    Io(#[from] io::Error),
    /// The answer names another address.
    #[error("the responder sends elsewhere")]
    Redirected,
    /// The answer is larger than any.
    #[error("the responder's answer has more than {ANSWER_BYTES_MAX} bytes")]
    TooLarge,
    /// An answer with another status than 200.
    #[error("the responder answers with status {0}")]
    Status(u16),
    /// An answer that is not a plain one.
    #[error("the responder's answer is not usable: {0}")]
    Answer(&'static str),
}

/// The network as this module sees it, so that tests can count.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    /// The addresses of a name.
    pub resolve: fn(&str, u16) -> io::Result<Vec<SocketAddr>>,
    /// A connection within a time.
    pub connect: fn(&SocketAddr, Duration) -> io::Result<TcpStream>,
}

impl Default for Network {
    fn default() -> Self {
        let resolve = |host: &str, port| Ok((host, port).to_socket_addrs()?.collect());
        Self { resolve, connect: TcpStream::connect_timeout }
    }
}

/// Which machines a configured name may lead to.
#[derive(Clone, Debug)]
pub enum Reach {
    /// Those of the public network, and these of the inside.
    Public(Vec<IpAddr>),
    /// Any: nothing that a stranger sends is asked there.
    Any,
}

/// Who may be asked. Empty by default: then nothing is ever fetched.
#[derive(Clone, Debug)]
pub struct Responders {
    listed: Vec<Address>,
    reach: Reach,
    network: Network,
}

impl Default for Responders {
    fn default() -> Self {
        Self { listed: Vec::new(), reach: Reach::Public(Vec::new()), network: Network::default() }
    }
}

/// What is sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Question<'a> {
    /// A body with its media type; a `GET` without.
    pub body: Option<(&'static str, &'a [u8])>,
    /// The value of `Authorization`.
    pub authorization: Option<&'a str>,
}

impl Responders {
    /// Those at these addresses, `http://HOST[:PORT]/PATH`, and below their paths.
    ///
    /// # Errors
    /// One of them is no such address.
    pub fn new<'a>(
        urls: impl IntoIterator<Item = &'a str>,
        reach: Reach,
    ) -> Result<Self, FetchError> {
        let listed = urls.into_iter().map(Address::read).collect::<Result<_, _>>()?;
        Ok(Self { listed, reach, network: Network::default() })
    }

    /// The same over another network.
    #[must_use]
    pub fn over(self, network: Network) -> Self {
        Self { network, ..self }
    }

    /// The host and port behind an address that may be asked.
    ///
    /// # Errors
    /// It may not; nothing was looked up to say so.
    pub fn host(&self, url: &str) -> Result<(String, u16), FetchError> {
        self.address(url).map(|address| (address.host, address.port))
    }

    fn address(&self, url: &str) -> Result<Address, FetchError> {
        let address = Address::read(url)?;
        let listed = self.listed.iter().any(|one| one.contains(&address));
        listed.then_some(address).ok_or(FetchError::NotConfigured)
    }

    /// The body of the answer from a configured responder, until a moment.
    ///
    /// # Errors
    /// The address is not configured or not public, or there is no usable answer in time.
    pub fn fetch(
        &self,
        url: &str,
        question: Question<'_>,
        until: Instant,
    ) -> Result<Vec<u8>, FetchError> {
        let address = self.address(url)?;
        let found = (self.network.resolve)(&address.host, address.port)?;
        // One address of the inside among them is reason enough: the next answer may be that one.
        let allowed = found.iter().all(|one| self.reaches(one.ip()));
        let machine = found.first().filter(|_| allowed).ok_or(FetchError::NotPublic)?;
        let mut stream = (self.network.connect)(machine, left(until)?)?;
        stream.set_write_timeout(Some(left(until)?))?;
        stream.write_all(&request(&address, question))?;
        body(&answer(&mut stream, until)?)
    }

    fn reaches(&self, ip: IpAddr) -> bool {
        match &self.reach {
            Reach::Public(inside) => is_public(ip) || inside.contains(&ip.to_canonical()),
            Reach::Any => true,
        }
    }
}

fn left(end: Instant) -> io::Result<Duration> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// `http://HOST[:PORT]/PATH`; no user, query, fragment or other scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Address {
    host: String,
    port: u16,
    path: String,
}

impl Address {
    fn read(url: &str) -> Result<Self, FetchError> {
        if url.starts_with("https://") {
            return Err(FetchError::Https);
        }
        let rest = url.strip_prefix("http://").ok_or(FetchError::Address)?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| FetchError::Address)?),
            None => (authority, 80),
        };
        let name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/%+=".contains(&byte);
        let fits = !host.is_empty() && host.bytes().all(name) && path.bytes().all(plain);
        // What climbs out of a path could not be held against the list.
        let climbs = path.contains("..") || path.to_ascii_lowercase().contains("%2");
        match fits && !climbs && url.len() <= 1024 {
            true => Ok(Self { host: host.to_ascii_lowercase(), port, path: format!("/{path}") }),
            false => Err(FetchError::Address),
        }
    }

    /// The same host and port, and the same path or one below it.
    fn contains(&self, other: &Self) -> bool {
        let below =
            |rest: &str| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/');
        (&self.host, self.port) == (&other.host, other.port)
            && other.path.strip_prefix(&self.path).is_some_and(below)
    }
}

/// In the older version of HTTP, in which an answer ends with its connection and is whole.
fn request(address: &Address, question: Question<'_>) -> Vec<u8> {
    let Address { host, port, path } = address;
    let method = if question.body.is_some() { "POST" } else { "GET" };
    let mut head = format!("{method} {path} HTTP/1.0\r\nHost: {host}:{port}\r\n");
    if let Some(authorization) = question.authorization {
        head.push_str(&format!("Authorization: {authorization}\r\n"));
    }
    let Some((kind, body)) = question.body else { return (head + "\r\n").into_bytes() };
    let len = body.len();
    head.push_str(&format!("Content-Type: {kind}\r\nContent-Length: {len}\r\n\r\n"));
    [head.as_bytes(), body].concat()
}

/// Everything until the other side closes.
fn answer(stream: &mut TcpStream, end: Instant) -> Result<Vec<u8>, FetchError> {
    let mut read = Vec::new();
    let mut part = [0; 8192];
    loop {
        stream.set_read_timeout(Some(left(end)?))?;
        match stream.read(&mut part)? {
            0 => return Ok(read),
            len => read.extend_from_slice(&part[..len]),
        }
        if read.len() > ANSWER_BYTES_MAX {
            return Err(FetchError::TooLarge);
        }
    }
}

/// The body of a 200; anything cleverer is not needed for lists and answers.
pub(crate) fn body(answer: &[u8]) -> Result<Vec<u8>, FetchError> {
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n");
    let end = end.ok_or(FetchError::Answer("no head"))?;
    let head = std::str::from_utf8(&answer[..end]).map_err(|_| FetchError::Answer("no text"))?;
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap_or_default();
    let known = ["HTTP/1.1 ", "HTTP/1.0 "].iter().find_map(|begin| status.strip_prefix(begin));
    let code = known.and_then(|rest| rest.split(' ').next()?.parse().ok());
    match code.ok_or(FetchError::Answer("no status"))? {
        200 => {}
        300..=399 => return Err(FetchError::Redirected),
        other => return Err(FetchError::Status(other)),
    }
    let fields: Vec<(String, &str)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim()))
        .collect();
    if fields.iter().any(|(name, _)| name == "transfer-encoding" || name == "content-encoding") {
        return Err(FetchError::Answer("an encoding"));
    }
    let body = &answer[end + 4..];
    let mut lengths = fields.iter().filter(|(name, _)| name == "content-length");
    let fits = lengths.all(|(_, value)| value.parse() == Ok(body.len()));
    if fits { Ok(body.to_vec()) } else { Err(FetchError::Answer("another length than it says")) }
}

/// Whether an address is one of the public network.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let inside = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified();
    let special = ip.is_broadcast() || ip.is_documentation() || ip.is_multicast();
    // This network; shared (where cloud metadata lives too); protocol assignments; benchmarks;
    // reserved.
    let reserved = a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240;
    !(inside || special || reserved)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    // Only global unicast; and of it not what wraps an IPv4 address (6to4, Teredo) or documents.
    let [a, b, ..] = ip.segments();
    let global = a & 0xe000 == 0x2000;
    let wraps = a == 0x2002 || (a == 0x2001 && b < 0x0200);
    let documentation = (a == 0x2001 && b == 0x0db8) || a == 0x3fff;
    global && !wraps && !documentation
}

#[cfg(test)]
mod tests;
