//! Photos: what is put into a license is a plain picture without hidden data.

use crate::page::PictureKind;
use domain::catalogue::{Photograph, PhotographKind};
use formats::png_chunks::has_whole_colors;

/// A portrait at 600 dpi over 45 mm has 1,063 pixels.
const SIDE_MAX: u32 = 2000;
/// Below this a face is not recognised.
const SIDE_MIN: u32 = 32;

/// A picture that can be drawn.
pub(crate) struct Checked {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) kind: PictureKind,
    pub(crate) bytes: Vec<u8>,
}

/// Checks a photo and leaves out what is not picture (position, camera, comments).
pub(crate) fn checked(photograph: &Photograph) -> Result<Checked, String> {
    let checked = match photograph.kind {
        PhotographKind::Jpeg => jpeg(&photograph.bytes),
        PhotographKind::Png => png(&photograph.bytes),
    }?;
    let sides = [checked.width, checked.height];
    if sides.iter().any(|side| !(SIDE_MIN..=SIDE_MAX).contains(side)) {
        return Err(format!(
            "is {} by {} pixels; a side has {SIDE_MIN} to {SIDE_MAX}",
            checked.width, checked.height
        ));
    }
    Ok(checked)
}

fn damaged() -> String {
    "is damaged".to_owned()
}

/// Walks the segments of a JPEG (ISO/IEC 10918-1, annex B) and keeps those that make the picture.
fn jpeg(bytes: &[u8]) -> Result<Checked, String> {
    let mut kept = vec![0xFF, 0xD8];
    let mut size = None;
    let mut scans = 0;
    let mut rest = bytes.get(2..).ok_or_else(damaged)?;
    loop {
        let [0xFF, marker, after @ ..] = rest else { return Err(damaged()) };
        if *marker == END_OF_IMAGE {
            kept.extend([0xFF, END_OF_IMAGE]);
            break;
        }
        let length = after.get(..2).ok_or_else(damaged)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        let body = after.get(2..length).ok_or_else(damaged)?;
        match *marker {
            // Start of frame: baseline, extended and progressive.
            0xC0..=0xC2 => size = Some(frame(body)?),
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return Err("is of a kind of JPEG that readers do not know".to_owned());
            }
            _ => {}
        }
        let mut end = 2 + length;
        if *marker == START_OF_SCAN {
            scans += 1;
            end += scan_length(&rest[end..]);
        }
        // Frames, tables and scans; JFIF and Adobe headers, which say how colors are meant.
        if matches!(marker, 0xC0..=0xC2 | 0xC4 | 0xDA..=0xDD | 0xE0 | 0xEE) {
            kept.extend_from_slice(&rest[..end]);
        }
        rest = &rest[end..];
    }
    let (width, height) = size.filter(|_| scans > 0).ok_or_else(damaged)?;
    Ok(Checked { width, height, kind: PictureKind::Jpeg, bytes: kept })
}

const START_OF_SCAN: u8 = 0xDA;
const END_OF_IMAGE: u8 = 0xD9;

/// Bytes of coded picture up to the next marker that is not a restart.
fn scan_length(coded: &[u8]) -> usize {
    let ends = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF);
    coded.windows(2).position(ends).unwrap_or(coded.len())
}

/// Width and height from a frame header; 8 bits, grey or three colors.
fn frame(body: &[u8]) -> Result<(u32, u32), String> {
    let [8, y1, y0, x1, x0, components, ..] = body else { return Err(damaged()) };
    if !matches!(components, 1 | 3) {
        return Err("has print colors (CMYK); grey or RGB is needed".to_owned());
    }
    let (height, width) = (u16::from_be_bytes([*y1, *y0]), u16::from_be_bytes([*x1, *x0]));
    Ok((u32::from(width), u32::from(height)))
}

/// Decodes a PNG and writes its pixels anew.
fn png(bytes: &[u8]) -> Result<Checked, String> {
    if !has_whole_colors(bytes) {
        return Err(damaged());
    }
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    decoder.set_limits(png::Limits { bytes: 64 * 1024 * 1024 });
    let mut reader = decoder.read_info().map_err(|_| damaged())?;
    let (width, height) = (reader.info().width, reader.info().height);
    if width > SIDE_MAX || height > SIDE_MAX {
        return Err(format!("is {width} by {height} pixels; a side has {SIDE_MIN} to {SIDE_MAX}"));
    }
    let size = reader.output_buffer_size().ok_or_else(damaged)?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(|_| damaged())?;
    pixels.truncate(frame.buffer_size());
    let mut written = Vec::new();
    let mut encoder = png::Encoder::new(&mut written, width, height);
    encoder.set_color(frame.color_type);
    encoder.set_depth(frame.bit_depth);
    let mut writer = encoder.write_header().map_err(|_| damaged())?;
    writer.write_image_data(&pixels).map_err(|_| damaged())?;
    writer.finish().map_err(|_| damaged())?;
    Ok(Checked { width, height, kind: PictureKind::Png, bytes: written })
}

#[cfg(test)]
mod tests;
