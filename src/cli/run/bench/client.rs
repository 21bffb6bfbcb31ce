//! One connection of HTTP/1.1 that is kept: as little work as possible, because client and service
//! share the processors that are measured.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any answer of the service may take.
const PATIENCE: Duration = Duration::from_secs(90);
const HEADERS_MAX: usize = 64;
const READ_BYTES: usize = 64 * 1024;

/// A connection, made when it is needed.
pub(super) struct Client {
    address: SocketAddr,
    stream: Option<TcpStream>,
    /// What was read of an answer, in the beginning of it.
    buffer: Vec<u8>,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    pub(super) body: Vec<u8>,
}

/// What a head says of its answer.
struct Head {
    bytes: usize,
    status: u16,
    length: usize,
    retry_after: Option<Duration>,
    closes: bool,
}

impl Client {
    pub(super) const fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, buffer: Vec::new() }
    }

    /// Sends a request as it stands, and reads its answer.
    pub(super) fn send(&mut self, request: &[u8]) -> io::Result<Answer> {
        let answer = self.exchange(request);
        if answer.is_err() {
            self.stream = None;
        }
        answer
    }

    fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => none.insert(connect(self.address)?),
        };
        stream.write_all(request)?;
        let mut filled = 0;
        let head = loop {
            filled += more(stream, &mut self.buffer, filled)?;
            if let Some(head) = head(&self.buffer[..filled])? {
                break head;
            }
        };
        while filled < head.bytes + head.length {
            filled += more(stream, &mut self.buffer, filled)?;
        }
        if head.closes {
            self.stream = None;
        }
        let body = self.buffer[head.bytes..head.bytes + head.length].to_vec();
        Ok(Answer { status: head.status, retry_after: head.retry_after, body })
    }
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Reads behind what is there; how many bytes came.
fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>, filled: usize) -> io::Result<usize> {
    // It grows to the largest answer and stays so: clearing it each time would take longer than
    // reading.
    if buffer.len() < filled + READ_BYTES {
        buffer.resize(filled + READ_BYTES, 0);
    }
    match stream.read(&mut buffer[filled..])? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        read => Ok(read),
    }
}

/// `None` until the head is whole.
fn head(bytes: &[u8]) -> io::Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(len) = response.parse(bytes).map_err(io::Error::other)? else {
        return Ok(None);
    };
    let value = |name: &str| {
        let found = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.and_then(|header| std::str::from_utf8(header.value).ok())
    };
    // The service always says how long an answer is.
    let length = value("content-length").and_then(|text| text.parse().ok());
    let seconds = value("retry-after").and_then(|text| text.parse().ok());
    Ok(Some(Head {
        bytes: len,
        status: response.code.unwrap_or_default(),
        length: length.ok_or_else(|| io::Error::other("an answer without its length"))?,
        retry_after: seconds.map(Duration::from_secs),
        closes: value("connection").is_some_and(|text| text.eq_ignore_ascii_case("close")),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    /// Answers each request of one connection with the next of these, cut into pieces.
    fn server(answers: Vec<&'static str>) -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            for answer in answers {
                let mut request = [0; 256];
                let _ = stream.read(&mut request).unwrap();
                for piece in answer.as_bytes().chunks(7) {
                    stream.write_all(piece).unwrap();
                    stream.flush().unwrap();
                }
            }
        });
        address
    }

    #[test]
    fn answers_follow_each_other_on_one_connection() {
        let address = server(vec![
            "HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nfirst",
            "HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\ncontent-length: 0\r\n\r\n",
        ]);
        let mut client = Client::new(address);
        let first = client.send(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        assert_eq!((first.status, first.body.as_slice()), (201, &b"first"[..]));
        let second = client.send(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        assert_eq!((second.status, second.retry_after), (503, Some(Duration::from_secs(2))));
    }

    #[test]
    fn an_answer_that_stops_is_an_error() {
        for cut in ["HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfir", "HTTP/1.1 200", "SSH-2.0-x"]
        {
            let mut client = Client::new(server(vec![cut]));
            assert!(client.send(b"GET / HTTP/1.1\r\n\r\n").is_err(), "{cut}");
            assert!(client.stream.is_none(), "{cut}");
        }
    }
}
