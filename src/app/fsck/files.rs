//! The sealed files against the register and the ledger.

use super::{Findings, Invariant};
use crate::trust::Circumstances;
use crate::{App, AppError};
use domain::digest::Sm3;
use domain::license::{License, Rendition};
use domain::sealing::Level;
use formats::messages::message_digests;
use formats::pdf::{self, Limits};
use std::collections::BTreeSet;
use storage::{LicenseFilter, PAGE_ITEMS_MAX, PageRequest};

impl App {
    /// Every file of every license: there, unchanged, and signed by what the ledger knows.
    pub(super) fn fsck_files(
        &self,
        quick: bool,
        findings: &mut Findings,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<(), AppError> {
        let counts = self.store.license_count()?;
        let total = counts.iter().map(|(_, count)| *count as usize).sum();
        let mut after = None;
        let mut done = 0;
        loop {
            let request = PageRequest { limit: PAGE_ITEMS_MAX, after };
            let page = self.store.license_list(&LicenseFilter::default(), &request)?;
            for license in &page.items {
                for rendition in self.store.rendition_list(license.id())? {
                    self.fsck_file(license, &rendition, quick, findings)?;
                }
                done += 1;
                progress(done, total);
            }
            let Some(next) = page.next else { return Ok(()) };
            after = Some(next);
        }
    }

    fn fsck_file(
        &self,
        license: &License,
        rendition: &Rendition,
        quick: bool,
        findings: &mut Findings,
    ) -> Result<(), AppError> {
        findings.looked_at(Invariant::Files, 1);
        let of = license.id();
        if quick {
            if let Err(cause) = self.files.check(rendition.sm3) {
                findings.fault(Invariant::Files, format!("license {of}: {cause}"));
            }
            return Ok(());
        }
        match self.files.read(rendition.sm3) {
            Ok(bytes) if bytes.len() as u64 == rendition.bytes => {
                self.fsck_ledger(license, &bytes, findings)
            }
            Ok(_) => {
                findings.fault(Invariant::Files, format!("license {of}: a file of another size"));
                Ok(())
            }
            Err(cause) => {
                findings.fault(Invariant::Files, format!("license {of}: {cause}"));
                Ok(())
            }
        }
    }

    /// Every signature of the file was written down before it was made.
    fn fsck_ledger(
        &self,
        license: &License,
        bytes: &[u8],
        findings: &mut Findings,
    ) -> Result<(), AppError> {
        let of = license.id();
        let mut known = BTreeSet::new();
        for order in self.store.order_list(of)? {
            let uses = self.store.key_use_list(order.id)?;
            known.extend(uses.into_iter().map(|one| one.to_be_signed));
        }
        let Ok(facts) = pdf::examine(bytes, &Limits::default()) else {
            findings.fault(Invariant::Ledger, format!("license {of}: its file cannot be read"));
            return Ok(());
        };
        for digest in message_digests(&facts) {
            findings.looked_at(Invariant::Ledger, 1);
            if digest.is_none_or(|digest| !known.contains(&Sm3::from(digest))) {
                let fault = format!("license {of}: a signature that no order explains");
                findings.fault(Invariant::Ledger, fault);
            }
        }
        Ok(())
    }

    /// What a client was told is there, and verifies.
    pub(super) fn fsck_acknowledged(
        &self,
        ids: &[String],
        findings: &mut Findings,
    ) -> Result<(), AppError> {
        for id in ids {
            findings.looked_at(Invariant::Acknowledged, 1);
            if let Err(fault) = self.acknowledged(id)? {
                findings.fault(Invariant::Acknowledged, format!("license {id}: {fault}"));
            }
        }
        Ok(())
    }

    fn acknowledged(&self, id: &str) -> Result<Result<(), String>, AppError> {
        let Ok(id) = id.parse() else { return Ok(Err("not the id of a license".to_owned())) };
        let license = match self.store.license_read(id) {
            Err(storage::StoreError::Missing { .. }) => {
                return Ok(Err("it is not in the register".to_owned()));
            }
            read => read?,
        };
        if !domain::log::is_logged(license.state()) {
            return Ok(Err(format!("it is {}", license.state())));
        }
        let Some(original) = self.store.rendition_list(id)?.into_iter().next() else {
            return Ok(Err("it has no file".to_owned()));
        };
        let file = match self.files.read(original.sm3) {
            Err(cause) => return Ok(Err(cause.to_string())),
            Ok(file) => file,
        };
        // As it was when it was issued: what expired since was kept all the same.
        let type_code = license.particulars().type_code.to_string();
        let known = Circumstances {
            license_type: Some(type_code),
            ..Circumstances::at(original.created_at)
        };
        Ok(self.check_own(&file, &known, Level::B).map(drop).map_err(|cause| cause.to_string()))
    }
}
