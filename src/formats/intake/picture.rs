//! Pictures, decoded within limits and written anew.

use crate::png_chunks::{has_whole_colors, number};
use jpeg_encoder::{ColorType, Encoder};
use std::io::Cursor;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Pixels of one picture: an A4 page at 500 dpi, and what most phones make. Decoded it has 100 MB at
/// most.
const PIXELS_MAX: u64 = 25_000_000;
/// Longest side: a long receipt.
const SIDE_MAX: u32 = 30_000;
/// Scans of a progressive JPEG: encoders make ten or so, and each costs a pass over the picture.
const SCANS_MAX: usize = 60;
/// Small letters stay legible, and a second writing is not to be seen.
const QUALITY: u8 = 90;

/// Why a picture is not kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadPicture {
    /// By what its header says; nothing was decoded.
    #[error("the picture has more than 25 million pixels, or a side of more than 30,000")]
    TooLarge,
    /// Not what its header says, or not to the end.
    #[error("{0}")]
    Damaged(String),
}

fn damaged(cause: impl std::fmt::Display) -> BadPicture {
    BadPicture::Damaged(cause.to_string())
}

fn within(width: u32, height: u32) -> Result<(), BadPicture> {
    let pixels = u64::from(width) * u64::from(height);
    let fits = pixels <= PIXELS_MAX && width.max(height) <= SIDE_MAX;
    if fits { Ok(()) } else { Err(BadPicture::TooLarge) }
}

/// A PNG as a PNG: of an animation the first picture.
pub(super) fn png(bytes: &[u8]) -> Result<Vec<u8>, BadPicture> {
    // The size stands in the first chunk, before anything that could be long.
    let (Some(width), Some(height)) = (number(bytes, 16), number(bytes, 20)) else {
        return Err(damaged("it ends too early"));
    };
    within(width, height)?;
    if !has_whole_colors(bytes) {
        return Err(damaged("a color of its palette is cut off"));
    }
    let most = usize::try_from(PIXELS_MAX * 8).unwrap_or(usize::MAX); // four samples of 16 bits
    let mut decoder =
        png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: most });
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(damaged)?;
    within(reader.info().width, reader.info().height)?;
    let size = reader.output_buffer_size().ok_or(BadPicture::TooLarge)?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(damaged)?;
    pixels.truncate(frame.buffer_size());
    let mut written = Vec::new();
    let mut encoder = png::Encoder::new(&mut written, frame.width, frame.height);
    encoder.set_color(frame.color_type);
    encoder.set_depth(frame.bit_depth);
    let mut writer = encoder.write_header().map_err(damaged)?;
    writer.write_image_data(&pixels).map_err(damaged)?;
    writer.finish().map_err(damaged)?;
    Ok(written)
}

/// A JPEG as a JPEG, upright: how it was held stands in what is left behind.
pub(super) fn jpeg(bytes: &[u8]) -> Result<Vec<u8>, BadPicture> {
    // Sizes are asked for below, before anything is decoded.
    let options = DecoderOptions::default()
        .set_max_width(u16::MAX.into())
        .set_max_height(u16::MAX.into())
        .set_strict_mode(true)
        .jpeg_set_max_scans(SCANS_MAX);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    decoder.decode_headers().map_err(|cause| damaged(format!("{cause:?}")))?;
    let (width, height) = decoder.dimensions().ok_or_else(|| damaged("it has no size"))?;
    let size = |side: usize| u32::try_from(side).map_err(|_| BadPicture::TooLarge);
    within(size(width)?, size(height)?)?;
    let gray = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let (space, color) =
        if gray { (ColorSpace::Luma, ColorType::Luma) } else { (ColorSpace::RGB, ColorType::Rgb) };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let turn = decoder.exif().and_then(|exif| orientation(exif)).unwrap_or(1);
    let pixels = decoder.decode().map_err(|cause| damaged(format!("{cause:?}")))?;
    let channels = if gray { 1 } else { 3 };
    if pixels.len() != width * height * channels {
        return Err(damaged("it has other pixels than it says"));
    }
    let (pixels, width, height) = upright(pixels, (width, height), channels, turn);
    let mut written = Vec::new();
    let side = |side: usize| u16::try_from(side).map_err(|_| BadPicture::TooLarge);
    let (width, height) = (side(width)?, side(height)?);
    Encoder::new(&mut written, QUALITY).encode(&pixels, width, height, color).map_err(damaged)?;
    Ok(written)
}

/// How the camera was held: tag 0x0112 of the first directory (Exif 2.32, 4.6.4).
fn orientation(exif: &[u8]) -> Option<u16> {
    let big = match exif.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let two = |at: usize| {
        let bytes: [u8; 2] = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let four = |at: usize| {
        let (first, second) = (u32::from(two(at)?), u32::from(two(at + 2)?));
        Some(if big { first << 16 | second } else { second << 16 | first })
    };
    let directory = usize::try_from(four(4)?).ok()?;
    let entries = usize::from(two(directory)?);
    let mut places = (0..entries).map(|entry| directory + 2 + entry * 12);
    let place = places.find(|&place| two(place) == Some(0x0112))?;
    two(place + 8).filter(|turn| (1..=8).contains(turn))
}

/// The pixels as they are to be seen, and their width and height.
fn upright(
    pixels: Vec<u8>,
    (width, height): (usize, usize),
    channels: usize,
    turn: u16,
) -> (Vec<u8>, usize, usize) {
    if turn == 1 {
        return (pixels, width, height);
    }
    let lies = turn >= 5;
    let (across, down) = if lies { (height, width) } else { (width, height) };
    let mut turned = Vec::with_capacity(pixels.len());
    for y in 0..down {
        for x in 0..across {
            let (from_x, from_y) = match turn {
                2 => (width - 1 - x, y),
                3 => (width - 1 - x, height - 1 - y),
                4 => (x, height - 1 - y),
                5 => (y, x),
                6 => (y, height - 1 - x),
                7 => (width - 1 - y, height - 1 - x),
                _ => (width - 1 - y, x),
            };
            let at = (from_y * width + from_x) * channels;
            turned.extend_from_slice(&pixels[at..at + channels]);
        }
    }
    (turned, across, down)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_turned_as_its_camera_was_held() {
        // a b c
        // d e f
        let turned = |turn| {
            let (pixels, across, _) = upright(b"abcdef".to_vec(), (3, 2), 1, turn);
            let rows: Vec<&[u8]> = pixels.chunks(across).collect();
            String::from_utf8(rows.join(&b' ')).expect("letters")
        };
        for (turn, expected) in [
            (1, "abc def"),
            (2, "cba fed"),
            (3, "fed cba"),
            (4, "def abc"),
            (5, "ad be cf"),
            (6, "da eb fc"),
            (7, "fc eb da"),
            (8, "cf be ad"),
        ] {
            assert_eq!(turned(turn), expected, "{turn}");
        }
        let exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0";
        assert_eq!(orientation(exif), Some(6));
        assert_eq!(orientation(&exif[..19]), None);
        assert_eq!(orientation(b"II*\0\xff\xff\xff\xff"), None);
    }
}
