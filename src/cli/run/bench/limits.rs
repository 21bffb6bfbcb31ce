//! What the machine can do at most: durable writes to the disk, signatures on one processor.

use crate::cli::exit::Failure;
use app::SystemRandom;
use formats::algorithm::{Digest, KeyKind, PrivateKey, SM2_DEFAULT_ID, Suite};
use serde::Serialize;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

const FOR: Duration = Duration::from_secs(1);
/// What one small transaction appends to the log of the register.
const PAGE: [u8; 4096] = [0x5a; 4096];

/// How often in a second.
#[derive(Debug, Serialize)]
pub(super) struct Limits {
    /// Appends of 4 KiB brought to the disk, one after the other; absent where the service's disk
    /// is not known.
    pub(super) fsyncs: Option<u64>,
    /// SM2 signatures over a short message.
    pub(super) sm2_signatures: u64,
    /// ECDSA signatures with P-256 and SHA-256.
    pub(super) p256_signatures: u64,
}

impl Limits {
    pub(super) fn measure(data: Option<&Path>) -> Result<Self, Failure> {
        Ok(Self {
            fsyncs: data.map(fsyncs).transpose()?,
            sm2_signatures: signatures(&KeyKind::Sm2, Suite::Sm2Sm3)?,
            p256_signatures: signatures(&KeyKind::P256, Suite::EcdsaP256(Digest::Sha256))?,
        })
    }
}

fn fsyncs(folder: &Path) -> Result<u64, Failure> {
    let path = folder.join(format!(".bench-{}", std::process::id()));
    let measured = File::create_new(&path).and_then(|mut file| {
        rate(|| {
            file.write_all(&PAGE)?;
            file.sync_data()
        })
    });
    let _ = fs::remove_file(&path);
    measured.map_err(Failure::on(&path))
}

fn signatures(kind: &KeyKind, suite: Suite) -> Result<u64, Failure> {
    let failed = |cause: &dyn std::fmt::Display| Failure::Bench(cause.to_string());
    let key = PrivateKey::generate(kind, &mut SystemRandom).map_err(|cause| failed(&cause))?;
    rate(|| key.sign(suite, SM2_DEFAULT_ID, &PAGE[..64], &mut SystemRandom).map(drop))
        .map_err(|cause| failed(&cause))
}

/// How often something can be done in a second.
fn rate<E>(mut work: impl FnMut() -> Result<(), E>) -> Result<u64, E> {
    let begin = Instant::now();
    let mut count = 0;
    while begin.elapsed() < FOR {
        work()?;
        count += 1;
    }
    Ok(count)
}
