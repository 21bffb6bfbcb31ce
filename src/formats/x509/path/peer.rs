//! Does the leaf carry the name asked for?

use super::{PathError, host};
use crate::x509::certificate::Certificate;
use crate::x509::general_name::GeneralName;
use std::fmt;
use std::net::IpAddr;

/// A name that the leaf must carry in its subjectAltName; the common name does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A host
    Dns(String),
    /// An address
    Ip(IpAddr),
    /// A mail address
    Mail(String),
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(name) | Self::Mail(name) => f.write_str(name),
            Self::Ip(address) => write!(f, "{address}"),
        }
    }
}

pub(super) fn check(leaf: &Certificate, peers: &[Peer]) -> Result<(), PathError> {
    let names = leaf.extensions().subject_alt_name.as_deref().unwrap_or_default();
    let carried = |peer: &&Peer| names.iter().any(|name| carries(name, peer));
    match peers.iter().find(|peer| !carried(peer)) {
        None => Ok(()),
        Some(missing) => Err(PathError::PeerName { peer: missing.to_string() }),
    }
}

fn carries(name: &GeneralName, peer: &Peer) -> bool {
    match (name, peer) {
        (GeneralName::Dns(presented), Peer::Dns(wanted)) => host::presents(presented, wanted),
        (GeneralName::Ip(_), Peer::Ip(wanted)) => name.address() == Some(*wanted),
        (GeneralName::Mail(presented), Peer::Mail(wanted)) => same_mailbox(presented, wanted),
        _ => false,
    }
}

/// The local part as it is, the host without regard to case.
fn same_mailbox(presented: &str, wanted: &str) -> bool {
    match (presented.rsplit_once('@'), wanted.rsplit_once('@')) {
        (Some((local, host)), Some((wanted_local, wanted_host))) => {
            local == wanted_local && host.eq_ignore_ascii_case(wanted_host)
        }
        _ => false,
    }
}
