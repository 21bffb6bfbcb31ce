//! Which addresses of the inside may be sent to: on a government network every receiver is one.

use crate::fetch::is_public;
use crate::network::Network;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks and hosts that the operator named. Empty: only public addresses are sent to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    networks: Vec<Network>,
    hosts: Vec<String>,
}

/// The text names no network and no host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a network such as 10.1.2.0/24 nor the name of a host")]
pub struct BadAllowed(pub String);

impl Allowed {
    /// Of texts such as `10.1.2.0/24`, `10.1.2.3`, `fd00:1::/64`, `hooks.example.gov`.
    ///
    /// # Errors
    /// One of them is neither a network nor a host.
    pub fn new(texts: &[String]) -> Result<Self, BadAllowed> {
        let mut allowed = Self::default();
        for text in texts {
            match text.parse() {
                Ok(network) => allowed.networks.push(network),
                Err(_) if is_host(text) => allowed.hosts.push(text.to_ascii_lowercase()),
                Err(_) => return Err(BadAllowed(text.clone())),
            }
        }
        Ok(allowed)
    }

    /// Whether `ip`, to which the name `host` leads, may be sent to. A named host may lie anywhere
    /// on the private network, but its name cannot lead to this machine or to what only links are
    /// for, such as the metadata of a cloud: such a network is allowed by its number alone.
    #[must_use]
    pub fn permits(&self, host: &str, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        let by_name = || self.hosts.iter().any(|one| one == host) && is_private(ip);
        is_public(ip) || self.networks.iter().any(|network| network.contains(ip)) || by_name()
    }
}

fn is_private(ip: IpAddr) -> bool {
    let shared = |ip: Ipv4Addr| ip.octets()[0] == 100 && (64..128).contains(&ip.octets()[1]);
    match ip {
        // Of the shared range without what clouds put there.
        IpAddr::V4(ip) => ip.is_private() || (shared(ip) && ip != METADATA),
        IpAddr::V6(ip) => ip.is_unique_local() && ip != METADATA_V6,
    }
}

/// Where two large clouds tell a machine its secrets, within ranges that are private otherwise.
const METADATA: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

fn is_host(text: &str) -> bool {
    let name = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    // What could be a mistyped address is not taken for a name.
    let letters = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    !text.is_empty() && text.len() <= 253 && letters && text.bytes().all(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(texts: &[&str]) -> Allowed {
        Allowed::new(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn what_is_not_named_is_public_or_refused() {
        let some = allowed(&["10.1.2.0/24", "192.168.7.7", "fd00:1::/64", "Hooks.example.gov"]);
        for (host, ip, permitted) in [
            ("a.cn", "8.8.8.8", true),
            ("a.cn", "2400:3200::1", true),
            ("a.cn", "10.1.2.0", true),
            ("a.cn", "10.1.2.255", true),
            ("a.cn", "::ffff:10.1.2.9", true),
            ("a.cn", "10.1.3.0", false),
            ("a.cn", "192.168.7.7", true),
            ("a.cn", "192.168.7.8", false),
            ("a.cn", "fd00:1::5", true),
            ("a.cn", "fd00:1:0:1::5", false),
            ("hooks.example.gov", "10.9.9.9", true),
            ("hooks.example.gov", "172.16.0.1", true),
            ("hooks.example.gov", "100.64.0.1", true),
            ("hooks.example.gov", "fd12::1", true),
            ("hooks.example.gov", "127.0.0.1", false),
            ("hooks.example.gov", "169.254.169.254", false),
            ("hooks.example.gov", "100.100.100.200", false),
            ("hooks.example.gov", "fd00:ec2::254", false),
            ("hooks.example.gov", "::1", false),
            ("hooks.example.gov", "fe80::1", false),
            ("hooks.example.gov", "0.0.0.0", false),
            ("hooks.example.gov", "::ffff:127.0.0.1", false),
            ("hooks.example.gov", "224.0.0.1", false),
            ("x.hooks.example.gov", "10.9.9.9", false),
        ] {
            let ip: IpAddr = ip.parse().unwrap();
            assert_eq!(some.permits(host, ip), permitted, "{host} {ip}");
        }
        for inside in ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.0.0.1"] {
            assert!(!Allowed::default().permits("a.cn", inside.parse().unwrap()), "{inside}");
        }
        assert!(allowed(&["127.0.0.0/8"]).permits("localhost", [127, 9, 9, 9].into()));
        assert!(allowed(&["0.0.0.0/0"]).permits("a.cn", [10, 0, 0, 1].into()));
    }

    #[test]
    fn what_names_neither_network_nor_host_is_refused() {
        for text in
            ["", "10.1.2.0/33", "10.1.2", "fd00::/129", "a.cn/24", "a b", "http://a.cn", "*"]
        {
            assert_eq!(Allowed::new(&[text.to_owned()]), Err(BadAllowed(text.to_owned())));
        }
    }
}
