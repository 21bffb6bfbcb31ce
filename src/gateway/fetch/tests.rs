//! What may be asked, and what is taken for an answer.

use super::*;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

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

const PUBLIC: Reach = Reach::Public(Vec::new());
/// For what answers at once, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(20);

fn responders(url: &str, reach: Reach) -> Responders {
    Responders::new([url], reach).expect("an address")
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

#[test]
fn nothing_is_asked_that_is_not_configured() {
    let responders = responders("http://ocsp.example.cn/a", PUBLIC).over(counting());
    let ask = |url| responders.fetch(url, Question::default(), soon());
    for url in [
        "http://127.0.0.1/",
        "http://localhost:80/",
        "http://[::1]/",
        "http://169.254.169.254/",
        "https://ocsp.example.cn/a",
        "ftp://ocsp.example.cn/a",
        "ldap://ocsp.example.cn/a",
        "file:///etc/passwd",
        "http://ocsp.example.cn:8080/a",
        "http://user@ocsp.example.cn/a",
        "http://ocsp.example.cn@127.0.0.1/a",
        "http://ocsp.example.cn/a\r\nX: y",
        "http://ocsp.example.cn\\@127.0.0.1/a",
        "http://ocsp.example.cn/a#x",
        "http://0x7f000001/a",
        "http://ocsp.example.cn.evil.cn/a",
        "http://ocsp.example.cn/",
        "http://ocsp.example.cn/ab",
        "http://ocsp.example.cn/a/../b",
        "http://ocsp.example.cn/a/%2e%2e/b",
        "gopher://ocsp.example.cn/a",
        "",
    ] {
        assert!(ask(url).is_err(), "{url}");
        assert!(responders.host(url).is_err(), "{url}");
    }
    assert!(matches!(ask("https://ocsp.example.cn/a"), Err(FetchError::Https)));
    assert_eq!(ASKED.load(SeqCst), 0);
    assert!(responders.host("http://OCSP.example.cn/a/b").is_ok());
    // A configured name that leads inside is resolved once, and not connected to.
    assert!(matches!(ask("http://ocsp.example.cn/a"), Err(FetchError::NotPublic)));
    assert_eq!(ASKED.load(SeqCst), 1);
    let nobody = Responders::default();
    assert!(nobody.fetch("http://ocsp.example.cn/a", Question::default(), soon()).is_err());
}

#[test]
fn a_machine_of_the_inside_is_named_one_by_one() {
    let connects = |reach| {
        let network = Network {
            connect: |_, _| Err(io::ErrorKind::ConnectionRefused.into()),
            resolve: |_, port| Ok(vec![([10, 1, 2, 3], port).into()]),
        };
        let asked = responders("http://ca.inside/", reach).over(network);
        let answer = asked.fetch("http://ca.inside/", Question::default(), soon());
        matches!(answer, Err(FetchError::Io(_)))
    };
    assert!(!connects(PUBLIC));
    assert!(!connects(Reach::Public(vec![[10, 1, 2, 4].into()])));
    assert!(connects(Reach::Public(vec![[10, 1, 2, 3].into()])));
    assert!(connects(Reach::Any));
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
    let responders = responders("http://ocsp.example.cn/", PUBLIC).over(network);
    let refused = |url: &str| responders.fetch(url, Question::default(), soon()).is_err();
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
            assert!(refused(url) && refused(plain));
        }
        certificates += 1;
    }
    assert_eq!(certificates, 40);
}

/// What a machine says, in the time that it takes, to a question of which the head is returned.
fn said(answer: Vec<u8>, delay: Duration) -> (Result<Vec<u8>, FetchError>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut asked = [0; 4096];
        let len = stream.read(&mut asked).expect("a question");
        std::thread::sleep(delay);
        // Whoever has heard enough goes.
        let _ = stream.write_all(&answer);
        String::from_utf8_lossy(&asked[..len]).into_owned()
    });
    let here = Reach::Public(vec![Ipv4Addr::LOCALHOST.into()]);
    let question = Question {
        body: Some(("application/ocsp-request", b"question")),
        authorization: Some("Bearer x"),
    };
    let url = format!("http://127.0.0.1:{port}/a");
    let until = Instant::now() + if delay.is_zero() { PATIENCE } else { delay / 2 };
    let answer = responders(&url, here).fetch(&url, question, until);
    (answer, server.join().expect("served"))
}

#[test]
fn only_a_plain_answer_is_taken() {
    let said = |text: &str| said(text.as_bytes().to_vec(), Duration::ZERO);
    let (answer, asked) = said("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer");
    assert_eq!(answer.expect("an answer"), b"answer");
    assert!(asked.starts_with("POST /a HTTP/1.0\r\nHost: 127.0.0.1:"), "{asked}");
    assert!(asked.contains("\r\nAuthorization: Bearer x\r\n"), "{asked}");
    assert!(asked.ends_with("\r\n\r\nquestion"), "{asked}");
    let elsewhere = said("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n").0;
    assert!(matches!(elsewhere, Err(FetchError::Redirected)));
    for bad in [
        "HTTP/1.1 404 Not Found\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\nanswer",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nanswer\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nanswer",
        "HTTP/1.1 200 OK",
        "",
    ] {
        let refused = matches!(said(bad).0, Err(FetchError::Answer(_) | FetchError::Status(_)));
        assert!(refused, "{bad}");
    }
}

#[test]
fn neither_endless_nor_slow() {
    let endless = [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![0; 2 << 20]].concat();
    assert!(matches!(said(endless, Duration::ZERO).0, Err(FetchError::TooLarge)));
    let begin = Instant::now();
    let slow = said(b"HTTP/1.1 200 OK\r\n\r\nlate".to_vec(), Duration::from_secs(3)).0;
    assert!(matches!(slow, Err(FetchError::Io(_))));
    assert!(begin.elapsed() < PATIENCE, "the server is waited for, not the answer");
}
