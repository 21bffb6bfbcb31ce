//! Host names: syntax, wildcards, subtrees.

/// True for a host name in preferred syntax (RFC 1034, clause 3.5): labels of letters, digits and
/// inner hyphens, none empty, not an IPv4 address.
pub(super) fn is_host(name: &str) -> bool {
    let label = |label: &str| {
        let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = label.as_bytes();
        let inner = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
        bytes.len() <= 63 && edge(bytes.first()) && edge(bytes.last()) && inner
    };
    let numeric_end =
        name.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    name.len() <= 253 && name.split('.').all(label) && !numeric_end
}

/// True for a host name, or `*.` before one.
pub(super) fn is_host_or_wildcard(name: &str) -> bool {
    is_host(name.strip_prefix("*.").unwrap_or(name))
}

/// True when `name` is `root` or ends with `.root`; every name is within the empty root.
pub(super) fn is_within(name: &str, root: &str) -> bool {
    let Some(start) = name.len().checked_sub(root.len()) else { return false };
    let ends = name.as_bytes()[start..].eq_ignore_ascii_case(root.as_bytes());
    ends && (start == 0 || root.is_empty() || name.as_bytes()[start - 1] == b'.')
}

/// True when a presented name (with `*` as the whole first label or not) is the reference name
/// (RFC 9525, clause 6.3).
pub(super) fn presents(presented: &str, reference: &str) -> bool {
    if !is_host_or_wildcard(presented) {
        return false;
    }
    match presented.strip_prefix("*.") {
        None => presented.eq_ignore_ascii_case(reference),
        Some(parent) => reference
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(parent)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax() {
        for good in ["a", "xn--bcher-kva.example", "1.example", "a-b.c"] {
            assert!(is_host(good), "{good}");
        }
        for bad in ["", ".a", "a.", "a..b", "-a", "a-", "a_b.c", "10.0.0.1", "*", "*.a", "é.a"] {
            assert!(!is_host(bad), "{bad}");
        }
        assert!(
            is_host_or_wildcard("*.a.b") && !is_host_or_wildcard("*") && !is_host_or_wildcard("*.")
        );
    }

    #[test]
    fn subtrees() {
        assert!(is_within("a.Example", "example") && is_within("example", "example"));
        assert!(is_within("anything", "") && !is_within("notexample", "example"));
        assert!(!is_within("example", "a.example"));
    }

    #[test]
    fn wildcards_stand_for_one_first_label() {
        assert!(presents("*.example.com", "foo.Example.com"));
        assert!(presents("example.com", "EXAMPLE.com"));
        for other in ["example.com", "a.b.example.com", ".example.com"] {
            assert!(!presents("*.example.com", other), "{other}");
        }
        for bad in ["f*.example.com", "foo.*.com", "*"] {
            assert!(!presents(bad, "foo.example.com"), "{bad}");
        }
    }
}
