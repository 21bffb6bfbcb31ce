//! Pictures of strangers: what is packed into them stays behind, and bombs are not lit.

use super::{Case, MARK};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// A sound picture of a few colors.
pub(super) fn png(color: png::ColorType) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 24, 16);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    if color == png::ColorType::Indexed {
        encoder.set_palette([&[255, 255, 255][..], MARK.as_bytes(), b"x"].concat());
    }
    let mut writer = encoder.write_header().expect("a header");
    let pixels: Vec<u8> = match color {
        png::ColorType::Indexed => vec![0; 24 * 16],
        _ => (0..24 * 16 * color.samples()).map(|at| (at * 7) as u8).collect(),
    };
    writer.write_image_data(&pixels).expect("pixels");
    writer.finish().expect("an end");
    file
}

fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(data);
    let length = u32::try_from(data.len()).expect("small");
    [&length.to_be_bytes()[..], kind, data, &sum.sum().to_be_bytes()].concat()
}

/// Behind the header chunk of a picture.
fn with_chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let file = png(png::ColorType::Rgb);
    [&file[..33], &chunk(kind, data), &file[33..]].concat()
}

/// Nothing but a header that says this size.
fn sized(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let header = chunk(b"IHDR", &[&size[..], &[8, 2, 0, 0, 0]].concat());
    let data = chunk(b"IDAT", &deflated(&[0; 64]));
    [b"\x89PNG\r\n\x1a\n", &header[..], &data, &chunk(b"IEND", b"")].concat()
}

pub(super) fn deflated(plain: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).expect("memory");
    encoder.finish().expect("memory")
}

/// A sound JPEG with these segments behind its beginning.
pub(super) fn jpeg(segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut file = Vec::new();
    let pixels: Vec<u8> = (0..32 * 24 * 3).map(|at| (at * 5) as u8).collect();
    let encoder = jpeg_encoder::Encoder::new(&mut file, 90);
    encoder.encode(&pixels, 32, 24, jpeg_encoder::ColorType::Rgb).expect("a picture");
    let more = segments.iter().flat_map(|(marker, data)| {
        let length = u16::try_from(data.len() + 2).expect("small").to_be_bytes();
        [&[0xff, *marker][..], &length, data].concat()
    });
    [&file[..2], &more.collect::<Vec<u8>>(), &file[2..]].concat()
}

/// The same that says another size.
fn resized(height: u16, width: u16) -> Vec<u8> {
    let mut file = jpeg(&[]);
    let at = file.windows(2).position(|two| two == [0xff, 0xc0]).expect("a frame");
    file[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    file[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    file
}

fn script() -> Vec<u8> {
    format!("<script>{MARK}</script>").into_bytes()
}

pub(super) fn archive() -> Vec<u8> {
    let head = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0a";
    let entry = b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0a";
    let end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x2f\0\0\0\x1f\0\0\0\0\0";
    [&head[..], MARK.as_bytes(), entry, end].concat()
}

fn exif() -> Vec<u8> {
    // One entry: how the camera was held; then where it was.
    let head = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    [&head[..], b"GPS 39.9042N 116.4074E ", MARK.as_bytes()].concat()
}

/// Pictures that are kept without what was packed into them.
pub(super) fn rewritten() -> Vec<Case> {
    let tail = |file: Vec<u8>, tail: &[u8]| [&file[..], tail].concat();
    let (png_file, jpeg_file) = (|| png(png::ColorType::Rgba), || jpeg(&[]));
    let text = [b"Comment\0", &script()[..]].concat();
    let packed = [b"Comment\0\0", &deflated(&vec![0; 20 << 20])[..], MARK.as_bytes()].concat();
    let profile = [b"icc\0\0", &deflated(&vec![0; 20 << 20])[..], MARK.as_bytes()].concat();
    let xmp = [b"XML:com.adobe.xmp\0\0\0\0\0", &script()[..]].concat();
    let png_cases: Vec<(&str, Vec<u8>)> = vec![
        ("png with a script in its text", with_chunk(b"tEXt", &text)),
        ("png with a bomb in its packed text", with_chunk(b"zTXt", &packed)),
        ("png with a bomb in its color profile", with_chunk(b"iCCP", &profile)),
        ("png with XMP", with_chunk(b"iTXt", &xmp)),
        ("png with the place of the camera", with_chunk(b"eXIf", &exif()[6..])),
        ("png with a chunk of its own", with_chunk(b"prVt", &script())),
        ("png with a name in its palette", png(png::ColorType::Indexed)),
        ("png and zip", tail(png_file(), &archive())),
        ("png and a page", tail(png_file(), &script())),
        ("png and a PDF", tail(png_file(), &crate::support::pdf::one_page(MARK))),
        ("png and a program", tail(png_file(), format!("MZ{MARK}").as_bytes())),
        ("png and another png", tail(png_file(), &with_chunk(b"tEXt", &text))),
    ];
    let icc = [b"ICC_PROFILE\0\x01\x01", MARK.as_bytes()].concat();
    let photoshop = [b"Photoshop 3.0\0", MARK.as_bytes()].concat();
    let adobe = [b"http://ns.adobe.com/xap/1.0/\0", &script()[..]].concat();
    let jpeg_cases: Vec<(&str, Vec<u8>)> = vec![
        ("jpeg with a script in its comment", jpeg(&[(0xfe, &script())])),
        ("jpeg with the place of the camera", jpeg(&[(0xe1, &exif())])),
        ("jpeg with XMP", jpeg(&[(0xe1, &adobe)])),
        ("jpeg with a color profile", jpeg(&[(0xe2, &icc)])),
        ("jpeg with notes of an editor", jpeg(&[(0xed, &photoshop)])),
        ("jpeg with a segment of its own", jpeg(&[(0xef, &script())])),
        ("jpeg with many comments", jpeg(&[(0xfe, MARK.as_bytes()); 2_000])),
        ("jpeg and zip", tail(jpeg_file(), &archive())),
        ("jpeg and a page", tail(jpeg_file(), &script())),
        ("jpeg and PHP", tail(jpeg_file(), format!("<?php {MARK} ?>").as_bytes())),
        ("jpeg and a second picture", tail(jpeg_file(), &jpeg(&[(0xfe, &script())]))),
        ("jpeg and a PDF", tail(jpeg_file(), &crate::support::pdf::one_page(MARK))),
    ];
    let png_cases = png_cases.into_iter().map(|(name, file)| Case::png(name, file, None));
    let jpeg_cases = jpeg_cases.into_iter().map(|(name, file)| Case::jpeg(name, file, None));
    png_cases.chain(jpeg_cases).collect()
}

/// Pictures that are not kept.
pub(super) fn refused() -> Vec<Case> {
    let (large, damaged) = (Some("material_too_involved"), Some("material_damaged"));
    let png_file = png(png::ColorType::Rgb);
    let mut wrong_sum = png_file.clone();
    wrong_sum[30] ^= 1;
    let mut no_zlib = png_file.clone();
    let at = no_zlib.windows(4).position(|four| four == b"IDAT").expect("data");
    no_zlib[at + 6] ^= 0xff;
    let jpeg_file = jpeg(&[]);
    let half = jpeg_file.len() - 200;
    let no_scan = {
        let at = jpeg_file.windows(2).position(|two| two == [0xff, 0xda]).expect("a scan");
        jpeg_file[..at].to_vec()
    };
    let mut bad_table = jpeg_file.clone();
    let at = bad_table.windows(2).position(|two| two == [0xff, 0xc4]).expect("a table");
    bad_table[at + 5..at + 21].fill(0xff);
    vec![
        Case::png("png of 60,000 × 60,000", sized(60_000, 60_000), large),
        Case::png("png of 30,000 × 30,000", sized(30_000, 30_000), large),
        Case::png("png of 2³¹ − 1 on a side", sized(0x7fff_ffff, 0x7fff_ffff), large),
        Case::png("png of one row without end", sized(2_000_000, 1), large),
        Case::png("png of no size", sized(0, 16), damaged),
        Case::png("png with less than it says", sized(4_000, 4_000), damaged),
        Case::png("png cut off", png_file[..png_file.len() - 30].to_vec(), damaged),
        Case::png("png of a signature alone", png_file[..8].to_vec(), damaged),
        Case::png("png of a header alone", png_file[..33].to_vec(), damaged),
        Case::png("png with a wrong sum", wrong_sum, damaged),
        Case::png("png with damaged data", no_zlib, damaged),
        Case::png(
            "png with parts of an animation alone",
            with_chunk(b"fdAT", b"\0\0\0\x01x"),
            damaged,
        ),
        Case::png("png with a cut palette", with_chunk(b"PLTE", b"abcd"), damaged),
        Case::jpeg("jpeg of 65,500 × 65,500", resized(65_500, 65_500), large),
        Case::jpeg("jpeg of one long row", resized(8, 65_500), large),
        Case::jpeg("jpeg of 6,000 × 6,000", resized(6_000, 6_000), large),
        Case::jpeg("jpeg of no width", resized(24, 0), damaged),
        Case::jpeg("jpeg cut off", jpeg_file[..half].to_vec(), damaged),
        Case::jpeg("jpeg without a scan", no_scan, damaged),
        Case::jpeg("jpeg with a broken table", bad_table, damaged),
        Case::jpeg("jpeg of a beginning alone", b"\xff\xd8\xff\xe0".to_vec(), damaged),
        Case::jpeg(
            "jpeg head before a PDF",
            {
                let tail = crate::support::pdf::one_page(MARK);
                [&b"\xff\xd8\xff\xfe\0\x04ab"[..], &tail].concat()
            },
            damaged,
        ),
    ]
}
