//! Asking responders about revocation: only those that are configured, never an address that a
//! certificate merely names, and never a machine of the inside.
//!
//! HTTP without TLS, as responders and lists are served: what comes back is signed. No proxy, no
//! redirect, one connection to the address that was checked.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// Everything together: name, connection, answer.
pub const TOTAL: Duration = Duration::from_secs(5);
/// Largest answer, head and body.
pub const ANSWER_BYTES_MAX: usize = 1 << 20;
/// Most addresses asked for one certificate.
pub const URLS_MAX: usize = 2;

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Not `http://HOST[:PORT]/PATH`.
    #[error("not an address that is fetched from")]
    Address,
    /// The host and port are not on the configured list.
    #[error("not a configured responder")]
    NotConfigured,
    /// The name leads to a machine of the inside.
    #[error("the name leads to an address that is not public")]
    NotPublic,
    /// The connection failed or took too long.
    #[error("the responder does not answer")]
    Io(#[from] io::Error),
    /// An answer that is not a plain 200, or larger than any.
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

/// Who may be asked. Empty by default: then nothing is ever fetched.
#[derive(Clone, Debug, Default)]
pub struct Responders {
    hosts: Vec<(String, u16)>,
    network: Network,
}

/// What is sent: nothing, or a question with its media type.
pub type Question<'a> = Option<(&'static str, &'a [u8])>;

impl Responders {
    /// The hosts and ports of these addresses.
    ///
    /// # Errors
    /// One of them is not `http://HOST[:PORT]/PATH`.
    pub fn new(urls: &[String]) -> Result<Self, FetchError> {
        let hosts: Result<_, _> =
            urls.iter().map(|url| parts(url).map(|(host, port, _)| (host, port))).collect();
        Ok(Self { hosts: hosts?, network: Network::default() })
    }

    /// The same over another network.
    #[must_use]
    pub fn over(self, network: Network) -> Self {
        Self { network, ..self }
    }

    /// Of the addresses that a certificate names, those that may be asked.
    #[must_use]
    pub fn allowed<'a>(&self, urls: &[&'a str]) -> Vec<&'a str> {
        let listed =
            |url: &&str| parts(url).is_ok_and(|(host, port, _)| self.hosts.contains(&(host, port)));
        urls.iter().copied().filter(listed).take(URLS_MAX).collect()
    }

    /// The body of the answer from a configured responder.
    ///
    /// # Errors
    /// The address is not configured or not public, or there is no usable answer in time.
    pub fn fetch(&self, url: &str, question: Question<'_>) -> Result<Vec<u8>, FetchError> {
        let end = Instant::now() + TOTAL;
        let (host, port, path) = parts(url)?;
        if !self.hosts.contains(&(host.clone(), port)) {
            return Err(FetchError::NotConfigured);
        }
        let found = (self.network.resolve)(&host, port)?;
        // One address of the inside among them is reason enough: the next answer may be that one.
        let address = found.first().filter(|_| found.iter().all(|one| is_public(one.ip())));
        let address = address.ok_or(FetchError::NotPublic)?;
        let mut stream = (self.network.connect)(address, left(end)?)?;
        stream.set_write_timeout(Some(left(end)?))?;
        stream.write_all(&request(&host, port, &path, question))?;
        body(&answer(&mut stream, end)?)
    }
}

fn left(end: Instant) -> io::Result<Duration> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// Host, port and path of `http://HOST[:PORT]/PATH`; no user, query, fragment or other scheme.
fn parts(url: &str) -> Result<(String, u16, String), FetchError> {
    let rest = url.strip_prefix("http://").ok_or(FetchError::Address)?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| FetchError::Address)?),
        None => (authority, 80),
    };
    let name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/%+=".contains(&byte);
    let fits = !host.is_empty() && host.bytes().all(name) && path.bytes().all(plain);
    match fits && url.len() <= 1024 {
        true => Ok((host.to_ascii_lowercase(), port, format!("/{path}"))),
        false => Err(FetchError::Address),
    }
}

fn request(host: &str, port: u16, path: &str, question: Question<'_>) -> Vec<u8> {
    let head = format!("HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n");
    match question {
        None => format!("GET {path} {head}\r\n").into_bytes(),
        Some((kind, body)) => {
            let len = body.len();
            let head =
                format!("POST {path} {head}Content-Type: {kind}\r\nContent-Length: {len}\r\n\r\n");
            [head.as_bytes(), body].concat()
        }
    }
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
            return Err(FetchError::Answer("too large"));
        }
    }
}

/// The body of a 200 with a length; anything cleverer is not needed for lists and answers.
fn body(answer: &[u8]) -> Result<Vec<u8>, FetchError> {
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n");
    let end = end.ok_or(FetchError::Answer("no head"))?;
    let head = std::str::from_utf8(&answer[..end]).map_err(|_| FetchError::Answer("no text"))?;
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap_or_default();
    if !["HTTP/1.1 200 ", "HTTP/1.0 200 "].iter().any(|good| status.starts_with(good)) {
        return Err(FetchError::Answer("another status than 200"));
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
fn is_public(ip: IpAddr) -> bool {
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
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering::SeqCst};

    #[test]
    fn addresses_of_the_inside() {
        for inside in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.100.100.200",
            "192.0.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(inside.parse().expect("an address")), "{inside}");
        }
        for outside in ["8.8.8.8", "114.114.114.114", "2400:3200::1", "2606:4700::1111"] {
            assert!(is_public(outside.parse().expect("an address")), "{outside}");
        }
    }

    static ASKED: AtomicUsize = AtomicUsize::new(0);

    fn counting() -> Network {
        Network {
            resolve: |_, port| {
                ASKED.fetch_add(1, SeqCst);
                Ok(vec![([127, 0, 0, 1], port).into()])
            },
            connect: |_, _| {
                ASKED.fetch_add(1000, SeqCst);
                Err(io::ErrorKind::ConnectionRefused.into())
            },
        }
    }

    #[test]
    fn nothing_is_asked_that_is_not_configured() {
        let listed = ["http://ocsp.example.cn/".to_owned()];
        let responders = Responders::new(&listed).expect("addresses").over(counting());
        for url in [
            "http://127.0.0.1/",
            "http://localhost:80/",
            "http://[::1]/",
            "http://169.254.169.254/",
            "https://ocsp.example.cn/",
            "ftp://ocsp.example.cn/",
            "ldap://ocsp.example.cn/",
            "file:///etc/passwd",
            "http://ocsp.example.cn:8080/",
            "http://user@ocsp.example.cn/",
            "http://ocsp.example.cn@127.0.0.1/",
            "http://ocsp.example.cn/\r\nX: y",
            "http://ocsp.example.cn\\@127.0.0.1/",
            "http://ocsp.example.cn/#x",
            "http://0x7f000001/",
            "http://ocsp.example.cn.evil.cn/",
            "gopher://ocsp.example.cn/",
            "",
        ] {
            assert!(responders.fetch(url, None).is_err(), "{url}");
            assert!(responders.allowed(&[url]).is_empty(), "{url}");
        }
        assert_eq!(ASKED.load(SeqCst), 0);
        // A configured name that leads inside is resolved once, and not connected to.
        let inside = responders.fetch("http://ocsp.example.cn/", None);
        assert!(matches!(inside, Err(FetchError::NotPublic)));
        assert_eq!(ASKED.load(SeqCst), 1);
        assert_eq!(responders.allowed(&["http://ocsp.example.cn/a"; 5]).len(), URLS_MAX);
        assert!(Responders::default().fetch("http://ocsp.example.cn/", None).is_err());
    }

    /// Certificates that name machines of the inside, in every disguise: none is even looked up.
    #[test]
    fn certificates_lead_nowhere() {
        let Some(folder) = crate::shared::shared("certificates_lead_nowhere", "vectors/ssrf-certs")
        else {
            return;
        };
        let network = Network {
            resolve: |host, _| panic!("{host} was looked up"),
            connect: |address, _| panic!("{address} was connected to"),
        };
        let listed = ["http://ocsp.example.cn/".to_owned()];
        let responders = Responders::new(&listed).expect("addresses").over(network);
        let mut certificates = 0;
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|end| end != "der") {
                continue;
            }
            let der = std::fs::read(&path).expect("a certificate");
            // Whatever stands in it as text is tried as an address, whole and from each scheme on.
            let ascii = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { ' ' };
            let text: String = der.iter().map(ascii).collect();
            for (place, _) in text.match_indices("://") {
                let from = text[..place].rfind(|c: char| !c.is_ascii_alphabetic());
                let url = &text[from.map_or(0, |at| at + 1)..];
                let plain = url.split(|c: char| !c.is_ascii_graphic()).next().unwrap_or_default();
                assert!(
                    responders.fetch(url, None).is_err() && responders.fetch(plain, None).is_err()
                );
            }
            certificates += 1;
        }
        assert_eq!(certificates, 40);
    }

    static PORT: AtomicU16 = AtomicU16::new(0);

    /// What a responder says, seen through a network that calls it public.
    fn said(answer: &'static str) -> Result<Vec<u8>, FetchError> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        PORT.store(listener.local_addr().expect("an address").port(), SeqCst);
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut asked = [0; 4096];
            let len = stream.read(&mut asked).expect("a question");
            stream.write_all(answer.as_bytes()).expect("answered");
            String::from_utf8_lossy(&asked[..len]).into_owned()
        });
        let network = Network {
            resolve: |_, port| Ok(vec![([8, 8, 8, 8], port).into()]),
            connect: |_, time| {
                let here = SocketAddr::from(([127, 0, 0, 1], PORT.load(SeqCst)));
                TcpStream::connect_timeout(&here, time)
            },
        };
        let listed = ["http://ocsp.example.cn/".to_owned()];
        let responders = Responders::new(&listed).expect("addresses").over(network);
        let question = Some(("application/ocsp-request", &b"question"[..]));
        let answer = responders.fetch("http://ocsp.example.cn/a", question);
        let asked = server.join().expect("served");
        assert!(asked.starts_with("POST /a HTTP/1.1\r\nHost: ocsp.example.cn:80\r\n"), "{asked}");
        assert!(asked.ends_with("\r\n\r\nquestion"), "{asked}");
        answer
    }

    #[test]
    fn only_a_plain_answer_is_taken() {
        let good = said("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer").expect("an answer");
        assert_eq!(good, b"answer");
        for bad in [
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\nanswer",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nanswer\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nanswer",
            "HTTP/1.1 200 OK",
            "",
        ] {
            assert!(matches!(said(bad), Err(FetchError::Answer(_))), "{bad}");
        }
    }
}
