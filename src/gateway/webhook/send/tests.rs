use super::*;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread::JoinHandle;
use time::macros::datetime;

const NOW: OffsetDateTime = datetime!(2026-03-02 08:00 UTC);

fn sender(allow: &[&str]) -> Sender {
    let allow: Vec<String> = allow.iter().map(|text| (*text).to_owned()).collect();
    Sender::new(&allow, None).expect("a sender")
}

/// A receiver of one connection, which does `work` with it; its address.
fn receiver(work: fn(TcpStream)) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/hook?x=1", listener.local_addr().expect("an address"));
    let thread = std::thread::spawn(move || work(listener.accept().expect("a connection").0));
    (url, thread)
}

/// Reads a request to its end: its head and as many bytes as that says.
fn read_request(stream: &mut TcpStream) -> String {
    let (mut read, mut part) = (Vec::new(), [0; 1024]);
    loop {
        let len = stream.read(&mut part).expect("a request");
        read.extend_from_slice(&part[..len]);
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.split("Content-Length: ").nth(1).expect("a length");
            let length: usize = length.lines().next().expect("a line").parse().expect("a number");
            if body.len() >= length {
                return text;
            }
        }
    }
}

fn say(mut stream: TcpStream, answer: &str) {
    read_request(&mut stream);
    stream.write_all(answer.as_bytes()).expect("answered");
}

#[test]
fn a_receiver_gets_what_was_sent() {
    let (url, thread) = receiver(|mut stream| {
        let asked = read_request(&mut stream);
        assert!(asked.starts_with("POST /hook?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"), "{asked}");
        assert!(asked.contains("\r\nContent-Type: application/json\r\n"), "{asked}");
        assert!(asked.contains("\r\nwebhook-id: 7\r\n"), "{asked}");
        assert!(asked.ends_with("\r\n\r\n{\"type\":\"x\"}"), "{asked}");
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").expect("answered");
    });
    let answer =
        sender(&["127.0.0.1"]).post(&url, &[("webhook-id", "7")], b"{\"type\":\"x\"}", NOW);
    assert_eq!(answer.expect("sent"), Answer { status: 204, answered: Answered::Accepted });
    thread.join().expect("as expected");
}

#[test]
fn answers_and_what_is_none() {
    type Case = (fn(TcpStream), Result<u16, Trouble>);
    let troubles: [Case; 7] = [
        (|s| say(s, "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n"), Ok(302)),
        (|s| say(s, "HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone"), Ok(410)),
        (|s| say(s, "SSH-2.0-OpenSSH_9\r\n"), Err(Trouble::Answer)),
        (|s| say(s, "HTTP/1.1 200"), Err(Trouble::Answer)),
        (|s| say(s, ""), Err(Trouble::Answer)),
        // A body without an end is not waited for.
        (
            |mut s| {
                read_request(&mut s);
                s.write_all(b"HTTP/1.1 200 OK\r\n\r\n").expect("answered");
                while s.write_all(&[b'x'; 4096]).is_ok() {}
            },
            Ok(200),
        ),
        (
            |mut s| {
                read_request(&mut s);
                let _ = s.write_all(b"HTTP/1.1 200 OK\r\nX: ");
                while s.write_all(&[b'x'; 4096]).is_ok() {}
            },
            Err(Trouble::Answer),
        ),
    ];
    for (work, expected) in troubles {
        let (url, thread) = receiver(work);
        let answer = sender(&["127.0.0.0/8"]).post(&url, &[], b"{}", NOW);
        let answer = answer.map(|one| one.status).map_err(|error| error.trouble());
        assert_eq!(answer, expected);
        thread.join().expect("served");
    }
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("there");
    let refused = sender(&["127.0.0.1"]).post(&format!("http://{closed}/"), &[], b"", NOW);
    assert_eq!(refused.map_err(|error| error.trouble()), Err(Trouble::Connection));
}

#[test]
fn bytes_now_and_then_do_not_buy_time() {
    let (url, thread) = receiver(|mut stream| {
        read_request(&mut stream);
        while stream.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    let target: Target = url.parse().expect("an address");
    let stream = TcpStream::connect(("127.0.0.1", target.port)).expect("a connection");
    let begun = Instant::now();
    let stream = Timed { stream, end: begun + Duration::from_millis(700) };
    let mut first = Vec::new();
    let asked = request(&target, &[], b"");
    let mut stream = stream;
    stream.write_all(&asked).expect("sent");
    let ended = stream.read_to_end(&mut first).expect_err("it ends");
    assert_eq!(SendError::of(ended).trouble(), Trouble::Timeout);
    assert!((600..5000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    assert!(first.len() > 2, "some came");
    drop(stream);
    thread.join().expect("served");
}

#[test]
fn what_leads_inside_is_refused_before_any_connection() {
    let sender =
        sender(&["10.1.2.0/24"]).over(Network {
            resolve: |host, port| {
                Ok(std::net::ToSocketAddrs::to_socket_addrs(&(host, port))?.collect())
            },
            connect: |address, _| panic!("{address} was connected to"),
        });
    for url in [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.1.3.1/",
        "http://192.168.0.1/",
        "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1]/",
        // What the system's resolver takes for addresses.
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
    ] {
        let saved = sender.check(url).expect_err(url).trouble();
        assert!([Trouble::Address, Trouble::Name].contains(&saved), "{url}: {saved}");
        let sent = sender.post(url, &[], b"", NOW).expect_err(url).trouble();
        assert_eq!(sent, saved, "{url}");
    }
    sender.check("http://10.1.2.3/").expect("allowed");
}

static LOOKED_UP: AtomicUsize = AtomicUsize::new(0);

#[test]
fn a_name_that_changes_its_mind_is_refused_when_it_is_sent_to() {
    let sender = sender(&[]).over(Network {
        resolve: |_, port| {
            let public: SocketAddr = ([8, 8, 8, 8], port).into();
            let inside: SocketAddr = ([169, 254, 169, 254], port).into();
            Ok(match LOOKED_UP.fetch_add(1, SeqCst) {
                0 => vec![public],
                1 => vec![public, inside],
                _ => vec![inside],
            })
        },
        connect: |address, _| panic!("{address} was connected to"),
    });
    sender.check("http://hooks.example.cn/").expect("public then");
    for _ in 0..2 {
        let sent = sender.post("http://hooks.example.cn/", &[], b"", NOW).expect_err("refused");
        assert!(matches!(sent, SendError::NotAllowed(_)), "{sent}");
    }
    assert_eq!(LOOKED_UP.load(SeqCst), 3, "once an attempt");
}
