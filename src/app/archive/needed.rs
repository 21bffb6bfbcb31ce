//! Whose revocation lists the verdict on a file hangs on.

use formats::examine::{Payload, SignatureFacts, examine};
use formats::pdf::Limits;
use formats::x509::{Certificate, Name};

/// Whoever certified one of those who signed, sealed or stamped a file, one of `others`, or one of
/// `between` above them.
pub(super) fn issuers(file: &[u8], others: &[Certificate], between: &[Certificate]) -> Vec<Name> {
    let facts = examine(file, None, &Limits::default());
    let mut met: Vec<Certificate> = others.to_vec();
    for kept in facts.document.iter().flat_map(|document| &document.kept) {
        met.extend_from_slice(&kept.certificates);
    }
    facts.signatures.iter().flatten().for_each(|one| met.extend(named(one)));
    loop {
        let above = |one: &&Certificate| {
            !met.contains(one) && met.iter().any(|below| below.issuer() == one.subject())
        };
        match between.iter().find(above) {
            Some(one) => met.push(one.clone()),
            None => break,
        }
    }
    let certified = met.iter().filter(|one| one.issuer() != one.subject());
    certified.map(|one| one.issuer().clone()).collect()
}

/// Every certificate that a signature and its stamps name.
fn named(signature: &SignatureFacts) -> Vec<Certificate> {
    let mut met = Vec::new();
    let stamps = signature.stamps.iter().filter_map(|one| Some(&one.token.as_ref().ok()?.message));
    let message = match &signature.payload {
        Payload::Cms(message) => Some(&**message),
        Payload::TimeStamp(stamp) => Some(&stamp.message),
        Payload::Ses(seal) => {
            met.extend([&seal.signer, &seal.seal.maker].into_iter().flatten().cloned());
            None
        }
        Payload::Seal(seal) => {
            met.extend(seal.maker.as_ref().ok().cloned());
            None
        }
        Payload::Certificate(_) | Payload::Unreadable(_) => None,
    };
    for message in stamps.chain(message) {
        met.extend(message.signer.as_ref().ok().cloned());
        met.extend_from_slice(&message.certificates);
    }
    met
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority(name: &str) -> Certificate {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../certs-test");
        let pem = std::fs::read_to_string(format!("{folder}/{name}/certificate.pem"));
        Certificate::from_pem(&pem.expect("read")).expect("a certificate")
    }

    #[test]
    fn of_each_form_the_authorities_that_certified_its_signers() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/sealed");
        let between = [authority("ca-sm2"), authority("ca-rsa")];
        for (form, sm2, rsa) in [("sm2", true, false), ("rsa", false, true), ("both", true, true)] {
            let file = std::fs::read(format!("{folder}/{form}.pdf")).expect("read");
            let found = issuers(&file, &[], &between);
            let has = |one: &Certificate| {
                // Its own list, and that of whoever certified it.
                found.contains(one.subject()) && found.contains(one.issuer())
            };
            assert_eq!((has(&between[0]), has(&between[1])), (sm2, rsa), "{form}");
        }
        let stamper = authority("time-stamper-rsa");
        let found = issuers(b"words", std::slice::from_ref(&stamper), &between);
        assert!(found.contains(stamper.issuer()) && !found.contains(between[0].subject()));
    }
}
