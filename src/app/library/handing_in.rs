//! A material comes into the library.

use super::intake::SentFile;
use super::operator;
use crate::error::problem;
use crate::once::{Asked, Named, Once, asked};
use crate::view::LibraryMaterialView;
use crate::{App, AppError, Caller, Errand, FieldProblem, IdempotencyKey, refused};
use domain::access::Permission;
use domain::digest::{Sha256, Sm3};
use domain::exemption::KeptFile;
use domain::id::LibraryMaterialId;
use domain::library::{HandedIn, LibraryMaterial, LibrarySource};
use domain::time::{china_date, day};
use std::str::FromStr as _;
use time::Date;

const NAME_CHARACTERS_MAX: usize = 100;
/// Materials that one holder has at a time.
const HELD_MAX: usize = 200;

/// A material that is handed in.
#[derive(Clone, Default)]
pub struct MaterialAsked {
    /// Citizen number or social credit code of the holder; nothing where the holder is signed in.
    pub holder_code: String,
    /// What kind of material it is, as items call it.
    pub name: String,
    /// `copy` or `self_made`.
    pub source: String,
    /// The last day on which it may be used; none when empty.
    pub valid_to: String,
    /// The case in which it was handed in; none when empty.
    pub case_no: String,
    /// The file.
    pub file: SentFile,
}

/// Without the code.
impl std::fmt::Debug for MaterialAsked {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "MaterialAsked({:?}, {} bytes)", self.name, self.file.bytes.len())
    }
}

/// What is said of a material, read.
struct Said {
    name: String,
    source: LibrarySource,
    last_day: Option<Date>,
    case_no: String,
}

impl MaterialAsked {
    fn said(&self, today: Date) -> Result<Said, AppError> {
        let mut problems: Vec<FieldProblem> = Vec::new();
        let name = self.name.trim().to_owned();
        let fits = (1..=NAME_CHARACTERS_MAX).contains(&name.chars().count());
        if !fits || name.chars().any(char::is_control) {
            let message = format!("1 to {NAME_CHARACTERS_MAX} characters of one line");
            problems.push(problem("/name", "bad_text", message));
        }
        let source = LibrarySource::from_str(&self.source);
        if source.is_err() {
            problems.push(problem("/source", "not_a_choice", "one of copy, self_made"));
        }
        let last_day = Some(self.valid_to.trim()).filter(|text| !text.is_empty()).map(day);
        if last_day.is_some_and(|last| last.is_none_or(|last| last < today)) {
            problems.push(problem("/valid_to", "bad_date", "a day that is not over: 2027-12-31"));
        }
        let case_no = match self.case_no.trim() {
            "" => Ok(String::new()),
            said => Errand::said(said),
        };
        if let Err(reason) = &case_no {
            problems.push(problem("/case_no", "bad_text", reason));
        }
        match (source, case_no) {
            (Ok(source), Ok(case_no)) if problems.is_empty() => {
                Ok(Said { name, source, last_day: last_day.flatten(), case_no })
            }
            _ => Err(AppError::Fields(problems)),
        }
    }

    /// SM3 of what is asked.
    fn digest(&self, who: &str) -> Sm3 {
        let texts = [who, &self.holder_code, &self.name, &self.source, &self.valid_to];
        let texts = texts.map(str::as_bytes);
        let file = Sm3::of(&self.file.bytes);
        asked("material.keep", &[&texts[..], &[self.case_no.as_bytes(), file.as_bytes()]].concat())
    }
}

impl App {
    /// Keeps a material that a department brings for its holder. Once per idempotency key.
    ///
    /// # Errors
    /// One problem for each value that is not acceptable; the file is refused by name, as
    /// `material_active`; `material_library_full`; not allowed.
    pub fn keep_material(
        &self,
        caller: &Caller,
        errand: &Errand,
        key: Option<&IdempotencyKey>,
        wanted: &MaterialAsked,
    ) -> Result<Once<LibraryMaterialView>, AppError> {
        let own = caller.require_whole(Permission::ExemptionDecide)?;
        let holder = self.material_holder("/holder_code", &wanted.holder_code)?;
        let operator = operator(caller, errand);
        let asked = wanted.digest(&operator);
        self.once(Named { caller: own.to_string(), key, asked }, |asked| {
            let handed = HandedIn {
                by: caller.actor(),
                organization: Some(own),
                operator: operator.clone(),
                case_no: String::new(),
            };
            self.material_kept(holder, handed, wanted, asked)
        })
    }

    /// Keeps a material that its holder brings. Once per idempotency key.
    pub(super) fn keep_for(
        &self,
        holder: Sha256,
        handed: HandedIn,
        key: &IdempotencyKey,
        wanted: &MaterialAsked,
    ) -> Result<Once<LibraryMaterialView>, AppError> {
        let caller = format!("citizen:{holder}");
        let named = Named { caller, key: Some(key), asked: wanted.digest("") };
        self.once(named, |asked| self.material_kept(holder, handed, wanted, asked))
    }

    fn material_kept(
        &self,
        holder: Sha256,
        handed: HandedIn,
        wanted: &MaterialAsked,
        asked: &Asked<'_>,
    ) -> Result<LibraryMaterialView, AppError> {
        let now = self.clock.now();
        let Said { name, source, last_day, case_no } = wanted.said(china_date(now))?;
        let held = self.store.library_of(holder)?;
        let full = held.len() >= super::MATERIALS_MAX;
        if full || held.iter().filter(|one| one.erased.is_none()).count() >= HELD_MAX {
            let detail = "erase what is no longer needed, then send it again";
            return Err(refused("material_library_full", detail));
        }
        let taken = self.taken(&wanted.file)?;
        let original = &wanted.file.bytes;
        let file = self.kept_file(taken.rewritten.as_deref().unwrap_or(original))?;
        let one = LibraryMaterial {
            id: self.clock.id(LibraryMaterialId::mint)?,
            holder,
            name,
            source,
            handed: HandedIn { case_no, ..handed },
            media_type: taken.kind.media_type().to_owned(),
            pages: u32::try_from(taken.pages).unwrap_or(u32::MAX),
            file,
            original: KeptFile {
                sm3: Sm3::of(original),
                sha256: Sha256::of(original),
                bytes: original.len() as u64,
            },
            last_day,
            at: now,
            check: None,
            erased: None,
        };
        let by = &one.handed.by;
        let told = self.material_told(by, &one, "material.keep", &one.handed.case_no)?;
        let view = self.material_shown(&one)?;
        let kept = asked.kept(201, &view)?;
        self.store.library_keep(&one, &told, kept.answer())?;
        Ok(view)
    }
}
