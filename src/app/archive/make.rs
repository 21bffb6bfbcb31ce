//! Making a package: the license is verified once more, and all that the verdict hangs on goes along.

use super::needed::issuers;
use super::{
    ANCHORS, BETWEEN, LICENSE, METADATA_JSON, METADATA_XML, PROOF, README, REPORT, REVOCATION,
    STAMP, TRUST_LIST,
};
use crate::asking::judged_saying;
use crate::log::ProofOf;
use crate::offline::{Circumstances, Trust, verify_under};
use crate::package::{File, MANIFEST, listed};
use crate::sealing::Authority;
use crate::view::time::instant;
use crate::view::{ArchiveManifestView, VerificationView, state};
use crate::{App, AppError, Caller, Document, Errand};
use domain::audit::Fields;
use domain::digest::{Sha256, Sm3};
use domain::license::License;
use domain::sealing::KeyPurpose;
use domain::validation::Logged;
use formats::package;
use formats::x509::Name;
use gateway::inquiry::Said;

/// What stands in the package for whoever finds it.
const WORDS: &str = "归档包（电子证照）/ Archive package of an electronic license\n\
    \n\
    license.pdf        证照文件，与颁发时逐字节一致 / the license file, byte for byte as issued\n\
    metadata.json/.xml 元数据（GB/T 36903 数据项）/ its metadata\n\
    verification.json  归档时的核验结果 / the verification when it was archived\n\
    log-proof.json     存证（如有）/ proof of the public log, if there is one\n\
    trust/             归档时的信任锚、证书、撤销数据 / whom was believed then, and revocation data\n\
    manifest.json      各文件摘要（SM3、SHA-256），由服务签名 / digests of all files, signed\n\
    manifest.tst       manifest.json 的时间戳（RFC 3161）/ time stamp over manifest.json\n\
    \n\
    yinzheng archive verify FILE --trust FOLDER\n\
    yinzheng archive restore FILE --trust FOLDER --out license.pdf\n";

impl App {
    /// The archive package of a license of the caller's organization: made anew, with what is known
    /// now. That its file was looked at is written down first.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; the stored file no longer has its digest; a key cannot sign, or the
    /// time-stamp authority does not answer; `case_number_missing`, `operator_missing`.
    pub fn archive(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<Document, AppError> {
        self.require_errand(caller, errand)?;
        let license = self.own_license(caller, id)?;
        let file = self.sealed_file(&license)?.bytes;
        self.note_look(caller, errand, vec![license.id()], Fields::File)?;
        let (view, mut files) = self.judged_files(&license, file)?;
        files.splice(1..1, self.metadata_files(&license)?);
        let fixed = license.particulars();
        let said = ArchiveManifestView {
            license: license.id().to_string(),
            identifier: fixed.identifier.to_string(),
            license_type: fixed.type_code.to_string(),
            state: state(license.standing(self.clock.now())),
            outcome: view.outcome,
            archived_at: view.as_of,
            trust_list: view.trust_list,
            ..self.empty_manifest()?
        };
        let bytes = self.packed(said, files)?;
        Ok(Document {
            sha256: Sha256::of(&bytes).to_string(),
            media_type: "application/zip",
            name: format!("{}-archive.zip", license.id()),
            bytes,
        })
    }

    /// The license file, its verification now, and all that the verdict hangs on.
    fn judged_files(
        &self,
        license: &License,
        file: Vec<u8>,
    ) -> Result<(VerificationView, Vec<File>), AppError> {
        let (now, believed, sm3) = (self.clock.now(), self.trust.now(), Sm3::of(&file));
        let known = Circumstances {
            license_type: Some(license.particulars().type_code.to_string()),
            stated: self.revoked_seals()?,
            logged: self.logged_since(license, sm3)?.map_or(Logged::NotShown, Logged::Since),
            ..Circumstances::at(now)
        };
        let judge = |known: &Circumstances| Ok(verify_under(&file, &believed.trust, known));
        let (mut view, said) = judged_saying(believed.inquiries.as_ref(), known, now, judge)?;
        let shown = self.store.shown_by_id(license.id())?;
        self.add_register(&mut view, shown.as_ref(), Some(true), None)?;
        let report = serde_json::to_vec_pretty(&view)
            .map_err(|cause| AppError::internal(failed(license), cause))?;
        let mut files = vec![(LICENSE.to_owned(), file), (REPORT.to_owned(), report)];
        // What was issued a moment ago has no place in the log yet; then the time stamp is alone.
        match self.log_proof(&ProofOf::Code(license.particulars().public_code.as_str().to_owned()))
        {
            Ok(evidence) => files.push((PROOF.to_owned(), evidence.to_json())),
            Err(AppError::NotFound | AppError::LogPending) => {}
            Err(error) => return Err(error),
        }
        let needed = self.revocable(&files[0].1, &believed.trust)?;
        files.extend(trust_files(&believed.trust, &said, needed.as_deref()));
        files.push((README.to_owned(), WORDS.as_bytes().to_vec()));
        Ok((view, files))
    }

    /// Whose lists the verdict on a file, and on the stamp of its package, hangs on; not known when the
    /// stamp comes from elsewhere.
    fn revocable(&self, file: &[u8], trust: &Trust) -> Result<Option<Vec<Name>>, AppError> {
        let others = match self.archive_stamper()? {
            None => Vec::new(),
            Some(Authority::Own(signer)) => [vec![signer.certificate], signer.chain].concat(),
            Some(Authority::Outside(..)) => return Ok(None),
        };
        Ok(Some(issuers(file, &others, &trust.policy().intermediates)))
    }

    fn metadata_files(&self, license: &License) -> Result<[File; 2], AppError> {
        let metadata = self.license_metadata(license)?;
        let json = serde_json::to_vec_pretty(&metadata)
            .map_err(|cause| AppError::internal(failed(license), cause))?;
        let xml = metadata.to_xml().into_bytes();
        Ok([(METADATA_JSON.to_owned(), json), (METADATA_XML.to_owned(), xml)])
    }

    /// What every manifest of this service says.
    pub(super) fn empty_manifest(&self) -> Result<ArchiveManifestView, AppError> {
        let service = self.receipt_service(&*self.service_key(KeyPurpose::Receipt)?);
        let nothing = String::new;
        Ok(ArchiveManifestView {
            license: nothing(),
            identifier: nothing(),
            license_type: nothing(),
            state: nothing(),
            outcome: nothing(),
            archived_at: instant(self.clock.now()),
            trust_list: nothing(),
            time_stamp: false,
            files: Vec::new(),
            service,
        })
    }

    /// The package of these files: listed, signed, stamped.
    pub(super) fn packed(
        &self,
        mut said: ArchiveManifestView,
        mut files: Vec<File>,
    ) -> Result<Vec<u8>, AppError> {
        let duty = format!("archive package of license {}", said.license);
        let authority = self.archive_stamper()?;
        said.time_stamp = authority.is_some();
        said.files = files.iter().map(listed).collect();
        let manifest = self.signed_manifest(&said, &duty)?;
        if let Some(authority) = authority {
            let token = self.stamp(&authority, &[&manifest])?;
            let token = token.ok_or_else(|| AppError::Unavailable {
                code: "time_stamp_unavailable",
                detail: "the time-stamp authority does not answer".to_owned(),
            })?;
            files.push((STAMP.to_owned(), token));
        }
        files.push((MANIFEST.to_owned(), manifest));
        package::write(&files).map_err(|cause| AppError::internal(duty, cause))
    }

    /// The authority of SM2, or another one; none when none is configured: then the log, and the
    /// service's own word, have to do.
    fn archive_stamper(&self) -> Result<Option<Authority>, AppError> {
        for sm2 in [true, false] {
            match self.authority(sm2) {
                Err(AppError::Refused { code: "time_stamps_not_configured", .. }) => {}
                found => return found.map(Some),
            }
        }
        Ok(None)
    }
}

fn failed(license: &License) -> String {
    format!("archive package of license {}", license.id())
}

/// Who was believed, and what was known of revocation by those who are `needed`.
fn trust_files(trust: &Trust, said: &[Said], needed: Option<&[Name]>) -> Vec<File> {
    let numbered = |folder: &'static str, end: &'static str| {
        move |(place, der): (usize, Vec<u8>)| (format!("{folder}{place:03}.{end}"), der)
    };
    let policy = trust.policy();
    let anchors = trust.anchor_certificates().map(|one| one.der().to_vec()).enumerate();
    let between = policy.intermediates.iter().map(|one| one.der().to_vec()).enumerate();
    let (mut lists, mut answers) = (Vec::new(), Vec::new());
    let counts = |issuer: &Name| needed.is_none_or(|needed| needed.contains(issuer));
    let known = policy.revocation.lists.iter().filter(|one| counts(one.issuer()));
    lists.extend(known.map(|one| one.der().to_vec()));
    answers.extend(policy.revocation.answers.iter().map(|one| one.der().to_vec()));
    for one in said {
        let kind = if matches!(one, Said::List(_)) { &mut lists } else { &mut answers };
        kind.push(one.der().to_vec());
    }
    let mut files: Vec<File> = anchors.map(numbered(ANCHORS, "cer")).collect();
    files.extend(trust.list().map(|(list, _)| (TRUST_LIST.to_owned(), list.to_vec())));
    files.extend(between.map(numbered(BETWEEN, "cer")));
    files.extend(lists.into_iter().enumerate().map(numbered(REVOCATION, "crl")));
    files.extend(answers.into_iter().enumerate().map(numbered(REVOCATION, "ocsp")));
    files
}
