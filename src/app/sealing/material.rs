//! Validation material of a sealed file: what its signatures need when their certificates are gone.

use super::{Instrument, Order, Signer};
use crate::{App, AppError, SealForm};
use formats::pdf::sign::{SignatureMaterial, add_material};
use formats::pdf::{self, Limits, Material};
use formats::x509::Certificate;
use std::ops::Range;

impl App {
    /// The file with the certificates of everybody who signed behind byte `from`, up to the anchor,
    /// and the lists of everybody who certified one of them.
    pub(super) fn with_material(
        &self,
        file: &[u8],
        from: usize,
        instrument: &Instrument,
        order: &Order<'_>,
    ) -> Result<Vec<u8>, AppError> {
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal("keeping validation material".to_owned(), cause)
        };
        let limits = Limits::default();
        let facts = pdf::examine(file, &limits).map_err(|cause| failed(cause.into()))?;
        let material = self.material(&self.signers(instrument, order.form)?)?;
        let new = |span: &Option<Range<usize>>| span.as_ref().is_some_and(|at| at.start >= from);
        let signatures = facts.signatures.iter().filter(|one| new(&one.signed.span));
        let additions: Vec<SignatureMaterial<'_>> = signatures
            .map(|one| SignatureMaterial { contents: &one.signed.contents, material: &material })
            .collect();
        add_material(file, &additions, &limits).map_err(|cause| failed(cause.into()))
    }

    /// Everybody whose certificates a file of this form needs, with those above them.
    fn signers(
        &self,
        instrument: &Instrument,
        form: SealForm,
    ) -> Result<Vec<Certificate>, AppError> {
        let mut signers: Vec<Signer> = Vec::new();
        if form != SealForm::Sm2 {
            signers.extend(instrument.document_signer.clone());
            signers.push(self.time_stamper(false)?);
        }
        if form != SealForm::Pades {
            signers.extend(instrument.sealer.clone());
            signers.push(self.time_stamper(true)?);
        }
        let mut certificates: Vec<Certificate> = Vec::new();
        let held = signers.into_iter().flat_map(|one| [vec![one.certificate], one.chain].concat());
        // The anchors too: validators look among these for whoever signed a list.
        for one in held.chain(self.trust.anchor_certificates().cloned()) {
            let wanted = certificates.iter().any(|below| below.issuer() == one.subject());
            let anchor = one.subject() == one.issuer();
            if !certificates.contains(&one) && (wanted || !anchor) {
                certificates.push(one);
            }
        }
        Ok(certificates)
    }

    fn material(&self, certificates: &[Certificate]) -> Result<Material, AppError> {
        let lists = self.trust.lists();
        let mut crls: Vec<Vec<u8>> = Vec::new();
        for one in certificates.iter().filter(|one| one.subject() != one.issuer()) {
            let of_issuer = lists.iter().filter(|list| list.issuer() == one.issuer());
            let newest = of_issuer.max_by_key(|list| list.this_update()).ok_or_else(|| {
                let detail = format!(
                    "the trust folder has no revocation list of {}; ask for level t or import it",
                    one.issuer()
                );
                AppError::Refused { code: "validation_material_missing", detail }
            })?;
            if !crls.iter().any(|known| known == newest.der()) {
                crls.push(newest.der().to_vec());
            }
        }
        let certificates = certificates.iter().map(|one| one.der().to_vec()).collect();
        Ok(Material { certificates, crls, ocsp_responses: Vec::new() })
    }
}
