//! Validation material of a sealed file: what its signatures need when their certificates are gone.

use super::{Instrument, Order, Signer};
use crate::{App, AppError, SealForm};
use formats::examine::examine;
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
        let material = self.material(&self.signers(file, instrument, order.form)?)?;
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
        file: &[u8],
        instrument: &Instrument,
        form: SealForm,
    ) -> Result<Vec<Certificate>, AppError> {
        let mut signers: Vec<Signer> = Vec::new();
        if form != SealForm::Sm2 {
            signers.extend(instrument.document_signer.clone());
        }
        if form != SealForm::Pades {
            signers.extend(instrument.sealer.clone());
        }
        let mut certificates: Vec<Certificate> = Vec::new();
        let held = signers.into_iter().flat_map(|one| [vec![one.certificate], one.chain].concat());
        let held = held.chain(stampers(file));
        // The anchors too: validators look among these for whoever signed a list.
        let trust = self.trust.now();
        for one in held.chain(trust.trust.anchor_certificates().cloned()) {
            let wanted = certificates.iter().any(|below| below.issuer() == one.subject());
            let anchor = one.subject() == one.issuer();
            if !certificates.contains(&one) && (wanted || !anchor) {
                certificates.push(one);
            }
        }
        Ok(certificates)
    }

    fn material(&self, certificates: &[Certificate]) -> Result<Material, AppError> {
        let trust = self.trust.now();
        let lists = trust.trust.lists();
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

/// The certificates of those who stamped the signatures of a file: whoever stamps all of it is among
/// them.
fn stampers(file: &[u8]) -> Vec<Certificate> {
    let signatures = examine(file, None, &Limits::default()).signatures.unwrap_or_default();
    let tokens = signatures.iter().flat_map(|one| &one.stamps);
    let messages = tokens.filter_map(|one| Some(&one.token.as_ref().ok()?.message));
    let certificates =
        messages.flat_map(|one| one.signer.as_ref().ok().into_iter().chain(&one.certificates));
    certificates.cloned().collect()
}
