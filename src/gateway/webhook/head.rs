//! The head of an answer: its status, and when to come again. Nothing else of it matters.

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

/// Longest head; receivers send some hundred bytes.
pub(super) const HEAD_BYTES_MAX: usize = 16 * 1024;

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
const DATE: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

/// What a receiver answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    /// Bytes of the body, when it says.
    pub(super) length: Option<usize>,
    /// Bytes of the head itself.
    pub(super) end: usize,
}

/// What has come so far.
pub(super) enum Read {
    /// The head of a final answer.
    Whole(Head),
    /// More is to come.
    Partial,
    /// No HTTP.
    Bad,
}

/// Reads the head of the final answer; interim ones (1xx) before it are passed over.
pub(super) fn read(bytes: &[u8], now: OffsetDateTime) -> Read {
    let mut begin = 0;
    loop {
        let rest = &bytes[begin..];
        let Some(end) = rest.windows(4).position(|four| four == b"\r\n\r\n") else {
            let possible = rest.iter().zip(b"HTTP/1.").all(|(byte, expected)| byte == expected);
            let partial = possible && bytes.len() <= HEAD_BYTES_MAX;
            return if partial { Read::Partial } else { Read::Bad };
        };
        let Some(head) = one(&rest[..end], now) else { return Read::Bad };
        begin += end + 4;
        if head.status >= 200 {
            return Read::Whole(Head { end: begin, ..head });
        }
    }
}

fn one(head: &[u8], now: OffsetDateTime) -> Option<Head> {
    // Field values may be of any bytes; what is looked for is ASCII.
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let line = lines.next()?.strip_prefix("HTTP/1.")?;
    let status = line.get(2..5).filter(|_| line.as_bytes()[1] == b' ')?;
    let status =
        status.bytes().all(|byte| byte.is_ascii_digit()).then(|| status.parse().ok())??;
    let whole = line.len() == 5 || line.as_bytes().get(5) == Some(&b' ');
    let mut found = Head { status, retry_after: None, length: None, end: 0 };
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        match name.to_ascii_lowercase().as_str() {
            "retry-after" => found.retry_after = retry_after(value.trim(), now),
            "content-length" => found.length = value.trim().parse().ok(),
            _ => {}
        }
    }
    (whole && (100..600).contains(&status)).then_some(found)
}

/// Seconds, or a date of HTTP; a date that is past is no wait.
fn retry_after(value: &str, now: OffsetDateTime) -> Option<Duration> {
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(Duration::seconds(seconds.into()));
    }
    let date = PrimitiveDateTime::parse(value, DATE).ok()?.assume_utc();
    Some((date - now).max(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(1994-11-06 08:49:07 UTC);

    #[test]
    fn whole_heads() {
        for (text, status, retry_after, length) in [
            ("HTTP/1.1 200 OK\r\n\r\n", 200, None, None),
            ("HTTP/1.0 204\r\nContent-Length: 0\r\n\r\nrest", 204, None, Some(0)),
            ("HTTP/1.1 429 Too\r\nRETRY-AFTER:  30 \r\n\r\n", 429, Some(30), None),
            (
                "HTTP/1.1 503 x\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n",
                503,
                Some(30),
                None,
            ),
            (
                "HTTP/1.1 503 x\r\nRetry-After: Sun, 06 Nov 1994 08:00:00 GMT\r\n\r\n",
                503,
                Some(0),
                None,
            ),
            ("HTTP/1.1 429 \r\nRetry-After: soon\r\n\r\n", 429, None, None),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made\r\n\r\n", 201, None, None),
            ("HTTP/1.1 410 \u{8bc1}\r\nX: \u{8bc1}\r\n\r\n", 410, None, None),
        ] {
            let Read::Whole(head) = read(text.as_bytes(), NOW) else { panic!("{text}") };
            let seconds = head.retry_after.map(Duration::whole_seconds);
            assert_eq!(
                (head.status, seconds, head.length),
                (status, retry_after, length),
                "{text}"
            );
            assert_eq!(&text[head.end - 4..head.end], "\r\n\r\n");
        }
    }

    #[test]
    fn what_is_not_whole_or_not_http() {
        for text in ["", "H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 x\r\n\r\nHTT"] {
            assert!(matches!(read(text.as_bytes(), NOW), Read::Partial), "{text}");
        }
        let endless = format!("HTTP/1.1 200 OK\r\nX: {}", "y".repeat(HEAD_BYTES_MAX));
        for text in [
            "SSH-2.0-x",
            "HTTP/2 200\r\n\r\n",
            "HTTP/1.1 20\r\n\r\n",
            "HTTP/1.1 2000\r\n\r\n",
            "HTTP/1.1 099 x\r\n\r\n",
            "HTTP/1.1 +20 x\r\n\r\n",
            "HTTP/1.1 \u{8bc1}\r\n\r\n",
            "HTTP/1.\r\n\r\n",
            "\r\n\r\n",
            &endless,
        ] {
            assert!(matches!(read(text.as_bytes(), NOW), Read::Bad), "{text}");
        }
    }
}
