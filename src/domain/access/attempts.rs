//! Wrong guesses, counted by where they come from: whoever knows a name to sign in with shuts out
//! the own network with wrong passwords, and not the person whose name it is.

use std::fmt;
use std::net::IpAddr;

use time::{Duration, OffsetDateTime};

use crate::digest::Sha256;

/// Wrong guesses in a row after which an origin rests.
const GUESSES_MAX: u32 = 5;
/// How long it rests: some 500 guesses a day from one network.
const RESTS: Duration = Duration::minutes(15);
/// So many strangers that rest at once are a crowd: then an account takes no password from networks
/// from which the person has not signed in before. Some 5,000 guesses a day are possible at most.
const CROWD: usize = 10;
/// How long a network is known after its person signed in from there.
const KNOWN_FOR: Duration = Duration::days(30);

/// From where somebody tries: a network, or with a certificate, wherever it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// The network of an address.
    #[must_use]
    pub fn network(address: IpAddr) -> Self {
        Self(format!("network {}", network_of(address)))
    }

    /// The bearer of a certificate, of which the key was proven to be held.
    #[must_use]
    pub fn certificate(fingerprint: Sha256) -> Self {
        Self(format!("certificate {fingerprint}"))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The network that one customer has: an IPv4 address, or an IPv6 network of 64 bits.
#[must_use]
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
    }
}

/// What is known of one origin at one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// Wrong guesses since the last right one.
    pub guesses: u32,
    /// Nobody signs in from there before this.
    pub rests_until: Option<OffsetDateTime>,
    /// When the person last signed in from there.
    pub signed_in_at: Option<OffsetDateTime>,
    /// When somebody last tried.
    pub seen_at: OffsetDateTime,
}

impl Attempts {
    /// Of somebody who was never seen.
    #[must_use]
    pub fn none(at: OffsetDateTime) -> Self {
        Self { guesses: 0, rests_until: None, signed_in_at: None, seen_at: at }
    }

    /// Whether one may try; `strangers` are the unknown networks that rest at this account.
    #[must_use]
    pub fn admitted(&self, at: OffsetDateTime, strangers: usize) -> bool {
        let known = self.signed_in_at.is_some_and(|then| then > Self::known_since(at));
        self.rests_until.is_none_or(|until| at >= until) && (known || strangers < CROWD)
    }

    /// Networks from which somebody signed in after this are known.
    #[must_use]
    pub fn known_since(at: OffsetDateTime) -> OffsetDateTime {
        at - KNOWN_FOR
    }

    /// Counts a wrong guess; true when the origin rests because of it.
    pub fn guessed_wrong(&mut self, at: OffsetDateTime) -> bool {
        (self.seen_at, self.guesses) = (at, self.guesses + 1);
        let rests = self.guesses >= GUESSES_MAX;
        if rests {
            (self.guesses, self.rests_until) = (0, Some(at + RESTS));
        }
        rests
    }

    /// Notes that the person signed in from there.
    pub fn signed_in(&mut self, at: OffsetDateTime) {
        *self = Self { signed_in_at: Some(at), ..Self::none(at) };
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOON: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

    #[test]
    fn five_wrong_guesses_and_it_rests() {
        let mut one = Attempts::none(NOON);
        for guess in 1..=5 {
            assert!(one.admitted(NOON, 0));
            assert_eq!(one.guessed_wrong(NOON), guess == 5);
        }
        assert!(!one.admitted(NOON + RESTS - Duration::SECOND, 0));
        assert!(one.admitted(NOON + RESTS, 0));
        one.signed_in(NOON);
        assert_eq!((one.guesses, one.rests_until, one.signed_in_at), (0, None, Some(NOON)));
    }

    #[test]
    fn a_crowd_shuts_out_strangers_and_nobody_who_is_known() {
        let stranger = Attempts::none(NOON);
        let known = Attempts { signed_in_at: Some(NOON), ..stranger };
        for (strangers, in_time) in [(0, true), (CROWD - 1, true), (CROWD, false), (999, false)] {
            assert_eq!(stranger.admitted(NOON, strangers), in_time, "{strangers}");
            assert!(known.admitted(NOON, strangers), "{strangers}");
            assert_eq!(known.admitted(NOON + KNOWN_FOR, strangers), in_time, "long ago");
        }
        let tired = Attempts { rests_until: Some(NOON + RESTS), ..known };
        assert!(!tired.admitted(NOON, 0), "a known network guesses no more than others");
    }

    #[test]
    fn an_ipv6_network_is_one_origin_and_a_mapped_ipv4_is_itself() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        let (one, other) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        assert_ne!(Origin::network(one), Origin::network(other));
        assert_eq!(Origin::network(one).to_string(), "network 192.0.2.1");
    }
}
