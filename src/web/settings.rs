//! What the server needs to know to start, as plain data; the command line reads it from TOML.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Settings of the HTTP layer.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// Address and port, such as `127.0.0.1:8080`; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Certificate and key for TLS; plain HTTP when absent.
    pub tls: Option<TlsFiles>,
    /// Largest uploaded file in bytes.
    pub file_bytes_max: usize,
    /// Bytes of all uploads that may be in memory at once; more is answered with 503.
    pub upload_bytes_total_max: usize,
    /// Longest time to receive one body.
    pub body_timeout: Duration,
    /// Longest time to wait for the answer to one request after its body is there.
    pub answer_timeout: Duration,
    /// Requests that may wait for a worker, per lane; more is answered with 503.
    pub queue_max: usize,
    /// How often one address may verify without a key.
    pub anonymous: AnonymousLimit,
    /// How often one address may guess at passwords and codes.
    pub guesses: AnonymousLimit,
    /// Header in which a trusted proxy names the client (its last entry counts); off when absent.
    pub client_address_header: Option<String>,
    /// Gateways whose word on the client's certificate is believed (RFC 9440).
    pub gateways: Vec<IpAddr>,
    /// Longest time to finish open requests when stopping.
    pub shutdown_timeout: Duration,
}

impl Default for ServerSettings {
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            tls: None,
            file_bytes_max: 50 * MIB,
            upload_bytes_total_max: 400 * MIB,
            body_timeout: Duration::from_secs(60),
            answer_timeout: Duration::from_secs(60),
            queue_max: 256,
            anonymous: AnonymousLimit::default(),
            // Whoever types his own needs a few; a whole office may share an address.
            guesses: AnonymousLimit { burst: 60, per_minute: 30 },
            client_address_header: None,
            gateways: Vec::new(),
            shutdown_timeout: Duration::from_secs(30),
        }
    }
}

/// PEM files for TLS.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The server's certificate, then its issuers.
    pub certificates: PathBuf,
    /// The private key of the first certificate.
    pub key: PathBuf,
}

/// A token bucket for each client address.
#[derive(Clone, Copy, Debug)]
pub struct AnonymousLimit {
    /// Verifications at once.
    pub burst: u32,
    /// Verifications a minute in the long run.
    pub per_minute: u32,
}

impl Default for AnonymousLimit {
    /// Generous, because a whole office may share one address; the work queue protects the
    /// processors.
    fn default() -> Self {
        Self { burst: 300, per_minute: 600 }
    }
}
