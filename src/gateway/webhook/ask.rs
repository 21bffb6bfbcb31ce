//! Asking a service of others that is configured, by the guarded way that events take: where it may
//! lie is checked, nothing redirects, everything together ends in time; what is large, as long as
//! enough of it moves. What comes back has a body.

use super::send::Connection;
use super::{PATIENCE, SendError, Sender, Target};
use crate::fetch::{self, ANSWER_BYTES_MAX, FetchError};
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

/// What is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Question<'a> {
    /// The fields of a form; a `GET` without a body.
    pub form: Option<&'a str>,
    /// A JSON body instead.
    pub json: Option<&'a str>,
    /// The value of `Authorization`.
    pub authorization: Option<&'a str>,
}

/// Why there is no answer that could be used.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It was not asked, or did not answer.
    #[error(transparent)]
    Send(#[from] SendError),
    /// What it answered is no plain 200, or too large.
    #[error(transparent)]
    Answer(#[from] FetchError),
}

/// An answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Exchanged {
    /// Its status.
    pub status: u16,
    /// Its header lines, names in small letters.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// Largest answer to any request: a sealed file with a photo.
const EXCHANGED_BYTES_MAX: usize = 64 << 20;
/// What a line carries at least, however slow: whoever sends a byte now and then gains nothing by it.
const BYTES_A_SECOND_MIN: u64 = 8 << 10;
/// What is written before time is counted again.
const PART_BYTES: usize = 64 << 10;

/// How long an exchange may go on: so long without a byte, and all in all at the least speed.
struct Pace {
    begun: Instant,
    patience: Duration,
    bytes: u64,
}

impl Pace {
    /// So many bytes went or came.
    fn moved(&mut self, connection: &mut Connection, bytes: usize) {
        self.bytes += bytes as u64;
        let earned = Duration::from_secs(self.bytes / BYTES_A_SECOND_MIN);
        let whole = self.begun + self.patience + earned;
        connection.until(whole.min(Instant::now() + self.patience));
    }
}

impl Sender {
    /// Sends any request and reads the whole answer, both of any size: it ends when nothing moves
    /// for [`PATIENCE`], or too little.
    ///
    /// # Errors
    /// It may not be sent there, or no answer of HTTP came in time.
    pub fn exchange(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Exchanged, SendError> {
        self.exchange_within(PATIENCE, (method, url, headers), body)
    }

    fn exchange_within(
        &self,
        patience: Duration,
        (method, url, headers): (&str, &str, &[(&str, &str)]),
        body: &[u8],
    ) -> Result<Exchanged, SendError> {
        let target: Target = url.parse()?;
        let mut connection = self.connect(&target)?;
        let (path, host) = (&target.path, target.authority());
        let mut head = format!("{method} {path} HTTP/1.0\r\nHost: {host}\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        let mut pace = Pace { begun: Instant::now(), patience, bytes: 0 };
        pace.moved(&mut connection, 0);
        for part in [head.as_bytes(), body].concat().chunks(PART_BYTES) {
            connection.write_all(part).map_err(SendError::of)?;
            pace.moved(&mut connection, part.len());
        }
        connection.flush().map_err(SendError::of)?;
        let came = |connection: &mut Connection, bytes| pace.moved(connection, bytes);
        let read = answer(&mut connection, EXCHANGED_BYTES_MAX, came);
        let read = read.map_err(|error| match error {
            AskError::Send(cause) => cause,
            AskError::Answer(_) => SendError::Answer,
        })?;
        exchanged(&read).ok_or(SendError::Answer)
    }

    /// The body of the answer, of a megabyte at most.
    ///
    /// # Errors
    /// It may not be asked, does not answer in time, or answers another status than 200.
    pub fn ask(&self, url: &str, question: Question<'_>) -> Result<Vec<u8>, AskError> {
        let target: Target = url.parse().map_err(SendError::Url)?;
        let mut connection = self.connect(&target)?;
        let written = connection.write_all(&request(&target, question));
        written.and_then(|()| connection.flush()).map_err(SendError::of)?;
        Ok(fetch::body(&answer(&mut connection, ANSWER_BYTES_MAX, |_, _| {})?)?)
    }
}

/// In the older version of HTTP, in which an answer is whole and ends with its connection.
fn request(target: &Target, question: Question<'_>) -> Vec<u8> {
    let (path, host) = (&target.path, target.authority());
    let form = question.form.map(|form| ("application/x-www-form-urlencoded", form));
    let body = form.or(question.json.map(|json| ("application/json", json)));
    let method = if body.is_some() { "POST" } else { "GET" };
    let mut head =
        format!("{method} {path} HTTP/1.0\r\nHost: {host}\r\nAccept: application/json\r\n");
    if let Some(authorization) = question.authorization {
        head.push_str(&format!("Authorization: {authorization}\r\n"));
    }
    if let Some((kind, body)) = body {
        let len = body.len();
        head.push_str(&format!("Content-Type: {kind}\r\nContent-Length: {len}\r\n"));
    }
    head.push_str("\r\n");
    head.push_str(body.map_or("", |(_, body)| body));
    head.into_bytes()
}

/// `None` for what is no answer of HTTP, has an encoding, or another length than it says.
fn exchanged(answer: &[u8]) -> Option<Exchanged> {
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]);
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    let line = |(name, value): (&str, &str)| (name.to_ascii_lowercase(), value.trim().to_owned());
    let headers: Vec<_> = lines.filter_map(|line| line.split_once(':')).map(line).collect();
    let encoded = headers.iter().any(|(name, _)| name == "transfer-encoding");
    let body = &answer[end + 4..];
    let mut lengths = headers.iter().filter(|(name, _)| name == "content-length");
    let whole = lengths.all(|(_, value)| value.parse() == Ok(body.len()));
    (whole && !encoded).then(|| Exchanged { status, headers, body: body.to_vec() })
}

/// The whole answer; `came` hears of each part.
fn answer(
    connection: &mut Connection,
    bytes_max: usize,
    mut came: impl FnMut(&mut Connection, usize),
) -> Result<Vec<u8>, AskError> {
    let mut read = Vec::new();
    let mut part = [0; 8192];
    loop {
        match connection.read(&mut part) {
            Ok(0) => return Ok(read),
            Ok(len) => {
                read.extend_from_slice(&part[..len]);
                came(connection, len);
            }
            // Many servers end TLS by hanging up; whether all came is seen by the length.
            Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => return Ok(read),
            Err(cause) => return Err(SendError::of(cause).into()),
        }
        if read.len() > bytes_max {
            return Err(FetchError::TooLarge.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};
    use std::thread::sleep;

    /// What comes of asking who answers so, of whom nothing is heard for two seconds at most.
    fn asked(work: impl FnOnce(TcpStream) + Send + 'static) -> Result<Exchanged, SendError> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let _ = stream.read(&mut [0; 1024]);
            work(stream);
        });
        let sender = Sender::new(&["127.0.0.1".to_owned()], None).expect("a sender");
        sender.exchange_within(Duration::from_secs(2), ("GET", &url, &[]), b"")
    }

    #[test]
    fn an_exchange_goes_on_as_long_as_enough_of_it_moves() {
        let part = vec![b'x'; PART_BYTES];
        let slow = asked(move |mut stream| {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", part.len() * 6);
            stream.write_all(head.as_bytes()).expect("sent");
            for _ in 0..6 {
                sleep(Duration::from_millis(500));
                stream.write_all(&part).expect("sent");
            }
        });
        assert_eq!(slow.expect("longer than two seconds").body.len(), PART_BYTES * 6);
        let begun = Instant::now();
        let drips = asked(|mut stream| {
            while stream.write_all(b"x").is_ok() {
                sleep(Duration::from_millis(100));
            }
        });
        assert!(matches!(drips, Err(SendError::Timeout)), "{drips:?}");
        let hangs = asked(|stream| {
            sleep(PATIENCE);
            drop(stream);
        });
        assert!(matches!(hangs, Err(SendError::Timeout)), "{hangs:?}");
        assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    }

    #[test]
    fn an_answer_that_was_cut_off_is_none() {
        let whole = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer";
        let read = exchanged(whole.as_bytes()).expect("an answer");
        assert_eq!((read.status, read.body.as_slice()), (200, &b"answer"[..]));
        for end in 0..whole.len() {
            assert!(exchanged(&whole.as_bytes()[..end]).is_none(), "cut at {end}");
        }
        let unsaid = exchanged(b"HTTP/1.0 200 OK\r\n\r\nansw").expect("it ends when it ends");
        assert_eq!(unsaid.body, b"answ");
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        assert!(exchanged(chunked.as_bytes()).is_none());
    }
}
