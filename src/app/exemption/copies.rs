//! Marked copies of the licenses that a decision relied on: each made once, kept, and written down.

use super::asking::{errand_for, of_case};
use super::{App, AppError};
use crate::clockwork::random;
use crate::error::{id_of, refused};
use crate::offline::Circumstances;
use crate::view::time::instant;
use crate::view::{
    CopiedItemView, DecidedEvidenceView, DecidedItemView, ExemptionDecisionView, MarkedCopyView,
};
use crate::{Caller, Document, Errand, VerifyInput};
use domain::access::Permission;
use domain::audit::{Basis, Fields, Subject};
use domain::digest::Sm3;
use domain::exemption::{Grade, KeptFile, RecordedCopy, RecordedDecision};
use domain::id::LicenseId;
use domain::license::{License, Standing};
use domain::marked_copy::{CopyId, Mark};
use domain::sealing::Level;
use domain::time::{china_date, day_text};
use render::{CopyContext, RenderError, marked_copy};
use storage::{NewCopy, StoreError};
use time::OffsetDateTime;

/// Items that a mark names; of more it says how many.
const ITEMS_NAMED: usize = 3;

/// A decision whose files somebody asks for, and why.
pub(super) struct Asked<'a> {
    pub(super) caller: &'a Caller,
    pub(super) errand: Errand,
    pub(super) recorded: RecordedDecision,
    pub(super) decision: ExemptionDecisionView,
}

/// A license that a decision relied on, as it is now.
pub(super) struct Relied<'a> {
    pub(super) evidence: &'a DecidedEvidenceView,
    pub(super) license: License,
    pub(super) original: Sm3,
}

impl App {
    /// The marked copy of a license that a decision of the caller's organization relied on; made when it
    /// is first asked for. That it was looked at is written down first.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for a decision of another organization, or a license that it did not
    /// rely on; `decision_lapsed`, `license_changed`; a key cannot sign.
    pub fn marked_copy(
        &self,
        caller: &Caller,
        errand: &Errand,
        decision: &str,
        license: &str,
    ) -> Result<Document, AppError> {
        let asked = self.files_asked(caller, errand, decision)?;
        let id: LicenseId = id_of(license)?;
        let evidence = evidence(&asked.decision).find(|one| one.license_id == id.to_string());
        let evidence = evidence.ok_or(AppError::NotFound)?;
        // What is no longer as it was relied on is not shown again either.
        let relied = self.relied(&asked, evidence, self.clock.now())?;
        let copy = self.copy_of(&asked, &relied)?;
        self.note_handed_out(&asked, vec![id])?;
        Ok(Document {
            bytes: self.files.read(copy.file.sm3)?,
            media_type: "application/pdf",
            name: format!("copy-{}.pdf", copy.id),
            sha256: copy.file.sha256.to_string(),
        })
    }

    /// For whom a marked copy was made, by the identifier inside it: for the body that issued the
    /// license, and for the one that had the copy made.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for everybody else.
    pub fn marked_copy_trace(&self, caller: &Caller, id: &str) -> Result<MarkedCopyView, AppError> {
        let organization = caller.require(Permission::LicenseRead)?;
        let copy = self.store.marked_copy_read(id_of(id)?)?;
        let shown = self.store.shown_by_id(copy.license)?.ok_or(AppError::NotFound)?;
        let license = &shown.license;
        let fixed = license.particulars();
        let issued = fixed.issuer == organization && caller.reaches(organization, fixed.type_code);
        let decision = Self::decision_read(&self.store.exemption_read(copy.decision)?)?;
        let used = copy.organization == organization
            && decision.items.iter().all(|one| caller.serves(Some(&one.code)));
        if !issued && !used {
            return Err(AppError::NotFound);
        }
        let now = self.clock.now();
        let item = |one: &DecidedItemView| CopiedItemView {
            code: one.code.clone(),
            name: one.name.clone(),
            name_en: one.name_en.clone(),
        };
        let face = self.face(license, &shown.issuer, now);
        Ok(MarkedCopyView {
            items: decision.items.iter().map(item).collect(),
            license_type: face.type_name,
            license_number: face.number,
            license_state: face.state,
            standing: self.copy_standing(&copy, &decision, license, now)?.to_owned(),
            id: copy.id.to_string(),
            decision_id: copy.decision.to_string(),
            license_id: copy.license.to_string(),
            organization: self.store.organization_read(copy.organization)?.name,
            made_by: copy.actor.to_string(),
            case_no: copy.case_no,
            original_sm3: copy.original.to_string(),
            sm3: copy.file.sm3.to_string(),
            sha256: copy.file.sha256.to_string(),
            valid_until: day_text(copy.until),
            made_at: instant(copy.at),
        })
    }

    /// Whether a copy still stands, in a word.
    fn copy_standing(
        &self,
        copy: &RecordedCopy,
        decision: &ExemptionDecisionView,
        license: &License,
        now: OffsetDateTime,
    ) -> Result<&'static str, AppError> {
        let id = copy.license.to_string();
        let relied = evidence(decision).find(|one| one.license_id == id);
        let same = relied.is_some_and(|one| one.license_version == license.version());
        let whole = self.standing_by_parts(license, license.standing(now), None)?;
        Ok(match (china_date(now) > copy.until, same && whole.standing == Standing::Valid) {
            (true, _) => "over",
            (false, true) => "stands",
            (false, false) => "license_changed",
        })
    }

    /// The same by a file: what the register has of the copy whose mark the file carries, and whether it
    /// is byte for byte the one that was made.
    ///
    /// # Errors
    /// As [`App::marked_copy_trace`]; [`AppError::NotFound`] also for a file that carries no mark.
    pub fn marked_copy_trace_file(
        &self,
        caller: &Caller,
        file: Vec<u8>,
    ) -> Result<(MarkedCopyView, bool), AppError> {
        caller.require(Permission::LicenseRead)?;
        let sm3 = Sm3::of(&file).to_string();
        let judged = self.verify(VerifyInput::File { bytes: file, at: None })?;
        let mark = judged.copy.ok_or(AppError::NotFound)?;
        let found = self.marked_copy_trace(caller, &mark.id)?;
        let same = found.sm3 == sm3;
        Ok((found, same))
    }

    /// A decision of the caller's organization, for items that the caller serves; its case is that of
    /// the errand.
    pub(super) fn files_asked<'a>(
        &self,
        caller: &'a Caller,
        said: &Errand,
        id: &str,
    ) -> Result<Asked<'a>, AppError> {
        let recorded = self.recorded_decision(caller, id)?;
        if recorded.items.iter().any(|(code, _)| !caller.serves(Some(code.as_str()))) {
            return Err(AppError::NotFound);
        }
        of_case(said, &recorded.case_no, "X-Case-No is of another case than the decision")?;
        let items = recorded.items.iter().map(|(code, _)| code.as_str());
        let errand = errand_for(said, recorded.case_no.clone(), items);
        self.require_errand(caller, &errand)?;
        let decision = Self::decision_read(&recorded)?;
        Ok(Asked { caller, errand, recorded, decision })
    }

    pub(super) fn note_handed_out(
        &self,
        asked: &Asked<'_>,
        licenses: Vec<LicenseId>,
    ) -> Result<(), AppError> {
        self.note_look_by(asked.caller, &asked.errand, Basis::Function, licenses, Fields::File)
    }

    /// A license as the decision relied on it: it is in force, and nothing changed since.
    pub(super) fn relied<'a>(
        &self,
        asked: &Asked<'_>,
        evidence: &'a DecidedEvidenceView,
        now: OffsetDateTime,
    ) -> Result<Relied<'a>, AppError> {
        if china_date(now) > asked.recorded.until {
            let detail = "the last day of the decision is over; decide anew";
            return Err(refused("decision_lapsed", detail));
        }
        let license = self.store.license_read(id_of(&evidence.license_id)?)?;
        let whole = self.standing_by_parts(&license, license.standing(now), None)?;
        if whole.standing != Standing::Valid || license.version() != evidence.license_version {
            return Err(changed(&license));
        }
        let original = self.original(&license)?.ok_or(AppError::NotFound)?;
        Ok(Relied { evidence, license, original })
    }

    /// The copy of a license that a decision relied on: the one that is kept, or a new one.
    pub(super) fn copy_of(
        &self,
        asked: &Asked<'_>,
        relied: &Relied<'_>,
    ) -> Result<RecordedCopy, AppError> {
        let kept = || -> Result<Option<RecordedCopy>, AppError> {
            let all = self.store.marked_copy_list(asked.recorded.id)?;
            Ok(all.into_iter().find(|one| one.license == relied.license.id()))
        };
        if let Some(copy) = kept()? {
            return Ok(copy);
        }
        let copy = self.make_copy(asked, relied, self.clock.now())?;
        let subject = Subject::new("license", copy.license);
        let detail = [
            ("copy", copy.id.to_string()),
            ("decision", copy.decision.to_string()),
            ("case", copy.case_no.clone()),
        ];
        let told = self.clock.entry(&copy.actor, "exemption.copy", subject, &detail)?;
        let new = NewCopy { copy: &copy, relied: relied.evidence.license_version };
        match self.store.marked_copy_insert(new, &told) {
            Ok(()) => Ok(copy),
            Err(StoreError::Conflict { .. }) => Err(changed(&relied.license)),
            // Somebody else was first; that one counts.
            Err(StoreError::Exists { .. }) => kept()?.ok_or(AppError::NotFound),
            Err(error) => Err(error.into()),
        }
    }

    fn make_copy(
        &self,
        asked: &Asked<'_>,
        relied: &Relied<'_>,
        now: OffsetDateTime,
    ) -> Result<RecordedCopy, AppError> {
        let (recorded, license) = (&asked.recorded, &relied.license);
        let fixed = license.particulars();
        let consumer = self.store.organization_read(recorded.organization)?.name;
        let mark = Mark {
            id: CopyId::mint(random()?),
            original: relied.original,
            identifier: fixed.identifier.to_string(),
            // Everything in the register was sealed by the body that issued it.
            grade: Grade::A,
            consumer,
            item: items_named(&asked.decision),
            case_no: recorded.case_no.clone(),
            until: recorded.until,
            made_at: now,
        };
        let context = CopyContext {
            fonts: &self.fonts,
            type_name: &relied.evidence.type_name,
            issuer: &relied.evidence.issuer,
            service: "印证服务",
            mark: &mark,
            sample_mark: self.settings.sample_mark,
        };
        let drawn = marked_copy(&self.files.read(relied.original)?, &context);
        let drawn = drawn.map_err(|cause| not_copied(license, cause))?;
        let sealed = self.attest(&drawn, now, &format!("marked copy {}", mark.id))?;
        self.check_own(&sealed, &Circumstances::at(now), Level::B)?;
        Ok(RecordedCopy {
            id: mark.id,
            decision: recorded.id,
            license: license.id(),
            organization: recorded.organization,
            actor: asked.caller.actor(),
            case_no: mark.case_no,
            original: mark.original,
            file: self.kept_file(&sealed)?,
            until: mark.until,
            at: now,
        })
    }

    /// Keeps a file under its digest.
    pub(crate) fn kept_file(&self, bytes: &[u8]) -> Result<KeptFile, AppError> {
        let stored = self.files.put(bytes)?;
        Ok(KeptFile { sm3: stored.sm3, sha256: stored.sha256, bytes: bytes.len() as u64 })
    }
}

/// The licenses that a decision relied on, each once.
pub(super) fn evidence(
    decision: &ExemptionDecisionView,
) -> impl Iterator<Item = &DecidedEvidenceView> {
    let mut met = std::collections::BTreeSet::new();
    let all = decision.materials.iter().flat_map(|one| &one.evidence);
    all.filter(move |one| met.insert(one.license_id.as_str()))
}

/// The items in words; of many the first ones and how many there are.
fn items_named(decision: &ExemptionDecisionView) -> String {
    let names = decision.items.iter().map(|one| one.name.as_str());
    let first = names.take(ITEMS_NAMED).collect::<Vec<_>>().join("、");
    match decision.items.len() {
        few if few <= ITEMS_NAMED => first,
        many => format!("{first}等{many}项"),
    }
}

fn changed(license: &License) -> AppError {
    changed_id(&license.id().to_string())
}

pub(super) fn changed_id(license: &str) -> AppError {
    refused("license_changed", format!("license {license} changed since; decide anew"))
}

fn not_copied(license: &License, cause: RenderError) -> AppError {
    match cause {
        RenderError::MissingCharacter { character, .. } => refused(
            "mark_not_printable",
            format!("no font can print {character} of the case or the item on the copy"),
        ),
        cause => AppError::internal(format!("copying license {}", license.id()), cause),
    }
}
