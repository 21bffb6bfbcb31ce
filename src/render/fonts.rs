//! The fonts of licenses: built-in subsets, then more given as bytes.

use crate::error::RenderError;
use crate::pdf::{Stock, Stocks};
use domain::catalogue::{Font as Role, LicenseType};
use skrifa::raw::TableProvider;
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider};
use std::sync::Arc;

/// A font cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    /// Not a TrueType or OpenType font, or damaged.
    #[error("font {index} of the list is not a usable TrueType or OpenType font")]
    Unreadable {
        /// Place in the list, from 0.
        index: usize,
    },
    /// Its maker forbids embedding (OS/2 fsType).
    #[error("font {index} of the list may not be embedded in documents")]
    Restricted {
        /// Place in the list, from 0.
        index: usize,
    },
}

/// Fonts in the order in which a character is looked for. Parsed once; cheap to clone.
#[derive(Clone)]
pub struct Fonts(Arc<Known>);

struct Known {
    faces: Vec<Face>,
    stocks: Stocks,
}

/// Index of a face in [`Fonts`].
pub(crate) type FaceIndex = usize;

pub(crate) struct Face {
    data: Data,
    /// Index in a collection.
    index: u32,
}

enum Data {
    BuiltIn(&'static [u8]),
    Given(Arc<Vec<u8>>),
}

impl Face {
    /// The font for measuring and outlines.
    pub(crate) fn font(&self) -> FontRef<'_> {
        // The same bytes and index were read when the face was made.
        FontRef::from_index(self.bytes(), self.index).expect("read before")
    }

    /// The file of the font.
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.data {
            Data::BuiltIn(bytes) => bytes,
            Data::Given(bytes) => bytes,
        }
    }

    /// Which font of the file, when it is a collection.
    pub(crate) const fn index(&self) -> u32 {
        self.index
    }
}

const TITLE: FaceIndex = 0;
const SONG: FaceIndex = 1;
const SANS: FaceIndex = 2;
const GIVEN: FaceIndex = 3;

impl Fonts {
    /// The built-in fonts: GB 2312 and the Table of General Standard Chinese Characters.
    #[must_use]
    pub fn embedded() -> Self {
        // The files are compiled in and read by every test of this crate.
        Self::load(Vec::new()).expect("the built-in fonts are readable")
    }

    /// The built-in fonts, then these, for rare characters. Of a collection, the face for
    /// simplified Chinese is taken.
    ///
    /// # Errors
    /// The first font that cannot be read or may not be embedded.
    pub fn load(extra: Vec<Vec<u8>>) -> Result<Self, FontError> {
        let built_in: [&'static [u8]; GIVEN] = [
            include_bytes!("fonts/SongTitle.ttf"),
            include_bytes!("fonts/Song.ttf"),
            include_bytes!("fonts/Sans.ttf"),
        ];
        let mut faces = Vec::new();
        for (index, bytes) in built_in.into_iter().enumerate() {
            FontRef::new(bytes).map_err(|_| FontError::Unreadable { index })?;
            faces.push(Face { data: Data::BuiltIn(bytes), index: 0 });
        }
        for (index, bytes) in extra.into_iter().enumerate() {
            faces.push(given(Arc::new(bytes), index)?);
        }
        Ok(Self(Arc::new(Known { faces, stocks: Stocks::default() })))
    }

    pub(crate) fn face(&self, index: FaceIndex) -> Option<&Face> {
        self.0.faces.get(index)
    }

    /// What all licenses of a type are drawn with.
    pub(crate) fn stock(
        &self,
        license_type: &LicenseType,
        sample_mark: bool,
    ) -> Result<Arc<Stock>, RenderError> {
        self.0.stocks.of(license_type, sample_mark, self)
    }

    pub(crate) fn faces(&self) -> impl Iterator<Item = &Face> {
        self.0.faces.iter()
    }

    /// The faces in which a text of this role looks for its characters, best first.
    pub(crate) fn order(&self, role: Role) -> impl Iterator<Item = FaceIndex> + use<> {
        let built_in = match role {
            Role::Title => [TITLE, SONG, SANS],
            Role::Song => [SONG, SANS, TITLE],
            Role::Sans => [SANS, SONG, TITLE],
        };
        built_in.into_iter().chain(GIVEN..self.0.faces.len())
    }
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fonts({} faces)", self.0.faces.len())
    }
}

fn given(bytes: Arc<Vec<u8>>, index: usize) -> Result<Face, FontError> {
    let unreadable = || FontError::Unreadable { index };
    let in_collection = simplified_chinese(&bytes);
    let font = FontRef::from_index(&bytes, in_collection).map_err(|_| unreadable())?;
    if !font.charmap().has_map() || font.head().is_err() || font.hmtx().is_err() {
        return Err(unreadable());
    }
    // OpenType OS/2 fsType, bit 1: restricted license embedding.
    if font.os2().is_ok_and(|os2| os2.fs_type() & 0x000F == 0x0002) {
        return Err(FontError::Restricted { index });
    }
    Ok(Face { data: Data::Given(bytes), index: in_collection })
}

/// Index of the face named `… SC` in a collection; 0 where there is none.
fn simplified_chinese(bytes: &[u8]) -> u32 {
    let named = |font: &FontRef<'_>| {
        let names = font.localized_strings(StringId::FAMILY_NAME);
        names.into_iter().any(|name| name.chars().collect::<String>().ends_with(" SC"))
    };
    let faces = FontRef::fonts(bytes).take(64);
    let found = faces.enumerate().find(|(_, font)| font.as_ref().is_ok_and(named));
    found.map_or(0, |(index, _)| u32::try_from(index).unwrap_or(0))
}
