//! What a client signs, for scripts and for whoever writes a client: no server is needed.

use super::KEY_BYTES_MAX;
use crate::cli::args::{AssertionTyped, SignRequestTyped};
use crate::cli::exit::Failure;
use crate::cli::output::Output;
use crate::cli::run::read;
use app::SystemRandom;
use domain::jwt;
use domain::request_signature::{Algorithm, Mac, Making, Request, content_digest, make_simple};
use formats::algorithm::{Digest, KeyKind, PrivateKey, Random, SM2_DEFAULT_ID, Suite};
use formats::x509::pem_blocks;
use serde_json::json;
use std::path::Path;
use time::OffsetDateTime;

/// Longest body that is signed: the largest upload that a service takes by default.
const BODY_BYTES_MAX: usize = 50 << 20;
/// An assertion is used at once.
const ASSERTION_SECONDS: i64 = 120;

fn wrong(words: impl ToString) -> Failure {
    Failure::Usage(words.to_string())
}

fn private_key(path: &Path) -> Result<PrivateKey, Failure> {
    let pem = read(path, KEY_BYTES_MAX)?;
    let blocks = pem_blocks(&String::from_utf8_lossy(&pem), "PRIVATE KEY").map_err(wrong)?;
    let pkcs8 = blocks.first().ok_or_else(|| {
        wrong("the key is not PKCS#8 in PEM; openssl pkcs8 -topk8 -nocrypt makes it so")
    })?;
    PrivateKey::from_pkcs8(pkcs8).map_err(wrong)
}

fn sign(key: &PrivateKey, suite: Suite, message: &[u8]) -> Result<Vec<u8>, Failure> {
    key.sign(suite, SM2_DEFAULT_ID, message, &mut SystemRandom).map_err(wrong)
}

/// 128 random bits.
fn nonce() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    SystemRandom.fill(&mut bytes).map_err(wrong)?;
    Ok(hex::encode(bytes))
}

/// Prints an assertion by which the client gets a token.
pub(super) fn assertion(typed: &AssertionTyped, output: &Output) -> Result<(), Failure> {
    let key = private_key(&typed.key)?;
    let algorithm = match key.kind() {
        KeyKind::Rsa { .. } => jwt::Algorithm::Ps256,
        KeyKind::P256 => jwt::Algorithm::Es256,
        KeyKind::Ed25519 => jwt::Algorithm::EdDsa,
        KeyKind::Sm2 => jwt::Algorithm::Sm2,
        other => return Err(wrong(format!("no token is signed with {other}"))),
    };
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let claims = json!({
        "iss": typed.name, "sub": typed.name, "aud": typed.audience,
        "iat": now, "exp": now + ASSERTION_SECONDS, "jti": nonce()?,
    });
    let claims = claims.as_object().cloned().unwrap_or_default();
    let prepared = jwt::prepare(algorithm, typed.key_id.as_deref(), &claims);
    let signature = sign(&key, prepared.suite(), prepared.message())?;
    let token = prepared.complete(&signature).ok_or_else(|| wrong("the key did not sign"))?;
    output.line(token);
    Ok(())
}

/// Prints the headers that sign a request, one a line, for `curl -H @-`.
pub(super) fn request(typed: &SignRequestTyped, output: &Output) -> Result<(), Failure> {
    let body = typed.body.as_deref().map(|path| read(path, BODY_BYTES_MAX)).transpose()?;
    let mut request = head(typed, body.is_some())?;
    let (now, nonce) = (OffsetDateTime::now_utc(), nonce()?);
    let key = format!("{}/{}", typed.name, typed.key_id);
    let mut headers: Vec<(String, String)> =
        typed.headers.iter().filter_map(|h| parted(h)).collect();
    if let Some(mac) = &typed.mac {
        let mac: Mac = mac.parse().map_err(wrong)?;
        let secret = read(&typed.key, KEY_BYTES_MAX)?;
        let body = body.unwrap_or_default();
        let making = (key.as_str(), now, nonce.as_str());
        let made = make_simple(mac, secret.trim_ascii(), making, &request, &body);
        headers.extend(made.map(|(name, value)| (name.to_owned(), value)));
    } else {
        let key_pair = private_key(&typed.key)?;
        if let Some(body) = &body {
            let sm = key_pair.kind() == KeyKind::Sm2;
            let digest = content_digest(if sm { Digest::Sm3 } else { Digest::Sha256 }, body);
            request.headers.push(("content-digest".to_owned(), digest.clone()));
            headers.push(("Content-Digest".to_owned(), digest));
        }
        let algorithm = Algorithm::of(key_pair.public_key(), None).map_err(wrong)?;
        let making = Making { key: &key, created: now, nonce: &nonce, algorithm };
        let prepared = making.prepare(&request).ok_or_else(|| wrong("nothing to sign"))?;
        let signature = sign(&key_pair, prepared.suite(), prepared.message())?;
        let made = prepared.complete(&signature).ok_or_else(|| wrong("the key did not sign"))?;
        headers.extend(made.map(|(name, value)| (name.to_owned(), value)));
    }
    for (name, value) in headers {
        output.line(format_args!("{name}: {value}"));
    }
    Ok(())
}

fn parted(header: &str) -> Option<(String, String)> {
    let (name, value) = header.split_once(':')?;
    Some((name.trim().to_owned(), value.trim().to_owned()))
}

fn head(typed: &SignRequestTyped, has_body: bool) -> Result<Request, Failure> {
    let (scheme, rest) =
        typed.url.split_once("://").ok_or_else(|| wrong("the address has no scheme"))?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    let headers = typed.headers.iter().map(|header| {
        let (name, value) = parted(header).ok_or_else(|| wrong("a header is NAME: VALUE"))?;
        Ok((name.to_ascii_lowercase(), value))
    });
    Ok(Request {
        method: typed.method.to_ascii_uppercase(),
        scheme: scheme.to_ascii_lowercase(),
        authority: authority.to_owned(),
        path: path.to_owned(),
        query,
        headers: headers.collect::<Result<_, Failure>>()?,
        has_body,
    })
}
