use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use formats::x509::pem_blocks;

/// The vectors of RFC 9421, appendix B: keys, requests and signatures, which are public.
const VECTORS: &str = include_str!("../../../fixtures/vectors/http-signatures/rfc9421.json");

fn vectors() -> serde_json::Value {
    serde_json::from_str(VECTORS).expect("JSON")
}

fn key(name: &str) -> PublicKey {
    let vectors = vectors();
    let pem = vectors["keys"][name].as_str().expect("a key");
    PublicKey::from_spki(&pem_blocks(pem, "PUBLIC KEY").unwrap()[0]).expect("a key")
}

fn request() -> Request {
    let vectors = vectors();
    let mut headers = Vec::new();
    for (name, value) in vectors["request"]["headers"].as_object().unwrap() {
        headers.push((name.to_lowercase(), value.as_str().unwrap().to_owned()));
    }
    Request {
        method: "POST".into(),
        scheme: "https".into(),
        authority: "Example.com:443".into(),
        path: "/foo".into(),
        query: Some("param=Value&Pet=dog".into()),
        headers,
        has_body: true,
    }
}

fn with(mut request: Request, name: &str, value: &str) -> Request {
    request.headers.push((name.into(), value.into()));
    request
}

#[test]
fn the_vectors_of_the_standard_are_verified() {
    let vectors = vectors();
    let mut seen = 0;
    for case in vectors["signatures"].as_array().unwrap() {
        let text = |name: &str| case[name].as_str().unwrap().to_owned();
        let (base, key) = (text("base"), key(&text("key")));
        let signature = STANDARD.decode(text("signature")).unwrap();
        let algorithm = Algorithm::of(&key, None).unwrap();
        algorithm.verify(&key, base.as_bytes(), &signature).expect(&base);
        assert!(algorithm.verify(&key, format!("{base} ").as_bytes(), &signature).is_err());
        seen += 1;
        // Those of the request, whose components are read here, give the same base.
        if case["of"] == "request" && case["read"] == true {
            let label = text("label");
            let signed = with(request(), "signature-input", &format!("{label}={}", text("input")));
            let signed = with(signed, "signature", &format!("{label}=:{}:", text("signature")));
            let read = Signed::read(&signed).unwrap().expect("signed");
            assert_eq!(String::from_utf8(read.base(&signed).unwrap()).unwrap(), base);
            assert_eq!(read.signature(), signature);
        }
    }
    assert_eq!(seen, 5);
}

/// Adds the headers of a signature by a fresh key to a request.
fn signed(request: Request, input: &str) -> Request {
    let request = with(request, "signature-input", &format!("sig1={input}"));
    with(request, "signature", "sig1=:AQID:")
}

const NOW: OffsetDateTime = time::macros::datetime!(2026-03-02 12:00 UTC);

fn good_parameters() -> String {
    let at = NOW.unix_timestamp();
    format!(";created={at};nonce=\"0123456789abcdef\";keyid=\"window/1\"")
}

#[test]
fn what_must_be_signed_is_named() {
    let context = with(with(request(), "x-case-no", "示2026-1"), "idempotency-key", "k-1");
    let plain = Request { query: None, has_body: false, headers: Vec::new(), ..request() };
    for (request, covered, missing) in [
        (&plain, r#""@method" "@target-uri""#, ""),
        (&plain, r#""@method" "@authority" "@path""#, ""),
        (&plain, r#""@method" "@authority" "@request-target""#, ""),
        (&plain, r#""@target-uri""#, "@method"),
        (&plain, r#""@method" "@path""#, "@target-uri (or @authority, @path and @query)"),
        (&request(), r#""@method" "@target-uri" "content-digest""#, ""),
        (&request(), r#""@method" "@target-uri""#, "content-digest"),
        (
            &request(),
            r#""@method" "@authority" "@path" "content-digest""#,
            "@target-uri (or @authority, @path and @query)",
        ),
        (&context, r#""@method" "@target-uri" "content-digest""#, "x-case-no, idempotency-key"),
        (&context, r#""idempotency-key" "x-case-no" "content-digest" "@target-uri" "@method""#, ""),
    ] {
        let request = signed(request.clone(), &format!("({covered}){}", good_parameters()));
        let read = Signed::read(&request).unwrap().unwrap();
        let expected =
            if missing.is_empty() { Ok(()) } else { Err(Refused::NotCovered(missing.into())) };
        assert_eq!(read.covers(&request), expected, "{covered}");
    }
}

#[test]
fn a_signature_is_of_now_and_said_once() {
    let at = NOW.unix_timestamp();
    let check = |parameters: &str, expected: Result<&str, Refused>| {
        let request = signed(request(), &format!("(\"@method\"){parameters}"));
        let read = Signed::read(&request).unwrap().unwrap();
        assert_eq!(read.once(NOW).map(|(nonce, _)| nonce), expected, "{parameters}");
    };
    let nonce = ";nonce=\"abcdefgh\"";
    check(&format!(";created={at}{nonce}"), Ok("abcdefgh"));
    check(&format!(";created={}{nonce}", at - 299), Ok("abcdefgh"));
    check(&format!(";created={}{nonce}", at + 60), Ok("abcdefgh"));
    check(&format!(";created={}{nonce}", at - 300), Err(Refused::Window));
    check(&format!(";created={}{nonce}", at + 61), Err(Refused::Window));
    check(&format!(";created={at};expires={at}{nonce}"), Err(Refused::Window));
    check(&format!(";created={at};expires=\"x\"{nonce}"), Err(Refused::Window));
    check(nonce, Err(Refused::Form("created is missing")));
    for bad in ["", ";nonce=\"short\"", ";nonce=7", ";nonce=\"with a blank\""] {
        let words = "nonce is missing: 8 to 128 visible characters, new for each request";
        check(&format!(";created={at}{bad}"), Err(Refused::Form(words)));
    }
}

#[test]
fn what_is_not_of_its_form_is_refused() {
    let check = |input: &str, signature: &str, refused: bool| {
        let request = with(request(), "signature-input", input);
        let read = Signed::read(&with(request, "signature", signature));
        assert_eq!(read.is_err(), refused, "{input} {signature}: {read:?}");
    };
    check("a=()", "a=:AQ==:", false);
    check("a=()", "b=:AQ==:", true);
    check("a=(), b=()", "a=:AQ==:, b=:AQ==:", true);
    check("a=1", "a=:AQ==:", true);
    check("a=()", "a=\"AQ==\"", true);
    check("a=(\"@method\" \"@method\")", "a=:AQ==:", true);
    check("a=(\"Date\")", "a=:AQ==:", true);
    check("a=(\"date\";sf)", "a=:AQ==:", true);
    check("a=(date)", "a=:AQ==:", true);
    check("a=(", "a=:AQ==:", true);
    assert!(Signed::read(&with(request(), "signature", "a=:AQ==:")).is_err());
    assert_eq!(Signed::read(&request()), Ok(None));
    for component in ["@status", "@query-param", "absent"] {
        let request = signed(request(), &format!("(\"{component}\")"));
        let read = Signed::read(&request).unwrap().unwrap();
        assert_eq!(read.base(&request), Err(Refused::Component(component.into())));
    }
    for keyid in ["", ";keyid=\"window\"", ";keyid=\"/1\"", ";keyid=window/1"] {
        let request = signed(request(), &format!("(){keyid}"));
        assert!(Signed::read(&request).unwrap().unwrap().key().is_err(), "{keyid}");
    }
}

#[test]
fn an_algorithm_goes_with_its_key_alone() {
    use Algorithm::{EcdsaP256Sha256, Ed25519, RsaPssSha512, RsaV15Sha256};
    for (name, algorithms) in [
        ("test-key-ecc-p256", &[EcdsaP256Sha256][..]),
        ("test-key-rsa-pss", &[RsaPssSha512, RsaV15Sha256]),
        ("test-key-ed25519", &[Ed25519]),
    ] {
        let key = key(name);
        assert_eq!(Algorithm::of(&key, None), Ok(algorithms[0]));
        for algorithm in Algorithm::ALL {
            let expected = algorithms.contains(algorithm);
            let found = Algorithm::of(&key, Some(algorithm.as_str()));
            assert_eq!(found.is_ok(), expected, "{name} {algorithm}");
        }
        assert_eq!(Algorithm::of(&key, Some("hmac-sha256")), Err(Refused::Algorithm));
    }
}

#[test]
fn what_we_make_we_read_in_any_order_and_spelling_of_headers() {
    let key = formats::algorithm::PrivateKey::generate(&KeyKind::Ed25519, &mut NoChance).unwrap();
    let mut request = with(request(), "x-operator-id", "007");
    request.headers.insert(0, ("x-item-code".into(), "  000123-A ".into()));
    let making = Making {
        key: "window/1",
        created: NOW,
        nonce: "0123456789abcdef",
        algorithm: Algorithm::Ed25519,
    };
    let prepared = making.prepare(&request).unwrap();
    let signature = key.sign(prepared.suite(), b"", prepared.message(), &mut NoChance).unwrap();
    for (name, value) in prepared.complete(&signature).unwrap() {
        request.headers.push((name.to_lowercase(), value));
    }
    let verified = |request: &Request| {
        let read = Signed::read(request).unwrap().unwrap();
        read.covers(request).unwrap();
        let algorithm = Algorithm::of(key.public_key(), read.algorithm()).unwrap();
        algorithm.verify(key.public_key(), &read.base(request).unwrap(), read.signature())
    };
    assert_eq!(verified(&request), Ok(()));
    request.headers.reverse();
    assert_eq!(verified(&request), Ok(()), "another order of headers");
    request.authority = "example.com".into();
    assert_eq!(verified(&request), Ok(()), "another spelling of the host");
    for change in [
        |request: &mut Request| request.method = "PUT".into(),
        |request: &mut Request| request.path = "/fo".into(),
        |request: &mut Request| request.query = Some("param=Value&Pet=cat".into()),
        |request: &mut Request| request.authority = "example.org".into(),
        |request: &mut Request| request.scheme = "http".into(),
        |request: &mut Request| {
            let item = request.headers.iter_mut().find(|(name, _)| name == "x-item-code");
            item.unwrap().1 = "000124-A".into();
        },
    ] {
        let mut changed = request.clone();
        change(&mut changed);
        assert_eq!(verified(&changed), Err(Refused::Signature), "{changed:?}");
    }
}

/// Ed25519 takes no chance from us.
struct NoChance;

impl formats::algorithm::Random for NoChance {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), formats::algorithm::RandomFailed> {
        Ok(())
    }
}

#[test]
fn a_body_is_what_its_digests_say() {
    let right = |field: &str, body: &[u8]| {
        let mut digest = BodyDigest::read(field)?;
        body.chunks(3).for_each(|part| digest.update(part));
        Ok::<bool, Refused>(digest.is_right())
    };
    let body = br#"{"hello": "world"}"#;
    let request = request();
    assert_eq!(right(&request.header("content-digest").unwrap(), body), Ok(true));
    for digest in [Digest::Sha256, Digest::Sha512, Digest::Sm3] {
        let field = content_digest(digest, body);
        assert_eq!(right(&field, body), Ok(true));
        assert_eq!(right(&field, b"another"), Ok(false));
        let both = format!("{field}, unixsum=:AAA=:");
        assert_eq!(right(&both, body), Ok(true));
    }
    // Every digest that is read must be right.
    let (one, other) = (content_digest(Digest::Sha256, body), content_digest(Digest::Sm3, b"x"));
    assert_eq!(right(&format!("{one}, {other}"), body), Ok(false));
    for bad in ["", "md5=:AAAA:", "sha-256=:AAAA:", "sha-256=AAAA", "sha-256"] {
        assert!(right(bad, body).is_err(), "{bad}");
    }
}

#[test]
fn the_simple_profile_covers_time_nonce_target_and_body() {
    let secret = b"0123456789abcdef0123456789abcdef";
    let plain = Request { headers: Vec::new(), ..request() };
    let sign = |mac, created: OffsetDateTime| {
        let making = ("window/s", created, "0123456789abcdef");
        let mut request = plain.clone();
        for (name, value) in make_simple(mac, secret, making, &plain, b"body") {
            request.headers.push((name.to_lowercase(), value));
        }
        request
    };
    for mac in Mac::ALL {
        let request = sign(*mac, NOW);
        let read = SimpleSigned::read(&request).unwrap().unwrap();
        assert_eq!(read.key(), ("window", "s"));
        assert_eq!(read.once(NOW).unwrap().0, "0123456789abcdef");
        let mut body = read.verify(secret, &request).unwrap();
        body.update(b"bo");
        body.update(b"dy");
        assert!(body.is_right());
        assert_eq!(read.verify(b"another", &request).err(), Some(Refused::Signature));
        let other = Request { path: "/bar".into(), ..request.clone() };
        assert_eq!(read.verify(secret, &other).err(), Some(Refused::Signature));
        let late = SimpleSigned::read(&sign(*mac, NOW - WINDOW)).unwrap().unwrap();
        assert_eq!(late.once(NOW).err(), Some(Refused::Window));
        for place in 0..6 {
            let mut bad = request.clone();
            let (name, value) = &mut bad.headers[place];
            *value = if name == "x-timestamp" { "9".repeat(16) } else { "!".to_owned() };
            assert!(SimpleSigned::read(&bad).is_err(), "{:?}", bad.headers[place]);
        }
    }
    assert_eq!(SimpleSigned::read(&plain), Ok(None));
}
