//! A receiver of webhooks that answers as it is told and remembers what came.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// What came.
#[derive(Clone, Debug)]
pub struct Received {
    /// The request line.
    pub line: String,
    /// Header lines, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// When it was read to its end.
    pub at: Instant,
}

impl Received {
    /// The header of this name.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("no {name}: {self:?}"))
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// What it does with a request.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// A whole answer.
    Say(&'static str),
    /// Nothing, until the other side gives up.
    Hang,
    /// A byte of a head now and then, until the other side gives up.
    Drip,
    /// It hangs up.
    HangUp,
}

/// Accepted.
pub const OK: Reply = Reply::Say("HTTP/1.1 204 No Content\r\n\r\n");

type Seen = Arc<(Mutex<Vec<Received>>, Condvar)>;

/// Listens until the tests end.
pub struct Receiver {
    /// Where.
    pub address: SocketAddr,
    seen: Seen,
}

impl Receiver {
    /// On a free port; `replies` in turn, then the last for ever.
    pub fn start(replies: &'static [Reply]) -> Self {
        Self::listen(TcpListener::bind(("127.0.0.1", 0)).expect("a port"), replies)
    }

    /// On this port, which nobody listens on.
    pub fn start_at(address: SocketAddr, replies: &'static [Reply]) -> Self {
        Self::listen(TcpListener::bind(address).expect("the port is free"), replies)
    }

    fn listen(listener: TcpListener, replies: &'static [Reply]) -> Self {
        let address = listener.local_addr().expect("an address");
        let seen = Seen::default();
        let own = Arc::clone(&seen);
        std::thread::spawn(move || {
            for (place, stream) in listener.incoming().flatten().enumerate() {
                let reply = replies[place.min(replies.len() - 1)];
                let seen = Arc::clone(&own);
                std::thread::spawn(move || serve(stream, reply, &seen));
            }
        });
        Self { address, seen }
    }

    /// The address of an endpoint here.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// What came so far.
    pub fn received(&self) -> Vec<Received> {
        self.seen.0.lock().expect("whole").clone()
    }

    /// What came, once it is so much.
    #[track_caller]
    pub fn wait(&self, count: usize) -> Vec<Received> {
        let begun = Instant::now();
        let mut seen = self.seen.0.lock().expect("whole");
        while seen.len() < count {
            assert!(begun.elapsed() < Duration::from_secs(90), "{} of {count}", seen.len());
            seen = self.seen.1.wait_timeout(seen, Duration::from_secs(1)).expect("whole").0;
        }
        seen.clone()
    }
}

fn serve(mut stream: TcpStream, reply: Reply, seen: &Seen) {
    // What only looks whether somebody listens says nothing.
    let Some(received) = read(&mut stream) else { return };
    seen.0.lock().expect("whole").push(received);
    seen.1.notify_all();
    match reply {
        Reply::Say(answer) => drop(stream.write_all(answer.as_bytes())),
        Reply::Hang => drop(stream.read(&mut [0])),
        Reply::Drip => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX: ");
            while stream.write_all(b"x").is_ok() {
                std::thread::sleep(Duration::from_millis(500));
            }
        }
        Reply::HangUp => {}
    }
}

/// One request to its end, from a connection of any kind.
pub fn read(stream: &mut impl Read) -> Option<Received> {
    let (mut raw, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let len = stream.read(&mut part).ok().filter(|len| *len > 0)?;
        raw.extend_from_slice(&part[..len]);
        let Some(end) = raw.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&raw[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let line = lines.next()?.to_owned();
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length = &headers.iter().find(|(name, _)| name == "content-length")?.1;
        let length: usize = length.parse().ok()?;
        let body = &raw[end + 4..];
        if body.len() >= length {
            return Some(Received { line, headers, body: body.to_vec(), at: Instant::now() });
        }
    }
}
