//! The proof bundle of a decision: made once, kept, and written down.

use super::copies::{Asked, Relied, changed_id, evidence};
use super::{App, AppError};
use crate::bundle::{COPY, DECISION, PROOF, README, RECEIPT, WORDS, folder};
use crate::error::{id_of, refused};
use crate::log::ProofOf;
use crate::package::{File, MANIFEST, listed};
use crate::view::time::instant;
use crate::view::{BundleManifestView, BundledLicenseView};
use crate::{Caller, Document, Errand};
use domain::audit::Subject;
use domain::exemption::RecordedBundle;
use domain::sealing::KeyPurpose;
use domain::time::day_text;
use formats::package;
use storage::StoreError;

impl App {
    /// The proof bundle of a decision of the caller's organization: the same bytes whenever it is asked
    /// for. That the licenses were looked at is written down first.
    ///
    /// # Errors
    /// As [`App::marked_copy`], as long as there is no bundle; `log_pending` when no checkpoint covers
    /// a license yet; `verification_gone` when the verifications that were relied on are not kept.
    pub fn proof_bundle(
        &self,
        caller: &Caller,
        errand: &Errand,
        decision: &str,
    ) -> Result<Document, AppError> {
        let asked = self.files_asked(caller, errand, decision)?;
        let bundle = match self.store.proof_bundle_find(asked.recorded.id)? {
            Some(bundle) => bundle,
            None => self.make_bundle(&asked)?,
        };
        let licenses = evidence(&asked.decision).map(|one| id_of(&one.license_id));
        self.note_handed_out(&asked, licenses.collect::<Result<_, _>>()?)?;
        Ok(Document {
            bytes: self.files.read(bundle.file.sm3)?,
            media_type: "application/zip",
            name: format!("bundle-{}.zip", asked.recorded.id),
            sha256: bundle.file.sha256.to_string(),
        })
    }

    /// Whether the bundle of a decision was made already.
    ///
    /// # Errors
    /// As [`App::exemption_decision`].
    pub fn has_proof_bundle(&self, caller: &Caller, decision: &str) -> Result<bool, AppError> {
        let recorded = self.recorded_decision(caller, decision)?;
        Ok(self.store.proof_bundle_find(recorded.id)?.is_some())
    }

    fn make_bundle(&self, asked: &Asked<'_>) -> Result<RecordedBundle, AppError> {
        let (now, recorded) = (self.clock.now(), &asked.recorded);
        let duty = format!("proof bundle of decision {}", recorded.id);
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal(duty.clone(), cause)
        };
        let decision =
            serde_json::to_vec_pretty(&asked.decision).map_err(|cause| failed(cause.into()))?;
        let mut files = vec![(DECISION.to_owned(), decision)];
        let (mut licenses, mut versions) = (Vec::new(), Vec::new());
        for (place, evidence) in evidence(&asked.decision).enumerate() {
            let relied = self.relied(asked, evidence, now)?;
            versions.push((relied.license.id(), evidence.license_version));
            licenses.push(self.bundled(asked, &relied, folder(place), &mut files)?);
        }
        files.push((README.to_owned(), WORDS.as_bytes().to_vec()));
        let said = BundleManifestView {
            decision: recorded.id.to_string(),
            decided_at: asked.decision.as_of.clone(),
            valid_until: day_text(recorded.until),
            organization: self.store.organization_read(recorded.organization)?.name,
            case_no: recorded.case_no.clone(),
            items: asked.decision.items.iter().map(|one| one.code.clone()).collect(),
            made_at: instant(now),
            licenses,
            files: files.iter().map(listed).collect(),
            service: self.receipt_service(&*self.service_key(KeyPurpose::Receipt)?),
        };
        files.push((MANIFEST.to_owned(), self.signed_manifest(&said, &duty)?));
        let bytes = package::write(&files).map_err(|cause| failed(cause.into()))?;
        let bundle = RecordedBundle {
            decision: recorded.id,
            organization: recorded.organization,
            actor: asked.caller.actor(),
            file: self.kept_file(&bytes)?,
            at: now,
        };
        let detail = [
            ("case", recorded.case_no.clone()),
            ("licenses", versions.len().to_string()),
            ("sm3", bundle.file.sm3.to_string()),
        ];
        let subject = Subject::new("exemption", recorded.id);
        let told = self.clock.entry(&bundle.actor, "exemption.bundle", subject, &detail)?;
        match self.store.proof_bundle_insert(&bundle, &versions, &told) {
            Ok(()) => Ok(bundle),
            Err(StoreError::Conflict { id, .. }) => Err(changed_id(&id)),
            Err(StoreError::Exists { .. }) => {
                // Somebody else was first; that one counts.
                self.store.proof_bundle_find(recorded.id)?.ok_or(AppError::NotFound)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Receipt, proof and copy of a license, added to the files; what the manifest says of it.
    fn bundled(
        &self,
        asked: &Asked<'_>,
        relied: &Relied<'_>,
        folder: String,
        files: &mut Vec<File>,
    ) -> Result<BundledLicenseView, AppError> {
        let Relied { evidence, license, original } = relied;
        let fixed = license.particulars();
        let receipt = self.receipt(&evidence.verification_id).map_err(|error| match error {
            AppError::NotFound => {
                refused("verification_gone", "the verification is not kept any more; decide anew")
            }
            other => other,
        })?;
        let of = ProofOf::Code(fixed.public_code.as_str().to_owned());
        let proof = match self.log_proof(&of) {
            // What was issued a moment ago gets its place now rather than in some seconds.
            Err(AppError::LogPending) => {
                self.log_grow()?;
                self.log_proof(&of)?
            }
            found => found?,
        };
        let copy = self.copy_of(asked, relied)?;
        let file = |name: &str, bytes| (format!("{folder}/{name}"), bytes);
        files.push(file(RECEIPT, receipt.bytes));
        files.push(file(PROOF, proof.to_json()));
        files.push(file(COPY, self.files.read(copy.file.sm3)?));
        Ok(BundledLicenseView {
            license: license.id().to_string(),
            identifier: fixed.identifier.to_string(),
            license_type: fixed.type_code.to_string(),
            license_version: evidence.license_version,
            sm3: original.to_string(),
            verification: evidence.verification_id.clone(),
            copy: copy.id.to_string(),
            folder,
        })
    }
}
