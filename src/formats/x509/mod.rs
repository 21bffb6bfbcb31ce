//! X.509 certificates: reading, making, chaining, and their revocation lists (RFC 5280; GB/T 20518
//! for SM2). `CONFORMANCE.md` says clause by clause what is enforced and where.
//!
//! Reading is strict about structure and lenient where certificates in use are odd: string types in
//! names, `FALSE` written out, long serial numbers, absent or NULL parameters. What counts for a
//! decision is judged in [`path`].

mod certificate;
pub mod crl;
pub mod extension;
pub mod general_name;
pub mod name;
pub mod ocsp;
pub mod path;
mod pem;
pub mod policy;
pub mod profile;
pub mod request;
pub mod revocation;
mod signed;
#[cfg(test)]
pub(crate) mod testpki;

pub use certificate::{
    CERTIFICATE_BYTES_MAX, Certificate, CertificateSignatureError, Version, X509Error,
};
pub use extension::{Extensions, KeyUsage};
pub use general_name::GeneralName;
pub use name::Name;
pub use pem::{PemError, pem_blocks, to_pem};
