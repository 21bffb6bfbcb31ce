//! A small HTTP/1.1 client: one request a connection, as plain as the tests need it.

use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header lines in the order received, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, its transfer coding undone.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// Fails with the body unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{}", text.chars().take(2000).collect::<String>());
        self
    }
}

/// A request being put together.
#[derive(Clone, Debug)]
pub struct Request {
    address: SocketAddr,
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    tls: Option<Arc<ClientConfig>>,
}

impl Request {
    /// `method` on `path` of the server at `address`.
    pub fn new(address: SocketAddr, method: &'static str, path: &str) -> Self {
        let path = path.to_owned();
        Self { address, method, path, headers: Vec::new(), body: Vec::new(), tls: None }
    }

    /// The same over TLS, to the machine of the test PKI.
    pub fn over(self, tls: Option<Arc<ClientConfig>>) -> Self {
        Self { tls, ..self }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends this body.
    pub fn body(self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self.header("Content-Type", media_type) }
    }

    /// Sends JSON.
    pub fn json(self, value: &serde_json::Value) -> Self {
        self.body("application/json", value.to_string())
    }

    /// Sends parts: name, file name if it is a file, media type, bytes.
    pub fn parts(self, parts: &[(&str, Option<&str>, &str, &[u8])]) -> Self {
        const BOUNDARY: &str = "a-boundary-that-no-test-file-contains";
        let mut body = Vec::new();
        for (name, file, media_type, bytes) in parts {
            let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\
                 Content-Type: {media_type}\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.body(&format!("multipart/form-data; boundary={BOUNDARY}"), body)
    }

    /// Sends and reads the whole answer.
    #[track_caller]
    pub fn send(&self) -> Answer {
        self.try_send().unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    /// Sends and reads the whole answer, of a server that may end meanwhile.
    ///
    /// # Errors
    /// `ConnectionRefused`: nothing was sent. Anything else: nobody knows what became of it.
    pub fn try_send(&self) -> io::Result<Answer> {
        let stream = TcpStream::connect(self.address)?;
        // Head and body are two writes: the second waits for nobody.
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a timeout");
        match &self.tls {
            None => self.exchange(stream),
            Some(tls) => {
                let name = "localhost".try_into().expect("a name");
                let tls = ClientConnection::new(Arc::clone(tls), name).expect("a client");
                self.exchange(StreamOwned::new(tls, stream))
            }
        }
    }

    fn exchange(&self, mut stream: impl Read + Write) -> io::Result<Answer> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.method,
            self.path,
            self.address,
            self.body.len()
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        // A server that ends between the two has not refused the connection.
        stream.write_all(head.as_bytes()).map_err(|error| io::Error::other(error.to_string()))?;
        // A server that refuses by the head alone may close before the body is through.
        let _ = stream.write_all(&self.body);
        let mut raw = Vec::new();
        let ended = stream.read_to_end(&mut raw);
        let whole = answer(&raw, self.method == "HEAD");
        whole.ok_or_else(|| ended.err().unwrap_or_else(|| ErrorKind::UnexpectedEof.into()))
    }
}

/// `None` when it stops before its end.
fn answer(raw: &[u8], is_head: bool) -> Option<Answer> {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&raw[..end]);
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status line");
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let chunked = headers.iter().any(|(n, v)| n == "transfer-encoding" && v == "chunked");
    let body = &raw[end + 4..];
    let body = if chunked { unchunked(body)? } else { body.to_vec() };
    let answer = Answer { status: status.parse().expect("a number"), headers, body };
    let length = answer.header("content-length").map(|text| text.parse().expect("a length"));
    (is_head || length.is_none_or(|length: usize| answer.body.len() == length)).then_some(answer)
}

/// `None` when it stops before its last chunk.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&rest[..line]).expect("hex");
        let size = usize::from_str_radix(size.trim(), 16).expect("hex");
        if size == 0 {
            return Some(body);
        }
        let begin = line + 2;
        body.extend_from_slice(rest.get(begin..begin + size)?);
        rest = rest.get(begin + size + 2..)?;
    }
}
