//! A receiver of webhooks on this machine, to know when they come.

use crate::cli::exit::Failure;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// An event is some hundred bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// Longer than a webhook takes that comes at all.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes every event and remembers when it was read to its end.
pub(super) struct Receiver {
    address: SocketAddr,
    came: mpsc::Receiver<(Instant, String)>,
}

impl Receiver {
    pub(super) fn start() -> Result<Self, Failure> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let listener = listener.and_then(|one| Ok((one.local_addr()?, one)));
        let (address, listener) = listener.map_err(|cause| Failure::Bench(cause.to_string()))?;
        let (tell, came) = mpsc::channel();
        // It ends with the first event that nobody waits for, or with the measurement.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(body) = taken(&stream) else { continue };
                if tell.send((Instant::now(), body)).is_err() {
                    return;
                }
            }
        });
        Ok(Self { address, came })
    }

    /// The address of an endpoint here.
    pub(super) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// When the event came that names this license; nothing when it does not come.
    pub(super) fn told_of(&self, license: &str) -> Option<Instant> {
        let begun = Instant::now();
        loop {
            let left = PATIENCE.checked_sub(begun.elapsed())?;
            match self.came.recv_timeout(left) {
                Ok((at, body)) if body.contains(license) => return Some(at),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        }
    }
}

/// The body of a request, which is answered.
fn taken(mut stream: &TcpStream) -> Option<String> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok().filter(|length| *length <= BODY_BYTES_MAX)?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").ok()?;
    String::from_utf8(body).ok()
}
