//! Where to listen, and how clients are known.

use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Server {
    /// Address and port.
    pub(crate) listen: SocketAddr,
    /// Address that codes and answers name; `http://` or `https://` and the listening address
    /// when absent.
    pub(crate) public_url: Option<String>,
    /// Header in which a trusted proxy names the client; its last entry counts. Off when absent.
    pub(crate) client_address_header: Option<String>,
    /// Folder of those who vouch for clients that prove who they are by a certificate; clients are
    /// asked for none when absent.
    pub(crate) client_authorities: Option<PathBuf>,
    /// Gateways that hand on the certificates of clients (RFC 9440).
    pub(crate) gateways: Vec<IpAddr>,
    /// How long requests under way may take after a stop is asked for, in seconds.
    pub(crate) shutdown_s: u64,
}

/// TLS by files.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    /// Certificate chain, PEM, the server's own first.
    pub(crate) certificate: PathBuf,
    /// Private key, PEM.
    pub(crate) key: PathBuf,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            client_address_header: None,
            client_authorities: None,
            gateways: Vec::new(),
            shutdown_s: 30,
        }
    }
}
