//! Time-stamp tokens (RFC 3161; GB/T 20520 follows it): what was stamped, and when.

mod build;

pub use build::{TokenDraft, prepare_token};

use crate::algorithm::Digest;
use crate::cms::{self, CmsError, CmsFacts, SignedData};
use crate::der::{DerError, Reader, tag};
use crate::oid;
use crate::proof::DigestFact;
use time::OffsetDateTime;

/// Facts about a token.
#[derive(Clone, Debug)]
pub struct TimeStampFacts {
    /// The signed message around it.
    pub message: CmsFacts,
    /// When it was stamped, by the authority's word.
    pub time: OffsetDateTime,
    /// Whether what was stamped is what is here.
    pub imprint: DigestFact,
}

/// Why bytes are not a time-stamp token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TspError {
    /// Not a signed message with one signer.
    #[error(transparent)]
    Message(#[from] CmsError),
    /// Its content is not `TSTInfo`.
    #[error("the content is not that of a time stamp")]
    NotATimeStamp,
    /// `TSTInfo` is malformed.
    #[error("the time stamp's content: {0}")]
    Content(#[from] DerError),
}

/// True when a signed message is a time-stamp token, by the type of its content.
#[must_use]
pub fn is_token(der: &[u8]) -> bool {
    SignedData::parse(der).is_ok_and(|read| read.content_type == oid::TST_INFO)
}

/// Reads a token and checks it against what it should have stamped, in parts.
///
/// # Errors
/// The bytes are no token; everything else is a fact.
pub fn examine(token: &[u8], stamped: Option<&[&[u8]]>) -> Result<TimeStampFacts, TspError> {
    let read = SignedData::parse(token)?;
    let content = read.content.filter(|_| read.content_type == oid::TST_INFO);
    let info = TstInfo::read(content.ok_or(TspError::NotATimeStamp)?)?;
    let imprint = match info.digest {
        Some(digest) => DigestFact::of(info.imprint, digest, stamped),
        None => DigestFact::Absent,
    };
    Ok(TimeStampFacts { message: cms::examine(token, None)?, time: info.time, imprint })
}

/// `TSTInfo ::= SEQUENCE { version, policy, messageImprint, serialNumber, genTime, … }`
/// (RFC 3161, 2.4.2); what follows is not needed for a judgement.
struct TstInfo<'a> {
    /// None when the algorithm is not supported.
    digest: Option<Digest>,
    imprint: &'a [u8],
    time: OffsetDateTime,
}

impl<'a> TstInfo<'a> {
    fn read(content: &'a [u8]) -> Result<Self, DerError> {
        let mut reader = Reader::only(content, tag::SEQUENCE)?.reader();
        reader.read(tag::INTEGER)?;
        reader.read(tag::OID)?;
        let mut imprint = reader.sequence()?;
        let algorithm = imprint.sequence()?.any()?.oid()?;
        let value = imprint.read(tag::OCTET_STRING)?.content();
        imprint.finish()?;
        reader.read(tag::INTEGER)?;
        let time = reader.read(tag::GENERALIZED_TIME)?.time()?;
        Ok(Self { digest: Digest::from_oid(&algorithm), imprint: value, time })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithm::{KeyKind, SM2_DEFAULT_ID, Suite};
    use crate::proof::SignatureFact;
    use crate::sample::{TestRandom, sample, signer};
    use time::macros::datetime;

    /// The token over the signature value of a sample with one.
    fn stamped() -> Option<CmsFacts> {
        let pdf = sample("tsp", "pdf/signed/pades-lta-dss-indirect-arrs-test.pdf")?;
        // The page has /Contents too: a reference, not a hexadecimal string.
        let open = pdf.windows(11).position(|w| w == b"/Contents <" && w[10] == b'<')? + 10;
        let close = open + pdf[open..].iter().position(|byte| *byte == b'>')?;
        let contents = hex::decode(&pdf[open + 1..close]).expect("hexadecimal");
        let der = crate::container::payload(&contents).expect("an element").der;
        Some(cms::examine(der, None).expect("a message"))
    }

    #[test]
    fn a_real_token_over_a_signature_value() {
        let Some(facts) = stamped() else { return };
        let token = &facts.time_stamps[0];
        assert!(is_token(token));
        let own = examine(token, Some(&[&facts.signature_value])).expect("a token");
        assert!(matches!(own.imprint, DigestFact::Equal(_)));
        assert!(matches!(own.message.data, DigestFact::Equal(_)));
        assert!(matches!(own.message.signature, SignatureFact::Verified { .. }));
        assert_eq!(own.time.year(), 2020);
        let other = examine(token, Some(&[b"another value"])).expect("a token");
        assert!(matches!(other.imprint, DigestFact::Different(_)));
    }

    #[test]
    fn what_is_made_is_read() {
        let (key, signer) = signer(KeyKind::Sm2, 9);
        let suite = Suite::Sm2Sm3;
        let draft = TokenDraft {
            signer: &signer,
            chain: &[],
            suite,
            policy: &oid::ANY_POLICY,
            digest: Digest::Sm3,
            imprint: &Digest::Sm3.hash(&[b"a value"]),
            serial: &[1, 2, 3],
            time: datetime!(2026-03-02 01:15:04 UTC),
            nonce: Some(&[0x80]),
        };
        let prepared = prepare_token(&draft).expect("a token");
        let value = key.sign(suite, SM2_DEFAULT_ID, prepared.message(), &mut TestRandom);
        let token = prepared.complete(&value.expect("a signature"), None);
        let facts = examine(&token, Some(&[b"a ", b"value"])).expect("a token");
        assert_eq!((facts.time, facts.imprint), (draft.time, DigestFact::Equal(Digest::Sm3)));
        assert!(matches!(facts.message.signature, SignatureFact::Verified { .. }));
        assert_eq!(facts.message.irregular, []);
        let short = TokenDraft { imprint: &[0; 20], ..draft };
        assert!(matches!(prepare_token(&short), Err(cms::BuildError::Digest { .. })));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        assert!(matches!(examine(&[1, 2, 3], None), Err(TspError::Message(_))));
        let Some(message) = sample("tsp", "cms/cfca-sadk-attached-noattr.der") else { return };
        assert_eq!(examine(&message, None).err(), Some(TspError::NotATimeStamp));
        assert!(!is_token(&message));
    }
}
