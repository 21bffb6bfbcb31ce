//! `yinzheng verify`.

use super::{bundle, read};
use crate::cli::args::{AnchorsTyped, VerifyTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::bundle::{BYTES_MAX, check, is_bundle};
use app::log::{LogKeys, WitnessKeys, logged};
use app::offline::{Circumstances, Trust, TrustPlace, verify_asking};
use app::view::{CertificateView, CheckView, SignatureView, VerificationView};
use serde::Serialize;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

/// One line of `--json`: the file as it was named, and the answer or why there is none.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
struct Line<'answer> {
    path: String,
    #[serde(flatten)]
    answer: Option<&'answer VerificationView>,
    #[serde(flatten)]
    unread: Option<Unread>,
}

/// A file that cannot be read is not known to be anything.
#[derive(Serialize)]
struct Unread {
    outcome: &'static str,
    error: String,
}

/// Judges every file; the exit code is that of the worst answer.
pub(super) fn run(typed: VerifyTyped, config: &Config, output: &Output) -> Result<Exit, Failure> {
    let at = typed.at.unwrap_or_else(OffsetDateTime::now_utc);
    let trust = trust(&typed.anchors, config, output)?;
    let trust = if typed.fetch { trust.with_revocation_asked() } else { trust };
    let inquiries = typed.fetch.then(|| config.asking().inquiries(&trust)).transpose()?;
    let proof = LogProof::of(&typed, config)?;
    let mut exit = Exit::Success;
    for path in &typed.files {
        let outcome = match input(path, config.limits.file_bytes_max) {
            Ok(bytes) if is_bundle(&bytes) => {
                let keys = bundle::keys(&typed.anchors, config)?;
                let answer = check(&bytes, &keys, &trust, at);
                bundle::show(path, &answer, typed.json, output);
                outcome(&answer.outcome)
            }
            Ok(bytes) => {
                let mut known = Circumstances::at(at);
                known.license_type.clone_from(&typed.license_type);
                if let Some(LogProof { bytes: proof, keys, witnesses }) = &proof {
                    known.logged = logged(proof, &bytes, keys, witnesses);
                }
                let answer = verify_asking(&bytes, &trust, known, inquiries.as_ref())?;
                show(path, &answer, typed.json, output);
                outcome(&answer.outcome)
            }
            Err(failure) => {
                show_unread(path, &failure, typed.json, output);
                Exit::Indeterminate
            }
        };
        exit = worse(exit, outcome);
    }
    Ok(exit)
}

/// A file to verify. A bundle holds several, and so may be larger than one.
fn input(path: &Path, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let bytes = read(path, bytes_max.max(BYTES_MAX))?;
    if bytes.len() > bytes_max && !is_bundle(&bytes) {
        let cause = std::io::Error::other(format!("larger than {bytes_max} bytes"));
        return Err(Failure::on(path)(cause));
    }
    Ok(bytes)
}

/// A proof of the log, and whom to believe of it.
struct LogProof {
    bytes: Vec<u8>,
    keys: LogKeys,
    witnesses: WitnessKeys,
}

impl LogProof {
    /// Some hundred changes of a license.
    const BYTES_MAX: usize = 1 << 20;

    fn of(typed: &VerifyTyped, config: &Config) -> Result<Option<Self>, Failure> {
        let Some(path) = &typed.log_proof else { return Ok(None) };
        if typed.files.len() != 1 {
            return Err(Failure::Usage("--log-proof is of one file; name one".to_owned()));
        }
        let bytes = read(path, Self::BYTES_MAX)?;
        let (keys, witnesses) = match trust_path(&typed.anchors, config) {
            Some(place) => (LogKeys::load(&place)?, WitnessKeys::load(&place)?),
            None => <(LogKeys, WitnessKeys)>::default(),
        };
        Ok(Some(Self { bytes, keys, witnesses }))
    }
}

/// Anchors come from the configuration, never from a file that is judged.
pub(super) fn trust(
    typed: &AnchorsTyped,
    config: &Config,
    output: &Output,
) -> Result<Trust, Failure> {
    let Some(path) = trust_path(typed, config) else {
        output.note(output.words().no_anchors);
        return Ok(Trust::none());
    };
    let place = TrustPlace {
        path,
        // The configured signer signs the configured list, not any that is named here.
        signer: typed
            .trust_signer
            .clone()
            .or_else(|| config.trust.signer.clone().filter(|_| typed.trust.is_none())),
        seen: Some(config.storage.data.join("trust-list.seen")),
    };
    Trust::from_place(&place)
        .map_err(|cause| Failure::Trust { folder: place.path.display().to_string(), cause })
}

/// The folder or list that was named, or the folder of the data folder if it is there.
pub(super) fn trust_path(typed: &AnchorsTyped, config: &Config) -> Option<PathBuf> {
    let named = typed.trust.clone().or_else(|| config.trust.folder.clone());
    let default = || Some(config.storage.data.join("trust")).filter(|folder| folder.is_dir());
    named.or_else(default)
}

/// Only what is said to be valid is valid.
pub(super) fn outcome(text: &str) -> Exit {
    match text {
        "VALID" => Exit::Success,
        "INVALID" => Exit::Failed,
        _ => Exit::Indeterminate,
    }
}

/// One invalid file outweighs any that cannot be confirmed.
fn worse(a: Exit, b: Exit) -> Exit {
    let weight = |exit| match exit {
        Exit::Success => 0,
        Exit::Indeterminate => 1,
        _ => 2,
    };
    if weight(b) > weight(a) { b } else { a }
}

fn show(path: &Path, answer: &VerificationView, json: bool, output: &Output) {
    if json {
        let path = path.display().to_string();
        return output.json_line(&Line { path, answer: Some(answer), unread: None });
    }
    let words = output.words();
    output.line(format_args!("{}: {}", word(&answer.outcome, output), path.display()));
    if let Some(copy) = &answer.copy {
        output.entry(words.marked_copy, format_args!("{} {}", copy.identifier, copy.id));
        output.entry(words.copied_for, format_args!("{} {}", copy.consumer, copy.item));
        output.entry(words.case, &copy.case_no);
        output.entry(words.valid_until, &copy.until);
    }
    for signature in &answer.signatures {
        show_signature(signature, answer.signatures.len() > 1, output);
    }
    show_checks(&answer.checks, output);
    for asked in &answer.asked {
        let age = asked.age_s.map_or_else(String::new, |age| format!(" ({age} s)"));
        output.entry(
            words.asked,
            format_args!("{} {}: {}{age}", asked.kind, asked.url, asked.result),
        );
    }
    output.entry(words.checked_at, &answer.as_of);
    output.entry(words.trust_list, &answer.trust_list);
    output.entry(words.next, output.pick(&answer.advice.zh, &answer.advice.en));
}

fn show_unread(path: &Path, failure: &Failure, json: bool, output: &Output) {
    if json {
        let unread = Unread { outcome: "INDETERMINATE", error: failure.to_string() };
        let path = path.display().to_string();
        return output.json_line(&Line { path, answer: None, unread: Some(unread) });
    }
    let words = output.words();
    output.line(format_args!("{}: {}", words.indeterminate, path.display()));
    output.entry(words.unknown, format_args!("{}: {failure}", words.unreadable));
}

pub(super) fn word<'words>(outcome: &str, output: &'words Output) -> &'words str {
    let words = output.words();
    match outcome {
        "VALID" => words.valid,
        "INVALID" => words.invalid,
        _ => words.indeterminate,
    }
}

fn show_signature(signature: &SignatureView, titled: bool, output: &Output) {
    let words = output.words();
    let suite = signature.suite.as_deref().unwrap_or_default();
    let title = format!("{} {suite}", signature.form);
    match titled {
        true => output
            .entry(words.signature, format_args!("{title} {}", word(&signature.outcome, output))),
        false => output.entry(words.signature, title.trim_end()),
    }
    let subject = |of: Option<&CertificateView>| of.map_or_else(String::new, |c| c.subject.clone());
    if let Some(seal) = &signature.seal {
        output.entry(words.seal, format_args!("{} {}", seal.name, seal.code));
        output.entry(words.seal_maker, subject(seal.maker.as_ref()));
    }
    output.entry(words.signer, subject(signature.signer.as_ref()));
    output.entry(words.issuer, signature.signer.as_ref().map_or("", |signer| &signer.issuer));
    output.entry(words.claimed_time, signature.claimed_time.as_deref().unwrap_or_default());
    output.entry(words.proven_time, signature.proven_time.as_deref().unwrap_or_default());
    show_checks(&signature.checks, output);
}

/// Only the checks that did not pass.
fn show_checks(checks: &[CheckView], output: &Output) {
    let words = output.words();
    for check in checks {
        let label = match check.result.as_str() {
            "fail" => words.fail,
            "unknown" => words.unknown,
            _ => continue,
        };
        let code = check.code.as_ref().map_or_else(String::new, |code| format!(" {code}"));
        let detail =
            check.detail.as_ref().map_or_else(String::new, |detail| format!(" ({detail})"));
        let text = output.pick(&check.text_zh, &check.text_en);
        output.entry(label, format_args!("{}{code}: {text}{detail}", check.check));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_answer_is_the_exit_code() {
        for (outcomes, code) in [
            (&["VALID"][..], 0),
            (&["VALID", "INVALID", "VALID"], 1),
            (&["VALID", "INDETERMINATE"], 2),
            (&["INDETERMINATE", "INVALID", "INDETERMINATE"], 1),
            (&["anything else"], 2),
        ] {
            let exit = outcomes.iter().map(|text| outcome(text)).fold(Exit::Success, worse);
            assert_eq!(exit.code(), code, "{outcomes:?}");
        }
    }
}
