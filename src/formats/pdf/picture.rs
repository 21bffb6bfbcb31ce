//! A seal picture as an image XObject (ISO 32000-2, 8.9.5): PNG decoded, JPEG as it is.

use crate::png_chunks::has_whole_colors;
use flate2::{Compression, write::ZlibEncoder};
use std::io::Write;
use std::sync::Arc;

use super::Limits;

/// Why bytes are not a usable seal picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Neither PNG nor JPEG.
    #[error("the picture is neither PNG nor JPEG")]
    Kind,
    /// More pixels than [`Limits::picture_pixels_max`].
    #[error("the picture has {width} × {height} pixels")]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The data is damaged or of a kind that PDF cannot show.
    #[error("the picture cannot be read: {0}")]
    Malformed(String),
}

/// The samples that a viewer shows.
#[derive(Clone, PartialEq, Eq)]
pub enum Samples {
    /// Decoded: red, green, blue for each pixel, and opacity unless all is opaque.
    Pixels {
        /// Three bytes a pixel, top row first.
        rgb: Vec<u8>,
        /// One byte a pixel.
        alpha: Option<Vec<u8>>,
    },
    /// A JPEG file, shown by the viewer's decoder.
    Jpeg(Vec<u8>),
}

impl std::fmt::Debug for Samples {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pixels { rgb, alpha } => {
                write!(out, "Pixels({} bytes, alpha: {})", rgb.len(), alpha.is_some())
            }
            Self::Jpeg(bytes) => write!(out, "Jpeg({} bytes)", bytes.len()),
        }
    }
}

/// A picture and its decoded form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// What is shown.
    pub samples: Samples,
}

impl Picture {
    /// Reads a PNG (any color type; 16-bit samples shortened to 8) or a JPEG of one or three components.
    ///
    /// # Errors
    /// When the bytes are neither, are damaged, or the picture is too large; the size is checked
    /// from the header, before anything is decoded.
    pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Self, PictureError> {
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => decode_png(bytes, limits),
            [0xff, 0xd8, 0xff, ..] => {
                let header = JpegHeader::read(bytes)?;
                let (width, height) = (header.width.into(), header.height.into());
                check_size(width, height, limits)?;
                Ok(Self { width, height, samples: Samples::Jpeg(bytes.to_vec()) })
            }
            _ => Err(PictureError::Kind),
        }
    }
}

fn check_size(width: u32, height: u32, limits: &Limits) -> Result<(), PictureError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > limits.picture_pixels_max {
        return Err(PictureError::TooLarge { width, height });
    }
    Ok(())
}

fn decode_png(bytes: &[u8], limits: &Limits) -> Result<Picture, PictureError> {
    let malformed = |error: png::DecodingError| PictureError::Malformed(error.to_string());
    if !has_whole_colors(bytes) {
        return Err(PictureError::Malformed("a color of its palette is cut off".to_owned()));
    }
    let decoded_max =
        usize::try_from(limits.picture_pixels_max).unwrap_or(usize::MAX).saturating_mul(8);
    let mut decoder = png::Decoder::new_with_limits(
        std::io::Cursor::new(bytes),
        png::Limits { bytes: decoded_max },
    );
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(malformed)?;
    let (width, height) = (reader.info().width, reader.info().height);
    check_size(width, height, limits)?;
    let size = reader.output_buffer_size().ok_or(PictureError::TooLarge { width, height })?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(malformed)?;
    pixels.truncate(frame.buffer_size());
    let (rgb, alpha) = split(pixels, frame.color_type);
    let alpha = alpha.filter(|alpha| alpha.iter().any(|&value| value != 255));
    Ok(Picture { width, height, samples: Samples::Pixels { rgb, alpha } })
}

fn split(pixels: Vec<u8>, kind: png::ColorType) -> (Vec<u8>, Option<Vec<u8>>) {
    match kind {
        // normalize_to_color8 has expanded palettes.
        png::ColorType::Rgb | png::ColorType::Indexed => (pixels, None),
        png::ColorType::Grayscale => (gray_as_rgb(&pixels), None),
        png::ColorType::GrayscaleAlpha => {
            let (pixels, _) = pixels.as_chunks();
            let gray: Vec<u8> = pixels.iter().map(|&[gray, _]| gray).collect();
            (gray_as_rgb(&gray), Some(pixels.iter().map(|&[_, opacity]| opacity).collect()))
        }
        png::ColorType::Rgba => {
            let (pixels, _) = pixels.as_chunks();
            let rgb = pixels.iter().map(|&[red, green, blue, _]| [red, green, blue]);
            let rgb: Vec<[u8; 3]> = rgb.collect();
            let alpha = pixels.iter().map(|&[.., opacity]: &[u8; 4]| opacity);
            (rgb.into_flattened(), Some(alpha.collect()))
        }
    }
}

/// Three equal samples for each one.
pub(crate) fn gray_as_rgb(gray: &[u8]) -> Vec<u8> {
    let rgb: Vec<[u8; 3]> = gray.iter().map(|&sample| [sample; 3]).collect();
    rgb.into_flattened()
}

/// The frame header of a JPEG (ITU-T T.81, B.2.2).
struct JpegHeader {
    width: u16,
    height: u16,
    components: u8,
}

impl JpegHeader {
    fn read(bytes: &[u8]) -> Result<Self, PictureError> {
        let malformed = |what: &str| PictureError::Malformed(what.to_owned());
        let mut rest = &bytes[2..];
        while let [0xff, marker, after @ ..] = rest {
            if *marker == 0xff {
                rest = &rest[1..];
                continue;
            }
            let length = after.first_chunk().map(|length| u16::from_be_bytes(*length));
            let segment = length.filter(|length| *length >= 2);
            let segment = segment.and_then(|length| after.get(2..usize::from(length)));
            let segment = segment.ok_or_else(|| malformed("JPEG segment cut short"))?;
            if matches!(marker, 0xc0..=0xc2) {
                let [8, h1, h0, w1, w0, components @ (1 | 3), ..] = *segment else {
                    return Err(malformed("JPEG that is not 8-bit gray or color"));
                };
                let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
                return Ok(Self { width, height, components });
            }
            if matches!(marker, 0xc3..=0xcf if ![0xc4, 0xc8, 0xcc].contains(marker)) {
                return Err(malformed("JPEG of an unusual process"));
            }
            if matches!(marker, 0xd8..=0xda) {
                break;
            }
            rest = &after[2 + segment.len()..];
        }
        Err(malformed("JPEG without a frame"))
    }
}

/// A seal picture ready to be drawn: decoded and compressed once, used for many sealings.
#[derive(Clone, Debug)]
pub struct SealPicture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Dictionary entries and data of the image stream.
    pub(crate) image: Arc<(String, Vec<u8>)>,
    pub(crate) mask: Option<Arc<(String, Vec<u8>)>>,
}

impl SealPicture {
    /// Prepares the picture file of a seal (PNG or JPEG).
    ///
    /// # Errors
    /// As [`Picture::decode`].
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, PictureError> {
        let picture = Picture::decode(bytes, limits)?;
        let (width, height) = (picture.width, picture.height);
        let (image, mask) = match &picture.samples {
            Samples::Pixels { rgb, alpha } => (
                (entries(width, height, "DeviceRGB", "FlateDecode"), deflate(rgb)),
                alpha.as_ref().map(|alpha| {
                    (entries(width, height, "DeviceGray", "FlateDecode"), deflate(alpha))
                }),
            ),
            Samples::Jpeg(data) => {
                let gray = JpegHeader::read(data)?.components == 1;
                let space = if gray { "DeviceGray" } else { "DeviceRGB" };
                ((entries(width, height, space, "DCTDecode"), data.clone()), None)
            }
        };
        Ok(Self { width, height, image: Arc::new(image), mask: mask.map(Arc::new) })
    }

    /// The image as a stream: the inside of its dictionary, without length and mask, and its data.
    #[must_use]
    pub fn image(&self) -> (&str, &[u8]) {
        (&self.image.0, &self.image.1)
    }

    /// The opacity of an image that is not opaque, likewise.
    #[must_use]
    pub fn mask(&self) -> Option<(&str, &[u8])> {
        self.mask.as_ref().map(|mask| (mask.0.as_str(), mask.1.as_slice()))
    }

    /// Width over height.
    #[must_use]
    pub fn aspect(&self) -> f64 {
        f64::from(self.width) / f64::from(self.height)
    }
}

fn entries(width: u32, height: u32, space: &str, filter: &str) -> String {
    format!(
        "/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /{space} \
         /BitsPerComponent 8 /Filter /{filter}"
    )
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // A Vec takes every write.
    encoder.write_all(data).and_then(|()| encoder.finish()).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A PNG file of the given color type.
    pub(crate) fn png(width: u32, height: u32, color: png::ColorType, pixels: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        if color == png::ColorType::Indexed {
            encoder.set_palette(vec![255, 0, 0, 0, 0, 255]);
            encoder.set_trns(vec![128]);
        }
        let mut writer = encoder.write_header().expect("header");
        writer.write_image_data(pixels).expect("pixels");
        writer.finish().expect("end");
        file
    }

    #[test]
    fn every_color_type_becomes_rgb_and_alpha() {
        let limits = Limits::default();
        for (color, pixels, rgb, alpha) in [
            (png::ColorType::Grayscale, vec![7, 9], vec![7, 7, 7, 9, 9, 9], None),
            (
                png::ColorType::GrayscaleAlpha,
                vec![7, 0, 9, 255],
                vec![7, 7, 7, 9, 9, 9],
                Some(vec![0, 255]),
            ),
            (png::ColorType::Rgb, vec![1, 2, 3, 4, 5, 6], vec![1, 2, 3, 4, 5, 6], None),
            (png::ColorType::Rgba, vec![1, 2, 3, 255, 4, 5, 6, 255], vec![1, 2, 3, 4, 5, 6], None),
            (png::ColorType::Indexed, vec![0, 1], vec![255, 0, 0, 0, 0, 255], Some(vec![128, 255])),
        ] {
            let file = png(2, 1, color, &pixels);
            let picture = Picture::decode(&file, &limits).expect("decodes");
            assert_eq!(picture.samples, Samples::Pixels { rgb, alpha }, "{color:?}");
            assert!(SealPicture::read(&file, &limits).is_ok());
        }
    }

    #[test]
    fn a_palette_with_a_part_of_a_color_is_refused() {
        for length in [1, 2, 4, 5, 7] {
            let mut file = Vec::new();
            let mut encoder = png::Encoder::new(&mut file, 2, 1);
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_palette(vec![7; length]);
            let mut writer = encoder.write_header().expect("header");
            writer.write_image_data(&[0, 0]).expect("pixels");
            writer.finish().expect("end");
            let read = Picture::decode(&file, &Limits::default());
            assert!(matches!(read, Err(PictureError::Malformed(_))), "{length}: {read:?}");
        }
    }

    #[test]
    fn refused_before_decoding() {
        let limits = Limits { picture_pixels_max: 10, ..Limits::default() };
        let file = png(11, 1, png::ColorType::Grayscale, &[0; 11]);
        assert_eq!(
            Picture::decode(&file, &limits),
            Err(PictureError::TooLarge { width: 11, height: 1 })
        );
        assert_eq!(Picture::decode(b"GIF89a", &limits), Err(PictureError::Kind));
        let cut = png(2, 2, png::ColorType::Grayscale, &[0; 4]);
        assert!(matches!(Picture::decode(&cut[..40], &limits), Err(PictureError::Malformed(_))));
    }

    #[test]
    fn jpeg_header() {
        let frame = |components: u8| {
            let mut file =
                vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 9, 8, 0, 2, 0, 3];
            file.extend([components, 1]);
            file
        };
        let picture = Picture::decode(&frame(3), &Limits::default()).expect("three components");
        assert_eq!((picture.width, picture.height), (3, 2));
        assert!(Picture::decode(&frame(4), &Limits::default()).is_err());
        assert!(Picture::decode(&[0xff, 0xd8, 0xff], &Limits::default()).is_err());
    }
}
