//! Seal pictures ready to be drawn: decoding and compressing one takes longer than sealing with it.

use domain::digest::Sha256;
use formats::pdf::{Limits, PictureError, SealPicture};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Tens of kilobytes each.
const PICTURES_MAX: usize = 256;

/// The pictures that were used lately, by what they were made of.
#[derive(Default)]
pub(crate) struct Pictures(Mutex<HashMap<Sha256, SealPicture>>);

impl Pictures {
    /// The picture in this file (PNG or JPEG).
    ///
    /// # Errors
    /// As [`SealPicture::read`].
    pub(crate) fn read(&self, file: &[u8]) -> Result<SealPicture, PictureError> {
        let digest = Sha256::of(file);
        // A panic elsewhere leaves it whole: it is changed in single steps.
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&digest) {
            return Ok(known.clone());
        }
        let picture = SealPicture::read(file, &Limits::default())?;
        let mut known = lock();
        if known.len() >= PICTURES_MAX {
            known.clear();
        }
        known.insert(digest, picture.clone());
        Ok(picture)
    }
}
