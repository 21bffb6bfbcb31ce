//! Networks by their numbers.

use std::net::IpAddr;
use std::str::FromStr;

/// The addresses with the same first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The text names no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a network such as 10.1.2.0/24, nor an address")]
pub struct BadNetwork;

impl Network {
    /// Whether the address is in it; an IPv4 address that is written as IPv6 is itself.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        let same = |differ: u128, whole: u8| {
            // A prefix of no bits contains every address.
            differ.checked_shr((whole - self.prefix).into()).unwrap_or(0) == 0
        };
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(ip)) => same((ours.to_bits() ^ ip.to_bits()).into(), 32),
            (IpAddr::V6(ours), IpAddr::V6(ip)) => same(ours.to_bits() ^ ip.to_bits(), 128),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let (address, prefix) =
            text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_| BadNetwork)?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(whole), str::parse).map_err(|_| BadNetwork)?;
        (prefix <= whole).then_some(Self { address, prefix }).ok_or(BadNetwork)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_in_its_networks() {
        for (network, ip, within) in [
            ("10.1.2.0/24", "10.1.2.255", true),
            ("10.1.2.0/24", "10.1.3.0", false),
            ("10.1.2.0/24", "::ffff:10.1.2.9", true),
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("0.0.0.0/0", "203.0.113.7", true),
            ("0.0.0.0/0", "::1", false),
            ("fd00:1::/64", "fd00:1::5", true),
            ("fd00:1::/64", "fd00:1:0:1::5", false),
        ] {
            let network: Network = network.parse().unwrap();
            assert_eq!(network.contains(ip.parse().unwrap()), within, "{ip}");
        }
        for text in ["", "10.1.2", "10.1.2.0/33", "fd00::/129", "a/24", "10.0.0.0/", "10.0.0.0/-1"]
        {
            assert_eq!(text.parse::<Network>(), Err(BadNetwork), "{text}");
        }
    }
}
