//! Chinese first, English second.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;

/// A language of pages and problem titles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Zh,
    En,
}

impl Language {
    /// The language of an `Accept-Language` header (RFC 9110, 12.5.4); Chinese unless English is
    /// wanted more.
    pub(crate) fn accepted(header: &str) -> Self {
        let weight = |wanted: &str| {
            let entries = header.split(',').filter_map(weighted);
            entries
                .filter(|(tag, _)| {
                    *tag == "*"
                        || tag.split('-').next().is_some_and(|t| t.eq_ignore_ascii_case(wanted))
                })
                .map(|(_, weight)| weight)
                .fold(0.0_f32, f32::max)
        };
        if weight("en") > weight("zh") { Self::En } else { Self::Zh }
    }

    /// The language that the headers of a request ask for.
    pub(crate) fn of_headers(request: &HttpRequest) -> Self {
        let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        header.map_or(Self::Zh, Self::accepted)
    }

    /// The language by its `lang` parameter.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "zh" | "zh-CN" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The tag for `lang` and `Content-Language`.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }
}

/// One entry of a weighted list: `text;q=0.5`; `None` for what is not one.
pub(crate) fn weighted(entry: &str) -> Option<(&str, f32)> {
    let mut parts = entry.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
    let weight = weight.map_or(Some(1.0), |text| text.trim().parse().ok())?;
    (0.0..=1.0).contains(&weight).then_some((name, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_unless_english_is_wanted_more() {
        for (header, expected) in [
            ("", Language::Zh),
            ("*", Language::Zh),
            ("fr, de;q=0.5", Language::Zh),
            ("en", Language::En),
            ("EN-gb", Language::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Zh),
            ("en-US,en;q=0.9,zh;q=0.8", Language::En),
            ("zh;q=0.2, en;q=0.3", Language::En),
            ("en;q=7, ;;;=", Language::Zh),
        ] {
            assert_eq!(Language::accepted(header), expected, "{header:?}");
        }
    }
}
