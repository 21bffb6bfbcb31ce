//! Seal pictures ready to be drawn: decoding and compressing one takes longer than sealing with it.

use crate::lately::Lately;
use domain::digest::Sha256;
use formats::pdf::{Limits, PictureError, SealPicture};

/// Tens of kilobytes each.
const PICTURES_MAX: usize = 256;

/// The pictures that were used lately, by what they were made of.
pub(crate) type Pictures = Lately<SealPicture, PICTURES_MAX>;

impl Pictures {
    /// The picture in this file (PNG or JPEG).
    ///
    /// # Errors
    /// As [`SealPicture::read`].
    pub(crate) fn read(&self, file: &[u8]) -> Result<SealPicture, PictureError> {
        let digest = Sha256::of(file);
        if let Some(known) = self.find(digest) {
            return Ok(known);
        }
        let picture = SealPicture::read(file, &Limits::default())?;
        self.remember(digest, picture.clone());
        Ok(picture)
    }
}
