//! Checks gathered into the few topics that people ask about; the single checks are in the
//! technical details.

use super::frame::Frame;
use super::show::Sign;
use super::words::Words;
use app::view::CheckView;

/// A topic with what was found about it.
pub(crate) struct TopicLine<'a> {
    pub(crate) sign: Sign,
    pub(crate) title: &'static str,
    pub(crate) text: &'a str,
}

struct Topic {
    /// Checks that belong to it.
    checks: &'static [&'static str],
    title: fn(&Words) -> &'static str,
    /// The sentence when all is well.
    good: fn(&Words) -> &'static str,
}

/// In the order in which people ask. What can be skipped alone is a topic alone, so that no
/// sentence says more than was checked. A check that no topic names stands for itself at the end.
static TOPICS: &[Topic] = &[
    Topic {
        checks: &["file_format", "signed", "document_structure"],
        title: |words| words.topic_file,
        good: |words| words.topic_file_good,
    },
    Topic {
        checks: &["integrity", "coverage", "file_covered", "later_changes", "later_appearance"],
        title: |words| words.topic_content,
        good: |words| words.topic_content_good,
    },
    Topic {
        checks: SIGNATURE,
        title: |words| words.topic_signature,
        good: |words| words.topic_signature_good,
    },
    Topic {
        checks: &["seal_signature", "seal_made", "signer_in_seal", "seal_period"],
        title: |words| words.topic_seal,
        good: |words| words.topic_seal_good,
    },
    Topic {
        checks: &["seal_picture"],
        title: |words| words.topic_picture,
        good: |words| words.topic_picture_good,
    },
    Topic {
        checks: &["certificate_path", "seal_maker_path"],
        title: |words| words.topic_trust,
        good: |words| words.topic_trust_good,
    },
    Topic {
        checks: &["certificate_revocation", "seal_maker_revocation"],
        title: |words| words.topic_revocation,
        good: |words| words.topic_revocation_good,
    },
    Topic {
        checks: &["signing_time", "validity_now"],
        title: |words| words.topic_time,
        good: |words| words.topic_time_good,
    },
    Topic {
        checks: &["timestamp"],
        title: |words| words.topic_stamp,
        good: |words| words.topic_stamp_good,
    },
    Topic {
        checks: &["status"],
        title: |words| words.topic_register,
        good: |words| words.topic_register_good,
    },
];

/// Checks of the signature value and of what carries it.
const SIGNATURE: &[&str] = &[
    "signature",
    "format",
    "algorithm",
    "signed_message",
    "carried_material",
    "version",
    "critical_extensions",
];

/// The topics that concern this input, each with its worst result.
pub(crate) fn topics<'a>(checks: &[&'a CheckView], frame: &Frame) -> Vec<TopicLine<'a>> {
    let mut lines: Vec<_> = TOPICS.iter().filter_map(|topic| line(topic, checks, frame)).collect();
    let named = |check: &&&CheckView| TOPICS.iter().any(|t| t.checks.contains(&&*check.check));
    let others = checks.iter().filter(|check| !named(check) && weight(&check.result) > 0);
    lines.extend(others.map(|check| TopicLine {
        sign: Sign::check(&check.result, frame),
        title: "",
        text: frame.text(&check.text_zh, &check.text_en),
    }));
    lines
}

fn line<'a>(topic: &Topic, checks: &[&'a CheckView], frame: &Frame) -> Option<TopicLine<'a>> {
    let mine = checks.iter().filter(|check| topic.checks.contains(&&*check.check));
    // The first of the worst, as it is the one that decided.
    let worst = mine.rev().max_by_key(|check| weight(&check.result))?;
    let text = match &*worst.result {
        "pass" => (topic.good)(frame.words),
        _ => frame.text(&worst.text_zh, &worst.text_en),
    };
    let sign = Sign::check(&worst.result, frame);
    (weight(&worst.result) > 0).then(|| TopicLine { sign, title: (topic.title)(frame.words), text })
}

/// How much a result decides; what is not known is never outweighed by what passed.
fn weight(result: &str) -> u8 {
    match result {
        "fail" => 4,
        "pass" => 2,
        "skipped" => 1,
        "not_applicable" => 0,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn check(name: &str, result: &str) -> CheckView {
        CheckView {
            check: name.to_owned(),
            result: result.to_owned(),
            code: None,
            step: None,
            detail: None,
            text_zh: format!("{name}的话。"),
            text_en: format!("Words of {name}."),
        }
    }

    fn shown(checks: &[(&str, &str)]) -> String {
        let checks: Vec<_> = checks.iter().map(|(name, result)| check(name, result)).collect();
        let frame = Frame::new(Language::En, false);
        let lines = topics(&checks.iter().collect::<Vec<_>>(), &frame);
        let line =
            |line: &TopicLine<'_>| format!("{}: {} | {}", line.sign.word, line.title, line.text);
        lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_check_belongs_to_a_topic() {
        use domain::validation::{CHECKS, checks::file};
        let of_file = [&file::FILE_FORMAT, &file::SIGNED, &file::STRUCTURE, &file::COVERED];
        for check in of_file.into_iter().chain(CHECKS.iter().copied()) {
            let topics = TOPICS.iter().filter(|topic| topic.checks.contains(&check.name));
            assert_eq!(topics.count(), 1, "{}", check.name);
        }
    }

    #[test]
    fn a_topic_is_as_bad_as_its_worst_check() {
        let good = "Passed: Content | Unchanged since it was sealed.";
        for (checks, expected) in [
            (&[("integrity", "pass"), ("coverage", "pass")][..], good),
            (&[("integrity", "pass"), ("coverage", "skipped")], good),
            (&[("integrity", "pass"), ("coverage", "not_applicable")], good),
            (&[("integrity", "not_applicable")], ""),
            (
                &[("integrity", "pass"), ("coverage", "unknown")],
                "Not known: Content | Words of coverage.",
            ),
            (
                &[("coverage", "?"), ("integrity", "pass")],
                "Not known: Content | Words of coverage.",
            ),
            (
                &[("integrity", "unknown"), ("coverage", "fail"), ("later_changes", "fail")],
                "Failed: Content | Words of coverage.",
            ),
            (
                &[("integrity", "pass"), ("integrity", "fail")],
                "Failed: Content | Words of integrity.",
            ),
            (&[("integrity", "skipped")], "Not checked: Content | Words of integrity."),
            (&[("other", "fail")], "Failed:  | Words of other."),
        ] {
            assert_eq!(shown(checks), expected, "{checks:?}");
        }
    }
}
