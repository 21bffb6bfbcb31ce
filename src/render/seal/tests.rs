use super::*;

fn design(name: &str, shape: Shape, size_mm: f32) -> SealDesign {
    SealDesign {
        name: name.to_owned(),
        kind_line: "电子证照专用章".to_owned(),
        code: "99990000000001".to_owned(),
        shape,
        width_mm: size_mm,
        height_mm: if shape == Shape::Oval { size_mm * 0.75 } else { size_mm },
        sample: true,
        dpi: 300.0,
    }
}

/// Width, height and the pixels as RGBA.
fn decoded(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let frame = reader.next_frame(&mut pixels).expect("pixels");
    assert_eq!(frame.color_type, png::ColorType::Rgba);
    (frame.width, frame.height, pixels)
}

fn opacity(picture: &(u32, u32, Vec<u8>), x: u32, y: u32) -> u8 {
    picture.2[((y * picture.0 + x) * 4 + 3) as usize]
}

#[test]
fn seals_of_each_shape() {
    let fonts = Fonts::embedded();
    for (file, design) in [
        ("round", design("示例市市场监督管理局", Shape::Round, 42.0)),
        (
            "round-long",
            design("示例省示例市样板区住房和城乡建设与交通运输管理委员会", Shape::Round, 42.0),
        ),
        ("round-short", design("示例市民政局", Shape::Round, 40.0)),
        ("oval", design("示例市青禾食品有限公司", Shape::Oval, 45.0)),
        ("oval-long", design(&"示例市青禾食品有限公司样板区分公司".repeat(2), Shape::Oval, 40.0)),
        ("round-2", design("民政", Shape::Round, 42.0)),
        ("round-40", design(&"示例市样板区住房和城乡建设".repeat(4)[..120], Shape::Round, 42.0)),
        ("square", design("示例市档案馆印", Shape::Square, 30.0)),
        ("square-long", design("示例省示例市样板区自然资源和规划局", Shape::Square, 40.0)),
        ("personal", design("林样例", Shape::Personal, 18.0)),
        ("personal-4", design("欧阳样例", Shape::Personal, 20.0)),
    ] {
        let bytes = seal_picture(&design, &fonts).expect("a picture");
        if let Some(folder) = std::env::var_os("YZ_PICTURES") {
            let path = std::path::Path::new(&folder).join(format!("seal-{file}.png"));
            std::fs::write(path, &bytes).expect("written");
        }
        assert!(bytes.len() < 60_000, "{file}: {} bytes", bytes.len());
        let picture = decoded(&bytes);
        let width = (design.width_mm / 25.4 * 300.0).ceil() as u32;
        assert_eq!(picture.0, width, "{file}");
        assert!(picture.2.chunks(4).all(|pixel| pixel[..3] == [0xE6, 0x00, 0x12]), "{file}");
        assert_eq!(bytes, seal_picture(&design, &fonts).expect("again"), "{file}");
    }
}

#[test]
fn a_round_seal_has_ring_star_and_clear_corners() {
    let seal = design("示例市民政局", Shape::Round, 42.0);
    let picture = decoded(&seal_picture(&seal, &Fonts::embedded()).expect("a picture"));
    let middle = picture.0 / 2;
    assert_eq!(opacity(&picture, 0, 0), 0, "the corner is clear");
    assert_eq!(opacity(&picture, middle, 8), 255, "the ring");
    assert_eq!(opacity(&picture, middle, middle), 255, "the star");
    assert_eq!(opacity(&picture, middle + 70, middle - 60), 0, "between star and name");
}

#[test]
fn what_cannot_be_drawn_is_named() {
    let fonts = Fonts::embedded();
    let cases = [
        (design("示例市\u{10FFFE}局", Shape::Round, 42.0), "name"),
        (design(&"示".repeat(41), Shape::Round, 42.0), "name"),
        (design("林", Shape::Personal, 18.0), "name"),
        (design("林样例之印", Shape::Personal, 18.0), "name"),
        (design(&"示".repeat(37), Shape::Square, 40.0), "name"),
        (design("甲", Shape::Round, 42.0), "name"),
        (
            SealDesign { kind_line: "章".repeat(17), ..design("甲局", Shape::Round, 42.0) },
            "kind_line",
        ),
        (SealDesign { width_mm: f32::NAN, ..design("甲局", Shape::Round, 42.0) }, "size_mm"),
    ];
    for (design, part) in cases {
        let error = seal_picture(&design, &fonts).expect_err(part);
        assert_eq!(error.field(), Some(part), "{error}");
    }
}
