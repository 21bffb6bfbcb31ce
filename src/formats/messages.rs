//! What the key of each signature in a document was given to sign: to find it in a ledger.

use crate::cms::SignedData;
use crate::container::{self, Kind};
use crate::pdf::{PdfFacts, SignedField};
use crate::ses::SealSignature;
use crate::sm::sm3;

/// `/Type` of a time stamp over a document (ISO 32000-2, 12.8.5).
const TIME_STAMP: &str = "DocTimeStamp";

/// SM3 of the message of every signature of a PDF, in the order of the file; `None` for one whose
/// message cannot be told. Time stamps over the document are left out: who asks for one does not
/// sign.
#[must_use]
pub fn message_digests(facts: &PdfFacts) -> Vec<Option<[u8; 32]>> {
    let fields = facts.signatures.iter().map(|facts| &facts.signed);
    let signed = fields.filter(|field| field.type_name.as_deref() != Some(TIME_STAMP));
    signed.map(digest).collect()
}

fn digest(field: &SignedField) -> Option<[u8; 32]> {
    let payload = container::payload(&field.contents)?;
    match payload.kind {
        Kind::Cms => {
            let message = SignedData::parse(payload.der).ok()?;
            let [signer] = &message.signers[..] else { return None };
            Some(sm3(&signer.signed_attributes.as_ref()?.signed_bytes()))
        }
        Kind::SealSignature => Some(sm3(&[SealSignature::parse(payload.der).ok()?.to_sign])),
        _ => None,
    }
}
