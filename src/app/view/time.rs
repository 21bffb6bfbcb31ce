//! Times as answers have them.

use domain::time::CHINA;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// RFC 3339 in China Standard Time, to the second.
pub(crate) fn instant(at: OffsetDateTime) -> String {
    let at = at.to_offset(CHINA).replace_nanosecond(0).unwrap_or(at);
    // Only years beyond 9999 have no such text, and no reader of this crate lets them in.
    at.format(&Rfc3339).unwrap_or_default()
}

/// An instant as [`instant`] writes it.
pub(crate) fn from_instant(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn times_are_those_of_china() {
        assert_eq!(instant(datetime!(2026-03-02 01:15:04.5 UTC)), "2026-03-02T09:15:04+08:00");
    }
}
