use super::*;
use crate::tests::photograph;

fn a_jpeg() -> Vec<u8> {
    photograph("残疾人证", 0).bytes
}

fn read(kind: PhotographKind, bytes: Vec<u8>) -> Result<Checked, String> {
    checked(&Photograph { bytes, kind })
}

/// A segment put behind the first two bytes of a JPEG.
fn with_segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).expect("a short segment").to_be_bytes();
    let jpeg = a_jpeg();
    [&jpeg[..2], &[0xFF, marker], &length, body, &jpeg[2..]].concat()
}

#[test]
fn photos_of_the_samples_are_usable() {
    let jpeg = read(PhotographKind::Jpeg, a_jpeg()).expect("a photo");
    assert_eq!((jpeg.width, jpeg.height, jpeg.kind), (240, 320, PictureKind::Jpeg));
    let png = photograph("残疾人证", 2);
    assert_eq!(png.kind, PhotographKind::Png);
    let png = checked(&png).expect("a photo");
    assert_eq!((png.width, png.height, png.kind), (240, 320, PictureKind::Png));
}

#[test]
fn hidden_data_is_left_out() {
    let plain = read(PhotographKind::Jpeg, a_jpeg()).expect("a photo").bytes;
    let position = b"Exif\0\0 31.2304 N 121.4737 E";
    for marker in [0xE1, 0xE2, 0xED, 0xFE] {
        let kept = read(PhotographKind::Jpeg, with_segment(marker, position)).expect("a photo");
        assert_eq!(kept.bytes, plain, "segment {marker:02X}");
    }
    let mut trailing = a_jpeg();
    trailing.extend_from_slice(&a_jpeg());
    assert_eq!(read(PhotographKind::Jpeg, trailing).expect("a photo").bytes, plain);
}

#[test]
fn what_cannot_be_used_is_said() {
    let print_colors = [8, 1, 0, 1, 0, 4, 0, 0, 0];
    let huge = [8, 0xFF, 0, 0xFF, 0, 3, 0, 0, 0];
    let mut inflated = a_jpeg();
    let at = inflated.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("a frame");
    inflated[at + 5..at + 9].copy_from_slice(&huge[1..5]);
    for (bytes, problem) in [
        (vec![0xFF, 0xD8, 0xFF], "is damaged"),
        (a_jpeg()[..400].to_vec(), "is damaged"),
        (with_segment(0xC0, &print_colors), "has print colors"),
        (with_segment(0xC3, &print_colors), "of a kind of JPEG"),
        (inflated, "a side has 32 to 2000"),
    ] {
        let said = read(PhotographKind::Jpeg, bytes).err().unwrap_or_default();
        assert!(said.contains(problem), "{said} for {problem}");
    }
    let png = photograph("残疾人证", 2).bytes;
    let said = read(PhotographKind::Png, png[..png.len() / 2].to_vec()).err();
    assert_eq!(said.as_deref(), Some("is damaged"));
}

#[test]
fn no_cut_or_changed_photo_is_a_panic() {
    for (kind, bytes) in
        [(PhotographKind::Jpeg, a_jpeg()), (PhotographKind::Png, photograph("残疾人证", 2).bytes)]
    {
        for end in (0..bytes.len()).step_by(7) {
            let _ = read(kind, bytes[..end].to_vec());
        }
        for at in (0..bytes.len()).step_by(11) {
            let mut changed = bytes.clone();
            changed[at] ^= 0xFF;
            let _ = read(kind, changed);
        }
    }
}
