//! The certificate with which whoever asks proved to hold a key: to us by TLS, or to a gateway,
//! which hands it on (RFC 9440). That a key is held says nothing about who vouches for it: that is
//! judged by [`app::App::client_certificate`].

use crate::problem::Problem;
use crate::site::Site;
use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::{Extensions, ServiceRequest};
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::rt::net::TcpStream;
use actix_web::{HttpMessage, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use std::any::Any;
use std::net::IpAddr;

/// The certificate itself, and those between it and an authority (RFC 9440, section 2).
const CERTIFICATE: HeaderName = HeaderName::from_static("client-cert");
const CHAIN: HeaderName = HeaderName::from_static("client-cert-chain");
/// Certificates that may come with one: paths have two or three.
const CHAIN_MAX: usize = 8;

/// A certificate whose key the client holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PeerCertificate {
    /// As DER.
    pub(crate) der: Vec<u8>,
    /// Those that came with it, in their order.
    pub(crate) chain: Vec<Vec<u8>>,
    /// To whom the key was proven.
    pub(crate) via: Via,
}

/// To whom a client proved that it holds the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// To us.
    Tls,
    /// To a gateway that is configured.
    Gateway,
}

impl Via {
    /// In the log.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Gateway => "gateway",
        }
    }
}

impl PeerCertificate {
    /// The certificate of whoever sent this request, if there was one.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }
}

/// What the client of a connection over TLS showed.
struct Proven(Vec<CertificateDer<'static>>);

/// Keeps, with a new connection, the certificates that its client showed.
pub(crate) fn keep(connection: &dyn Any, kept: &mut Extensions) {
    let tls = connection.downcast_ref::<TlsStream<TcpStream>>();
    if let Some(shown) = tls.and_then(|tls| tls.get_ref().1.peer_certificates()) {
        kept.insert(Proven(shown.to_vec()));
    }
}

/// Finds out who sent a request, for whoever handles it, and takes away what only gateways may say.
///
/// # Errors
/// A gateway handed on something that is no certificate.
pub(crate) fn admit(request: &mut ServiceRequest, site: &Site) -> Result<(), Problem> {
    let from = request.peer_addr().map(|peer| peer.ip());
    let is_gateway = from.is_some_and(|ip| is_one_of(&site.settings.gateways, ip));
    let handed_on = handed_on(request.headers());
    for name in [CERTIFICATE, CHAIN] {
        request.headers_mut().remove(name);
    }
    let found = match (is_gateway, handed_on) {
        // The connection's own certificate would be that of the gateway.
        (true, handed_on) => handed_on?,
        (false, handed_on) => {
            if !matches!(handed_on, Ok(None)) {
                site.tally.certificate_ignored();
                tracing::warn!("a client certificate was handed on by no gateway, and ignored");
            }
            request.request().conn_data::<Proven>().and_then(proven)
        }
    };
    if let Some(found) = found {
        request.extensions_mut().insert(found);
    }
    Ok(())
}

fn is_one_of(gateways: &[IpAddr], ip: IpAddr) -> bool {
    gateways.iter().any(|one| one.to_canonical() == ip.to_canonical())
}

fn proven(shown: &Proven) -> Option<PeerCertificate> {
    let (first, chain) = shown.0.split_first()?;
    let chain = chain.iter().take(CHAIN_MAX).map(|one| one.to_vec()).collect();
    Some(PeerCertificate { der: first.to_vec(), chain, via: Via::Tls })
}

/// What the headers of RFC 9440 say.
fn handed_on(headers: &HeaderMap) -> Result<Option<PeerCertificate>, Problem> {
    let mut certificates = byte_sequences(headers, &CERTIFICATE)?;
    let chain = byte_sequences(headers, &CHAIN)?;
    match (certificates.pop(), certificates.is_empty()) {
        (None, _) if chain.is_empty() => Ok(None),
        (Some(der), true) if chain.len() <= CHAIN_MAX => {
            Ok(Some(PeerCertificate { der, chain, via: Via::Gateway }))
        }
        _ => Err(malformed()),
    }
}

fn malformed() -> Problem {
    Problem::malformed("Client-Cert is one byte sequence, Client-Cert-Chain at most eight")
}

/// The members of a list of byte sequences (RFC 9651, sections 3.1 and 3.3.5).
fn byte_sequences(headers: &HeaderMap, name: &HeaderName) -> Result<Vec<Vec<u8>>, Problem> {
    let one = |text: &str| {
        let inside = text.trim_matches([' ', '\t']).strip_prefix(':')?.strip_suffix(':')?;
        STANDARD.decode(inside).ok().filter(|der| !der.is_empty())
    };
    let values = headers.get_all(name).map(|value| value.to_str().unwrap_or("?"));
    let members = values.flat_map(|value| value.split(','));
    members.map(|text| one(text).ok_or_else(malformed)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn read(fields: &[(&'static str, &'static str)]) -> Result<Option<PeerCertificate>, u16> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        handed_on(&headers).map_err(|problem| problem.status.as_u16())
    }

    #[test]
    fn what_a_gateway_hands_on() {
        let found = |chain: &[&[u8]]| {
            let chain = chain.iter().map(|one| one.to_vec()).collect();
            Ok(Some(PeerCertificate { der: b"abc".to_vec(), chain, via: Via::Gateway }))
        };
        let one = ("client-cert", ":YWJj:");
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[one]), found(&[]));
        assert_eq!(read(&[one, ("client-cert-chain", ":ZA==:,\t:ZQ==:")]), found(&[b"d", b"e"]));
        let twice = [one, ("client-cert-chain", ":ZA==:"), ("client-cert-chain", ":ZQ==:")];
        assert_eq!(read(&twice), found(&[b"d", b"e"]));
    }

    #[test]
    fn what_is_not_a_certificate_handed_on() {
        let nine = ":ZA==:,:ZA==:,:ZA==:,:ZA==:,:ZA==:,:ZA==:,:ZA==:,:ZA==:,:ZA==:";
        for fields in [
            &[("client-cert", "")][..],
            &[("client-cert", "YWJj")],
            &[("client-cert", ":YWJj")],
            &[("client-cert", "::")],
            &[("client-cert", ":Y W:")],
            &[("client-cert", ":YWJj:;a=1")],
            &[("client-cert", ":YWJj:, :ZA==:")],
            &[("client-cert", ":YWJj:"), ("client-cert", ":ZA==:")],
            &[("client-cert-chain", ":ZA==:")],
            &[("client-cert", ":YWJj:"), ("client-cert-chain", "")],
            &[("client-cert", ":YWJj:"), ("client-cert-chain", nine)],
        ] {
            assert_eq!(read(fields), Err(400), "{fields:?}");
        }
    }

    #[test]
    fn a_gateway_is_known_by_its_address_alone() {
        let gateways = ["10.1.2.3".parse().unwrap(), "fd00::1".parse().unwrap()];
        for (ip, is_one) in
            [("10.1.2.3", true), ("::ffff:10.1.2.3", true), ("fd00::1", true), ("10.1.2.4", false)]
        {
            assert_eq!(is_one_of(&gateways, ip.parse().unwrap()), is_one, "{ip}");
        }
        assert!(!is_one_of(&[], "127.0.0.1".parse().unwrap()));
    }
}
