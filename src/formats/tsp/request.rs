//! Asking for a time stamp (RFC 3161, 2.4.1).

use super::info;
use super::response::Failure;
use crate::algorithm::Digest;
use crate::der::{DerError, Reader, tag, write};
use crate::oid::Oid;

/// Largest request read: an imprint, a policy and a nonce stay below 200 bytes.
const REQUEST_BYTES_MAX: usize = 4096;

/// `TimeStampReq ::= SEQUENCE { version 1, messageImprint, reqPolicy OPTIONAL, nonce OPTIONAL,
/// certReq DEFAULT FALSE, extensions [0] OPTIONAL }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStampRequest {
    /// Algorithm of the imprint.
    pub digest: Digest,
    /// Digest of what is to be stamped.
    pub imprint: Vec<u8>,
    /// The policy asked for; any when none.
    pub policy: Option<Oid>,
    /// Content of a number that comes back.
    pub nonce: Option<Vec<u8>>,
    /// Whether the authority's certificate shall be carried in the token.
    pub certificates: bool,
}

/// Why a request is not answered with a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Not a request, and where it stops being one.
    #[error("not a time-stamp request: {0}")]
    Der(#[from] DerError),
    /// Larger than any request.
    #[error("a time-stamp request of {0} bytes")]
    TooLarge(usize),
    /// Another version than 1.
    #[error("a time-stamp request of another version than 1")]
    Version,
    /// An imprint by an algorithm that is not supported.
    #[error("the digest algorithm of the imprint is not supported")]
    Algorithm,
    /// An imprint that is not of its algorithm.
    #[error("the imprint has not the length of its algorithm")]
    Imprint,
    /// Something is asked for that is not known here.
    #[error("extensions of time-stamp requests are not supported")]
    Extension,
}

impl RequestError {
    /// What the authority answers.
    #[must_use]
    pub fn failure(&self) -> Failure {
        match self {
            Self::Der(_) | Self::TooLarge(_) | Self::Imprint => Failure::BadDataFormat,
            Self::Version => Failure::BadRequest,
            Self::Algorithm => Failure::BadAlgorithm,
            Self::Extension => Failure::UnacceptedExtension,
        }
    }
}

impl TimeStampRequest {
    /// A request to stamp `stamped`, in parts, with the certificate in the token; the nonce should
    /// be random, of eight bytes and more, and fewer than a hundred.
    #[must_use]
    pub fn new(digest: Digest, stamped: &[&[u8]], nonce: Option<&[u8]>) -> Self {
        // An INTEGER so short has a header of two bytes.
        let content = |number: &[u8]| write::unsigned(number)[2..].to_vec();
        Self {
            digest,
            imprint: digest.hash(stamped),
            policy: None,
            nonce: nonce.map(content),
            certificates: true,
        }
    }

    /// The request as it is sent.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let certificates = if self.certificates { write::boolean(true) } else { Vec::new() };
        write::sequence(&[
            &write::integer(1),
            &info::to_imprint(self.digest, &self.imprint),
            &self.policy.as_ref().map_or_else(Vec::new, write::oid),
            &self.nonce.as_deref().map_or_else(Vec::new, |nonce| write::tlv(tag::INTEGER, nonce)),
            &certificates,
        ])
    }

    /// Reads a request; nothing may follow it.
    ///
    /// # Errors
    /// Not a request that can be answered, and why.
    pub fn parse(der: &[u8]) -> Result<Self, RequestError> {
        if der.len() > REQUEST_BYTES_MAX {
            return Err(RequestError::TooLarge(der.len()));
        }
        let mut fields = Reader::only(der, tag::SEQUENCE)?.reader();
        if fields.read(tag::INTEGER)?.small_integer()? != 1 {
            return Err(RequestError::Version);
        }
        let (digest, imprint) = info::imprint(fields.read(tag::SEQUENCE)?)?;
        let policy = fields.optional(tag::OID)?.map(|field| field.oid()).transpose()?;
        let nonce = fields.optional(tag::INTEGER)?.map(info::number).transpose()?;
        let certificates =
            fields.optional(tag::BOOLEAN)?.map_or(Ok(false), |field| field.boolean())?;
        let extensions = fields.optional(tag::context(0))?;
        fields.finish()?;
        let digest = digest.ok_or(RequestError::Algorithm)?;
        if imprint.len() != digest.len() {
            return Err(RequestError::Imprint);
        }
        if extensions.is_some() {
            return Err(RequestError::Extension);
        }
        let (imprint, nonce) = (imprint.to_vec(), nonce.map(<[u8]>::to_vec));
        Ok(Self { digest, imprint, policy, nonce, certificates })
    }
}
