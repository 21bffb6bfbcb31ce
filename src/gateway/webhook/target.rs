//! The address of a receiver.

use std::str::FromStr;

/// `http://` or `https://`, a host, perhaps a port, path and query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// With TLS.
    pub(super) secure: bool,
    /// Name or IP address, small letters, an IPv6 address without its brackets.
    pub(super) host: String,
    /// The port.
    pub(super) port: u16,
    /// What is asked for: path and query.
    pub(super) path: String,
}

/// The text is not the address of a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// Another scheme.
    #[error("http:// or https:// is needed")]
    Scheme,
    /// No host, or a name and password before it.
    #[error("a host is needed, perhaps with a port, and nothing before it")]
    Host,
    /// A fragment, or a character that must be written with %.
    #[error("a path without fragment, in visible ASCII characters, is needed")]
    Path,
    /// Longer than any.
    #[error("it is too long")]
    Length,
}

impl FromStr for Target {
    type Err = BadUrl;

    fn from_str(url: &str) -> Result<Self, BadUrl> {
        if url.len() > domain::webhook::URL_BYTES_MAX {
            return Err(BadUrl::Length);
        }
        let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(BadUrl::Scheme),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) = authority_parts(authority).ok_or(BadUrl::Host)?;
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"#<>\\^`{|}".contains(&byte);
        if !path.bytes().all(plain) {
            return Err(BadUrl::Path);
        }
        let slash = if path.starts_with('/') { "" } else { "/" };
        let port = port.unwrap_or(if secure { 443 } else { 80 });
        Ok(Self { secure, host, port, path: format!("{slash}{path}") })
    }
}

/// Host and port of `HOST[:PORT]` or `[IPV6][:PORT]`.
fn authority_parts(authority: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => {
            address.parse::<std::net::Ipv6Addr>().ok()?;
            (address, rest.strip_prefix(':').or_else(|| rest.is_empty().then_some(""))?)
        }
        None => {
            let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
            let name = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
            if host.is_empty() || host.len() > 253 || !host.bytes().all(name) {
                return None;
            }
            (host, port)
        }
    };
    let number =
        |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?;
    let port = if port.is_empty() { None } else { Some(number(port).filter(|port| *port != 0)?) };
    // A colon with nothing after it is a slip.
    (!authority.ends_with(':')).then(|| (host.to_ascii_lowercase(), port))
}

impl Target {
    /// The host as a header names it, with the port unless it is the usual one.
    pub(super) fn authority(&self) -> String {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let usual = if self.secure { 443 } else { 80 };
        if self.port == usual { host } else { format!("{host}:{}", self.port) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        for (url, secure, authority, port, path) in [
            ("http://a.cn", false, "a.cn", 80, "/"),
            ("https://A.cn/x/y?z=1&w=%20", true, "a.cn", 443, "/x/y?z=1&w=%20"),
            ("https://a.cn:8443?z", true, "a.cn:8443", 8443, "/?z"),
            ("http://10.1.2.3:80/", false, "10.1.2.3", 80, "/"),
            ("http://[fd00::1]:81/a", false, "[fd00::1]:81", 81, "/a"),
            ("https://[fd00::1]", true, "[fd00::1]", 443, "/"),
        ] {
            let target: Target = url.parse().unwrap();
            let read = (target.secure, target.authority(), target.port, target.path);
            assert_eq!(read, (secure, authority.to_owned(), port, path.to_owned()));
        }
    }

    #[test]
    fn what_is_not_an_address_of_a_receiver() {
        let long = format!("http://a.cn/{}", "x".repeat(1024));
        for (url, reason) in [
            ("", BadUrl::Scheme),
            ("ftp://a.cn/", BadUrl::Scheme),
            ("HTTP://a.cn/", BadUrl::Scheme),
            ("gopher://a.cn/", BadUrl::Scheme),
            ("file:///etc/passwd", BadUrl::Scheme),
            ("http:///x", BadUrl::Host),
            ("http://user@a.cn/", BadUrl::Host),
            ("http://user:word@a.cn/", BadUrl::Host),
            ("http://a.cn:/", BadUrl::Host),
            ("http://a.cn:0/", BadUrl::Host),
            ("http://a.cn:+80/", BadUrl::Host),
            ("http://a.cn:65536/", BadUrl::Host),
            ("http://a.cn\\@b.cn/", BadUrl::Host),
            ("http://[::1/", BadUrl::Host),
            ("http://[::1]x/", BadUrl::Host),
            ("http://[a.cn]/", BadUrl::Host),
            ("http://证.cn/", BadUrl::Host),
            ("http://a.cn/#x", BadUrl::Path),
            ("http://a.cn/ x", BadUrl::Path),
            ("http://a.cn/\r\nX: y", BadUrl::Path),
            ("http://a.cn/证", BadUrl::Path),
            (&long, BadUrl::Length),
        ] {
            assert_eq!(url.parse::<Target>(), Err(reason), "{url}");
        }
    }
}
