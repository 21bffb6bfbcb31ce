use super::*;
use formats::algorithm::{PrivateKey, Random, RandomFailed};
use serde_json::json;
use time::{Duration, OffsetDateTime};

const NOON: OffsetDateTime = time::macros::datetime!(2026-03-02 12:00 UTC);
const ALL: &[Algorithm] = Algorithm::ALL;

/// Counts up: the keys of these tests are nobody's.
struct Counting(u8);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(29).wrapping_add(17);
            *byte = self.0;
        }
        Ok(())
    }
}

fn key(algorithm: Algorithm) -> PrivateKey {
    use formats::algorithm::KeyKind;
    let kind = match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 => KeyKind::Rsa { bits: 2048 },
        Algorithm::Es256 => KeyKind::P256,
        Algorithm::EdDsa => KeyKind::Ed25519,
        Algorithm::Sm2 => KeyKind::Sm2,
    };
    PrivateKey::generate(&kind, &mut Counting(7)).unwrap()
}

fn claims(changes: Value) -> Map<String, Value> {
    let at = NOON.unix_timestamp();
    let mut claims = json!({
        "iss": "client", "sub": "client", "aud": "https://zheng.example/oauth2/token",
        "jti": "1", "iat": at, "exp": at + 120,
    });
    let members = claims.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(members.remove(name)),
            value => drop(members.insert(name.clone(), value.clone())),
        }
    }
    members.clone()
}

fn made(algorithm: Algorithm, key: &PrivateKey, id: Option<&str>, changes: Value) -> String {
    let prepared = prepare(algorithm, id, &claims(changes));
    let (suite, message) = (prepared.suite(), prepared.message());
    let signature = key.sign(suite, SM2_DEFAULT_ID, message, &mut Counting(3)).unwrap();
    prepared.complete(&signature).unwrap()
}

fn named(id: Option<&str>, key: &PrivateKey) -> Key {
    Key::new(id.map(str::to_owned), key.public_key().clone())
}

fn expected() -> Expected<'static> {
    Expected {
        issuer: "client",
        subject: Some("client"),
        audiences: &["https://zheng.example", "https://zheng.example/oauth2/token"],
        lifetime_max: Duration::minutes(5),
    }
}

fn of(header: &str, payload: &str, signature: &[u8]) -> String {
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    format!("{}.{}.{}", part(header.as_bytes()), part(payload.as_bytes()), part(signature))
}

#[test]
fn published_tokens_are_verified() {
    // RFC 7515, A.2 and A.3.
    const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    for (header, signature, key) in [
        (
            "eyJhbGciOiJSUzI1NiJ9",
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
            json!({"kty": "RSA", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}),
        ),
        (
            "eyJhbGciOiJFUzI1NiJ9",
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            json!({"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}),
        ),
    ] {
        let set = KeySet::read(json!({"keys": [key]}).to_string().as_bytes()).unwrap();
        let token = format!("{header}.{PAYLOAD}.{signature}");
        let claims = read(&token).unwrap().verify(&set, ALL).unwrap();
        assert_eq!(claims.text("iss"), Ok("joe"));
        let then = Expected { issuer: "joe", subject: None, ..expected() };
        assert_eq!(claims.check(&then, NOON), Err(TokenError::Claim("aud")));
        let key = Key::read(key.to_string().as_bytes()).unwrap();
        assert_eq!(Key::read(key.to_json().unwrap().to_string().as_bytes()), Ok(key));
    }
}

#[test]
fn every_algorithm_is_made_and_read_and_goes_with_its_key_alone() {
    let keys: Vec<_> = ALL.iter().map(|algorithm| (*algorithm, key(*algorithm))).collect();
    for (algorithm, key) in &keys {
        let token = made(*algorithm, key, None, json!({}));
        let set = KeySet::from_iter([named(None, key)]);
        let json = named(None, key).to_json().unwrap().to_string();
        assert_eq!(Key::read(json.as_bytes()).unwrap().public_key(), key.public_key());
        let claims = read(&token).unwrap().verify(&set, ALL).unwrap();
        assert_eq!(claims.check(&expected(), NOON), Ok(()), "{algorithm}");
        // Not by an algorithm that the reader does not allow, nor by any other key.
        let others: Vec<_> = ALL.iter().copied().filter(|one| one != algorithm).collect();
        let refused = read(&token).unwrap().verify(&set, &others).unwrap_err();
        assert!(matches!(refused, TokenError::Algorithm(_)), "{algorithm}");
        for (other, stranger) in &keys {
            let same = stranger.public_key() == key.public_key();
            let strangers = KeySet::from_iter([named(None, stranger)]);
            let answer = read(&token).unwrap().verify(&strangers, ALL);
            assert_eq!(answer.is_ok(), same, "{algorithm} by a key for {other}");
        }
        // No byte of it may change.
        for place in (0..token.len()).step_by(token.len() / 40) {
            let mut bytes = token.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let text = String::from_utf8(bytes).unwrap();
            assert!(read(&text).and_then(|token| token.verify(&set, ALL)).is_err(), "{place}");
        }
    }
}

#[test]
fn algorithms_are_not_confused() {
    let rsa = key(Algorithm::Rs256);
    let set = KeySet::from_iter([named(Some("a"), &rsa)]);
    let payload = Value::Object(claims(json!({}))).to_string();
    // No signature at all, and the public key as a shared secret, in every spelling.
    for word in ["none", "None", "NONE", "", "HS256", "RS512", "ES256K", "rs256"] {
        let token = of(&json!({"alg": word, "kid": "a"}).to_string(), &payload, b"");
        let refused = read(&token).unwrap().verify(&set, ALL).unwrap_err();
        assert!(matches!(refused, TokenError::Algorithm(_)), "{word}");
    }
    let without = of("{}", &payload, b"");
    assert!(matches!(read(&without).unwrap().verify(&set, ALL), Err(TokenError::Algorithm(_))));
    // A PKCS#1 signature is none of PSS, whatever the header says.
    let good = made(Algorithm::Rs256, &rsa, Some("a"), json!({}));
    let signature = good.rsplit_once('.').unwrap().1;
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"PS256","typ":"JWT","kid":"a"}"#);
    let payload = good.split('.').nth(1).unwrap();
    let forged = format!("{head}.{payload}.{signature}");
    assert_eq!(read(&forged).unwrap().verify(&set, ALL).unwrap_err(), TokenError::Signature);
    // A key that says for which algorithm it is, is for no other.
    let mut json = named(Some("a"), &rsa).to_json().unwrap();
    json["alg"] = "PS256".into();
    let only = KeySet::read(json!({"keys": [json]}).to_string().as_bytes()).unwrap();
    assert_eq!(read(&good).unwrap().verify(&only, ALL).unwrap_err(), TokenError::Key);
}

#[test]
fn a_key_comes_from_nowhere_but_the_set() {
    let payload = Value::Object(claims(json!({}))).to_string();
    for member in ["jku", "jwk", "x5u", "x5c", "crit", "b64", "zip", "enc"] {
        let header = json!({"alg": "ES256", member: "https://evil.example"}).to_string();
        let refused = read(&of(&header, &payload, b"x")).unwrap_err();
        assert_eq!(refused, TokenError::Header(member));
    }
    for header in [json!({"alg": "ES256", "typ": "at+jwt"}), json!({"alg": "ES256", "kid": 7})] {
        assert!(read(&of(&header.to_string(), &payload, b"x")).is_err(), "{header}");
    }
    let (one, two) = (key(Algorithm::Es256), key(Algorithm::Es256));
    let set = KeySet::from_iter([named(Some("1"), &one), named(Some("2"), &two)]);
    let by = |id| {
        let token = made(Algorithm::Es256, &two, id, json!({}));
        read(&token).unwrap().verify(&set, ALL).map(drop)
    };
    assert_eq!(by(Some("2")), Ok(()));
    assert_eq!(by(Some("1")), Err(TokenError::Signature));
    assert_eq!(by(Some("3")), Err(TokenError::Key));
    assert_eq!(by(None), Err(TokenError::Key), "which of the two is not said");
}

#[test]
fn every_claim_is_checked() {
    let key = key(Algorithm::EdDsa);
    let set = KeySet::from_iter([named(None, &key)]);
    let at = NOON.unix_timestamp();
    use TokenError::{Claim, Expired, TooEarly, Unexpected};
    for (changes, answer) in [
        (json!({}), Ok(())),
        (json!({"aud": ["https://other.example", "https://zheng.example"]}), Ok(())),
        (json!({"exp": at - 59}), Ok(())),
        (json!({"exp": f64::from(30) + at as f64 + 0.5, "nbf": at + 60, "iat": at + 60}), Ok(())),
        (json!({"iat": null}), Ok(())),
        (json!({"exp": at - 60}), Err(Expired)),
        (json!({"exp": null}), Err(Claim("exp"))),
        (json!({"exp": "soon"}), Err(Claim("exp"))),
        (json!({"exp": 1e300}), Err(Claim("exp"))),
        (json!({"exp": at + 361}), Err(Unexpected("exp"))),
        (json!({"nbf": at + 61}), Err(TooEarly)),
        (json!({"iat": at + 61}), Err(TooEarly)),
        (json!({"iat": []}), Err(Claim("iat"))),
        (json!({"iss": "another"}), Err(Unexpected("iss"))),
        (json!({"iss": null}), Err(Claim("iss"))),
        (json!({"iss": "x".repeat(600)}), Err(Claim("iss"))),
        (json!({"sub": "another"}), Err(Unexpected("sub"))),
        (json!({"sub": null}), Err(Unexpected("sub"))),
        (json!({"aud": "https://other.example"}), Err(Unexpected("aud"))),
        (json!({"aud": null}), Err(Claim("aud"))),
        (json!({"aud": [7]}), Err(Claim("aud"))),
        (json!({"aud": vec!["https://zheng.example"; 17]}), Err(Claim("aud"))),
    ] {
        let token = made(Algorithm::EdDsa, &key, None, changes.clone());
        let claims = read(&token).unwrap().verify(&set, ALL).unwrap();
        assert_eq!(claims.check(&expected(), NOON), answer, "{changes}");
    }
}

#[test]
fn what_is_no_token_is_not_read() {
    let head = r#"{"alg":"ES256"}"#;
    for text in [
        "",
        "a",
        "..",
        "a.b.c",
        &of(head, "[]", b""),
        &of(head, "{}{}", b""),
        &of(head, r#"{"iss":"a","iss":"b"}"#, b""),
        &of(r#"{"alg":"none","alg":"ES256"}"#, "{}", b""),
        &format!("{}=", of(head, "{}", b"x")),
        &format!("{}.e30", of(head, "{}", b"x")),
        &of(head, &"[".repeat(5000), b""),
    ] {
        assert!(matches!(read(text), Err(TokenError::Form(_))), "{text}");
    }
    let long = "a".repeat(TOKEN_BYTES_MAX + 1);
    assert_eq!(read(&long).unwrap_err(), TokenError::TooLong(TOKEN_BYTES_MAX + 1));
}

#[test]
fn keys_are_read_strictly() {
    let point = json!({"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"});
    let with = |name: &str, value: Value| {
        let mut key = point.clone();
        key[name] = value;
        Key::read(key.to_string().as_bytes()).map(drop)
    };
    assert_eq!(with("use", "sig".into()), Ok(()));
    for (name, value, refused) in [
        ("use", json!("enc"), KeyRefused::Kind),
        ("alg", json!("HS256"), KeyRefused::Kind),
        ("kty", json!("oct"), KeyRefused::Kind),
        ("crv", json!("P-521"), KeyRefused::Kind),
        // The curve of the point decides, not the name it is given.
        ("crv", json!("SM2"), KeyRefused::Numbers),
        ("x", json!("AAAA"), KeyRefused::Numbers),
        ("x", json!("*"), KeyRefused::Form),
        ("kid", json!(1), KeyRefused::Form),
        ("d", json!("AQ"), KeyRefused::Private),
    ] {
        assert_eq!(with(name, value.clone()), Err(refused), "{name} {value}");
    }
    let short = json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode([0xff; 128]), "e": "AQAB"});
    assert!(Key::read(short.to_string().as_bytes()).is_err(), "1024 bits");
    let set = |keys: Value| KeySet::read(json!({"keys": keys}).to_string().as_bytes()).map(drop);
    assert_eq!(set(json!([point, {"kty": "oct2"}, {"kty": "RSA"}])), Ok(()));
    assert_eq!(set(json!([{"kty": "XYZ"}])), Err(KeyRefused::Empty));
    assert_eq!(set(json!([7])), Err(KeyRefused::Form));
    assert_eq!(set(Value::Array(vec![point; 33])), Err(KeyRefused::TooMany));
}
