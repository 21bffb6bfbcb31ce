//! A file of a stranger on its way into the library: what a worker says of it, and whether it is what its
//! sender called it.

use crate::{App, AppError, refused};
use formats::intake::{self, Kind, Refused, Taken};
use serde::{Deserialize, Serialize};
use std::io;

/// A file as it was sent, with what its sender called it.
#[derive(Clone, Debug, Default)]
pub struct SentFile {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Its name; of use for its ending alone, and kept nowhere.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
}

/// What a worker says before the bytes that it wrote.
#[derive(Deserialize, Serialize)]
enum Told {
    Taken { media_type: String, pages: usize, rewritten: bool },
    Refused { word: String, detail: String },
}

/// An answer of a worker.
pub(crate) fn told(taken: Result<Taken, Refused>) -> io::Result<Vec<u8>> {
    let (head, bytes) = match taken {
        Ok(Taken { kind, rewritten, pages }) => {
            let media_type = kind.media_type().to_owned();
            let told = Told::Taken { media_type, pages, rewritten: rewritten.is_some() };
            (told, rewritten.unwrap_or_default())
        }
        Err(refused) => {
            let (word, detail) = (refused.word().to_owned(), refused.to_string());
            (Told::Refused { word, detail }, Vec::new())
        }
    };
    let head = serde_json::to_vec(&head)?;
    Ok([&(head.len() as u64).to_le_bytes()[..], &head, &bytes].concat())
}

/// Reads an answer of a worker.
pub(crate) fn read(answer: &[u8]) -> Result<Taken, AppError> {
    let broken = || AppError::internal("reading a worker's answer".to_owned(), "it is cut off");
    let (len, rest) = answer.split_first_chunk().ok_or_else(broken)?;
    let len = usize::try_from(u64::from_le_bytes(*len)).map_err(|_| broken())?;
    let (head, bytes) = rest.split_at_checked(len).ok_or_else(broken)?;
    match serde_json::from_slice(head).map_err(|_| broken())? {
        Told::Taken { media_type, pages, rewritten } => {
            let kind = Kind::ALL.into_iter().find(|kind| kind.media_type() == media_type);
            let rewritten = rewritten.then(|| bytes.to_vec());
            Ok(Taken { kind: kind.ok_or_else(broken)?, rewritten, pages })
        }
        Told::Refused { word, detail } => Err(refused(code(&word), detail)),
    }
}

/// Why a file is not kept, as a problem.
pub(crate) fn not_kept(reason: &Refused) -> AppError {
    refused(code(reason.word()), reason)
}

fn code(word: &str) -> &'static str {
    match word {
        "kind" => "material_kind",
        "mixed" => "material_mixed",
        "encrypted" => "material_encrypted",
        "active" => "material_active",
        "damaged" => "material_damaged",
        _ => "material_too_involved",
    }
}

impl App {
    /// What may be kept of a file.
    ///
    /// # Errors
    /// `material_kind`, `material_mixed`, `material_encrypted`, `material_active`, `material_damaged`,
    /// `material_too_involved`; `material_mismatch` when it is something else than its sender said.
    pub(super) fn taken(&self, file: &SentFile) -> Result<Taken, AppError> {
        let limit = self.settings.file_bytes_max;
        if file.bytes.len() > limit {
            return Err(AppError::TooLarge { limit });
        }
        let taken = match &self.examiner {
            Some(examiner) => examiner.take(&file.bytes)?,
            None => intake::take(&file.bytes).map_err(|reason| not_kept(&reason))?,
        };
        if is_as_called(file, taken.kind) {
            return Ok(taken);
        }
        let kind = taken.kind.media_type();
        Err(refused(
            "material_mismatch",
            format!("the file is {kind}; its name or type says other"),
        ))
    }
}

/// Whether name and type of a file fit what it is; who says nothing is not contradicted.
fn is_as_called(file: &SentFile, kind: Kind) -> bool {
    let ending = file.name.as_deref().and_then(|name| name.rsplit_once('.')).map(|(_, end)| end);
    let named = ending.is_none_or(|ending| {
        kind.endings().iter().any(|known| ending.trim().eq_ignore_ascii_case(known))
    });
    let said = file.media_type.as_deref().unwrap_or("application/octet-stream");
    let typed = match said.to_ascii_lowercase().as_str() {
        "application/octet-stream" => true,
        "image/jpg" | "image/pjpeg" => kind == Kind::Jpeg,
        said => said == kind.media_type(),
    };
    named && typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_is_called() {
        for (name, media_type, fits) in [
            (Some("a.jpg"), Some("image/jpeg"), true),
            (Some("A.JPEG "), None, true),
            (None, Some("image/pjpeg"), true),
            (Some("photo"), Some("application/octet-stream"), true),
            (Some("a.jpg.exe"), None, false),
            (Some("a.png"), Some("image/jpeg"), false),
            (Some("a.jpg"), Some("text/html"), false),
            (Some("a."), None, false),
        ] {
            let file = SentFile {
                name: name.map(str::to_owned),
                media_type: media_type.map(str::to_owned),
                ..SentFile::default()
            };
            assert_eq!(is_as_called(&file, Kind::Jpeg), fits, "{name:?} {media_type:?}");
        }
    }

    #[test]
    fn what_a_worker_tells_is_read_back() {
        let taken = Taken { kind: Kind::Png, rewritten: Some(b"bytes".to_vec()), pages: 1 };
        assert_eq!(read(&told(Ok(taken.clone())).expect("told")).expect("read"), taken);
        let answer = told(Err(Refused::Encrypted)).expect("told");
        let refused = read(&answer).expect_err("refused");
        assert!(matches!(refused, AppError::Refused { code: "material_encrypted", .. }));
        assert!(read(&answer[..answer.len() - 1]).is_err());
    }
}
