//! Answers in the words and shapes of pages.

use super::frame::Frame;
use app::view::{CheckView, FaceView, SignatureView};

/// A shape with its word and tone; never colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sign {
    /// Name of the shape: `tick`, `cross`, `question`, `pause`, `clock`, `swap`, `pen`,
    /// `paper`, `dash`.
    pub(crate) shape: &'static str,
    /// Tone of the colours: `valid`, `invalid`, `unknown`, `needed` or `quiet`.
    pub(crate) tone: &'static str,
    /// The word.
    pub(crate) word: &'static str,
}

impl Sign {
    /// The sign of an outcome; what is not known to be valid or invalid is indeterminate.
    pub(crate) fn outcome(outcome: &str, frame: &Frame) -> Self {
        let words = frame.words;
        match outcome {
            "VALID" => Self { shape: "tick", tone: "valid", word: words.valid },
            "INVALID" => Self { shape: "cross", tone: "invalid", word: words.invalid },
            _ => Self { shape: "question", tone: "unknown", word: words.unknown },
        }
    }

    /// The sign of one check.
    pub(crate) fn check(result: &str, frame: &Frame) -> Self {
        let words = frame.words;
        match result {
            "pass" => Self { shape: "tick", tone: "valid", word: words.passed },
            "fail" => Self { shape: "cross", tone: "invalid", word: words.failed },
            "skipped" => Self { shape: "dash", tone: "quiet", word: words.skipped },
            "not_applicable" => Self { shape: "dash", tone: "quiet", word: words.not_applicable },
            _ => Self { shape: "question", tone: "unknown", word: words.not_known },
        }
    }

    /// The sign of a state in the register.
    pub(crate) fn state(state: &str, frame: &Frame) -> Self {
        let words = frame.words;
        match state {
            "ISSUED" => Self { shape: "tick", tone: "valid", word: words.state_issued },
            "NOT_YET_VALID" => Self { shape: "clock", tone: "unknown", word: words.state_not_yet },
            "SUSPENDED" => Self { shape: "pause", tone: "unknown", word: words.state_suspended },
            "REVOKED" => Self { shape: "cross", tone: "invalid", word: words.state_revoked },
            "SUPERSEDED" => Self { shape: "swap", tone: "invalid", word: words.state_superseded },
            "INCOMPLETE" => Self { shape: "cross", tone: "invalid", word: words.state_incomplete },
            "EXPIRED" => Self { shape: "clock", tone: "invalid", word: words.state_expired },
            _ => Self { shape: "question", tone: "unknown", word: words.unknown },
        }
    }
}

/// One check as a line.
pub(crate) struct CheckLine<'a> {
    pub(crate) sign: Sign,
    pub(crate) text: &'a str,
    pub(crate) code: Option<&'a str>,
    pub(crate) detail: Option<&'a str>,
    pub(crate) name: &'a str,
}

/// Checks as lines.
pub(crate) fn check_lines<'a>(checks: &'a [CheckView], frame: &Frame) -> Vec<CheckLine<'a>> {
    let line = |check: &'a CheckView| CheckLine {
        sign: Sign::check(&check.result, frame),
        text: frame.text(&check.text_zh, &check.text_en),
        code: check.code.as_deref(),
        detail: check.detail.as_deref(),
        name: &check.check,
    };
    // What does not concern the file is no news to anybody.
    checks.iter().filter(|check| check.result != "not_applicable").map(line).collect()
}

/// The checks of the file, then of each signature.
pub(crate) fn all_checks<'a>(
    of_file: &'a [CheckView],
    signatures: &'a [SignatureView],
) -> Vec<&'a CheckView> {
    of_file.iter().chain(signatures.iter().flat_map(|signature| &signature.checks)).collect()
}

/// One signature with its checks as lines.
pub(crate) struct SignatureLine<'a> {
    pub(crate) view: &'a SignatureView,
    pub(crate) sign: Sign,
    pub(crate) at_signing: Sign,
    pub(crate) now: Sign,
    pub(crate) checks: Vec<CheckLine<'a>>,
}

/// Signatures with their checks as lines.
pub(crate) fn signature_lines<'a>(
    signatures: &'a [SignatureView],
    frame: &Frame,
) -> Vec<SignatureLine<'a>> {
    let line = |signature: &'a SignatureView| SignatureLine {
        view: signature,
        sign: Sign::outcome(&signature.outcome, frame),
        at_signing: Sign::outcome(&signature.valid_at_signing, frame),
        now: Sign::outcome(&signature.valid_now, frame),
        checks: check_lines(&signature.checks, frame),
    };
    signatures.iter().map(line).collect()
}

/// The face of a license, ready to show.
pub(crate) struct Face {
    /// Name of the license type.
    pub(crate) title: String,
    /// Labels with their values.
    pub(crate) rows: Vec<(&'static str, String)>,
    /// State in the register.
    pub(crate) state: Sign,
    /// Since when.
    pub(crate) since: Option<String>,
}

impl Face {
    pub(crate) fn of(face: &FaceView, frame: &Frame) -> Self {
        let words = frame.words;
        let mut rows = vec![
            (words.number, face.number.clone()),
            (words.holder, face.holder_name.clone()),
            (words.issued_by, face.issuer.clone()),
        ];
        let day = |text: &Option<String>| text.as_deref().map(|text| frame.day(text));
        rows.extend(day(&face.issued_on).map(|day| (words.issued_on, day)));
        let (start, end) = (day(&face.valid_from), day(&face.valid_to));
        rows.push((words.valid_period, period(start, end, frame)));
        rows.retain(|(_, value)| !value.is_empty());
        Self {
            title: face.type_name.clone(),
            rows,
            state: Sign::state(&face.state, frame),
            since: face
                .state_since
                .as_deref()
                .filter(|_| face.state != "ISSUED")
                .map(|text| frame.day(text)),
        }
    }
}

fn period(start: Option<String>, end: Option<String>, frame: &Frame) -> String {
    match (start, end, frame.zh()) {
        (Some(start), Some(end), true) => format!("{start} 至 {end}"),
        (Some(start), Some(end), false) => format!("{start} – {end}"),
        (None, Some(end), true) => format!("至 {end}"),
        (None, Some(end), false) => format!("until {end}"),
        (Some(start), None, true) => format!("{start}起长期有效"),
        (Some(start), None, false) => format!("from {start}, without an end date"),
        (None, None, _) => frame.words.no_end.to_owned(),
    }
}

/// The sentence under the outcome: who issued it, to whom, until when.
pub(crate) fn face_sentence(face: &FaceView, frame: &Frame) -> String {
    let (issuer, holder) = (&face.issuer, &face.holder_name);
    let until = face.valid_to.as_deref().map(|text| frame.day(text));
    match (frame.zh(), until) {
        (true, Some(day)) => format!("由{issuer}颁发给{holder}，有效期至{day}。"),
        (true, None) => format!("由{issuer}颁发给{holder}，长期有效。"),
        (false, Some(day)) => format!("Issued by {issuer} to {holder}, valid until {day}."),
        (false, None) => format!("Issued by {issuer} to {holder}, without an end date."),
    }
}

/// The first check that failed, else the first that could not be made, as a sentence.
pub(crate) fn reason<'a>(checks: &[&'a CheckView], frame: &Frame) -> Option<&'a str> {
    let with = |result: &'static str| checks.iter().find(move |check| check.result == result);
    let check = with("fail").or_else(|| with("unknown"))?;
    Some(frame.text(&check.text_zh, &check.text_en))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn unknown_is_never_valid_and_never_invalid() {
        let frame = Frame::new(Language::Zh, false);
        for outcome in ["INDETERMINATE", "", "valid", "PASS"] {
            assert_eq!(Sign::outcome(outcome, &frame).tone, "unknown", "{outcome}");
        }
        for result in ["unknown", "", "PASS"] {
            assert_eq!(Sign::check(result, &frame).tone, "unknown", "{result}");
        }
        assert_eq!(Sign::state("DRAFT", &frame).tone, "unknown");
    }
}
