//! Every type with every sample: drawn, checked by outside readers, and looked at.
//!
//! `YZ_PICTURES=DIR cargo test -p render` leaves the PDFs in DIR, for people to look at.

use crate::{Fonts, RenderContext, Rendered, license_pdf};
use domain::catalogue::{Content, LicenseType, built_in, samples};
use time::macros::datetime;

const IDENTIFIER: &str =
    "1.2.156.3005.2.11100000MB0143028R001.119999000000000198.20260302000001.001.K";

fn drawn(license_type: &LicenseType, content: &Content, issuer: &str) -> Rendered {
    let fonts = Fonts::embedded();
    let context = RenderContext {
        fonts: &fonts,
        issuer,
        identifier: Some(IDENTIFIER),
        code_url: Some("https://zheng.example.gov.cn/v/7KQ2M9XPD4"),
        sample_mark: true,
        created: datetime!(2026-03-02 09:30:00 UTC),
    };
    license_pdf(license_type, content, &context).expect("a sample can be drawn")
}

#[test]
fn every_sample_is_drawn() {
    let types = built_in().expect("the built-in types");
    let pictures = std::env::var_os("YZ_PICTURES");
    let mut counts = std::collections::BTreeMap::new();
    for sample in samples().expect("the samples") {
        let code = sample.license_type.expect("a sample of a type");
        let license_type = types.iter().find(|known| known.code() == code).expect("its type");
        let content = Content::check(license_type, &sample.content)
            .unwrap_or_else(|errors| panic!("{code} {}: {errors:?}", sample.about));
        let rendered = drawn(license_type, &content, &sample.issuer);
        assert!(!rendered.seals.is_empty());
        let number = counts.entry(code).or_insert(0);
        *number += 1;
        if let Some(folder) = &pictures {
            let name = format!("{}-{number}.pdf", license_type.name().en.replace(' ', "_"));
            std::fs::write(std::path::Path::new(folder).join(name), rendered.pdf).expect("written");
        }
    }
}
