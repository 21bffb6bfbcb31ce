//! What must stay accepted, and what certifications and locks make of it.

use super::*;

#[test]
fn honest_files_are_accepted() {
    for sealed in sealed() {
        assert_eq!(sealed.signers.accepted(&sealed.file), sealed.names);
        let facts = examine(&sealed.file, &Limits::default()).expect("reads");
        let last = facts.signatures.last().expect("signed");
        assert_eq!(last.signed.coverage, Ok(Coverage::WholeFile));
        assert_eq!(last.later.level, ChangeLevel::None);
        assert!(facts.strays.is_empty());
    }
}

/// Name, objects written, trailer entries, what it amounts to.
type Case<'c> = (&'c str, Vec<(u32, &'c str)>, &'c str, ChangeLevel);

#[test]
fn honest_changes_are_accepted() {
    for sealed in sealed() {
        let Sealed { mut signers, file, names } = sealed;
        let shown = stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", "q 1 0 0 1 0 0 cm Q");
        let filled = edited(&file, 7, "/AP << /N 8 0 R >>", "/AP << /N 50 0 R >> /V (Hello)");
        let catalog = edited(&file, 1, "/Metadata", "/DSS 50 0 R /Metadata");
        let metadata =
            stream("/Type /Metadata /Subtype /XML", "<x:xmpmeta xmlns:x='a'><b/></x:xmpmeta>");
        let in_place = edited(&file, 7, "/AP", "/V (Hi) /AP");
        let same = edited(&file, 6, "Helvetica", "Helvetica");
        let material = stream("", "cert");
        let cases: [Case<'_>; 7] = [
            ("nothing", vec![], "", ChangeLevel::None),
            ("form fill", vec![(7, &filled), (50, &shown)], "", ChangeLevel::FormFilling),
            (
                "appearance in place",
                vec![(7, &in_place), (8, &shown)],
                "",
                ChangeLevel::FormFilling,
            ),
            (
                "validation material",
                vec![(1, &catalog), (50, "<< /Certs [51 0 R] >>"), (51, &material)],
                "",
                ChangeLevel::LtaUpdates,
            ),
            ("metadata", vec![(12, &metadata)], "", ChangeLevel::LtaUpdates),
            (
                "information",
                vec![(50, "<< /ModDate (D:2026) >>")],
                "/Info 50 0 R",
                ChangeLevel::LtaUpdates,
            ),
            ("rewritten as it was", vec![(6, &same)], "", ChangeLevel::None),
        ];
        for (case, objects, trailer, level) in cases {
            let changed = update(&file, &objects, &[], trailer);
            assert_eq!(signers.accepted(&changed), names, "{case}");
            let facts = examine(&changed, &Limits::default()).expect("reads");
            assert_eq!(
                facts.signatures[0].later.level.max(level),
                facts.signatures[0].later.level,
                "{case}"
            );
            assert_eq!(facts.signatures[names.len() - 1].later.level, level, "{case}");
        }
        let mut more = names.clone();
        more.push("Stamp");
        let stamped = signers.sign(&file, "Stamp", SignatureKind::TimeStamp, false);
        let facts = examine(&stamped, &Limits::default()).expect("reads");
        assert_eq!(facts.signatures[names.len() - 1].later.level, ChangeLevel::LtaUpdates);
        assert_eq!(signers.accepted(&stamped), more);
        more.push("Invisible");
        let twice = signers.sign(&stamped, "Invisible", SignatureKind::Pades, false);
        assert_eq!(signers.accepted(&twice), more);
    }
}

#[test]
fn riding_seals_after_a_signature_are_accepted() {
    let Sealed { mut signers, file, names } = sealed().remove(0);
    let mut request = SignatureRequest::new("Riding", SignatureKind::Seal);
    let picture = png(4, 2, ::png::ColorType::Rgb, &[9; 24]);
    request.appearance = Some(Appearance {
        picture: SealPicture::read(&picture, &Limits::default()).expect("picture"),
        placements: vec![
            Placement::Riding { y: 120.0, width: 40.0, height: 40.0 },
            Placement::Page {
                index: 1,
                place: PlaceMm { x: 9.0, y: 9.0, width: 40.0, height: 20.0 },
            },
        ],
    });
    let signed = signers.complete(&file, &request);
    assert_eq!(signers.accepted(&signed), [names, vec!["Riding"]].concat());
    let facts = examine(&signed, &Limits::default()).expect("reads");
    let shown = &facts.signatures[1].shown;
    let parts: Vec<_> = shown.iter().map(|shown| (shown.page, shown.part)).collect();
    assert_eq!(parts, [(Some(0), (0.0, 0.5)), (Some(1), (0.5, 1.0)), (Some(1), (0.0, 1.0))]);
    assert_eq!(matches_picture(shown, &picture, &Limits::default()), PictureMatch::Equal);
    let other = png(4, 2, ::png::ColorType::Rgb, &[8; 24]);
    assert_eq!(matches_picture(shown, &other, &Limits::default()), PictureMatch::Different);
}

/// Certified with P=1 nothing but validation material may follow; locks hold from then on.
#[test]
fn certification_and_locks() {
    let document = document(SectionKind::Table);
    let filled = |file: &[u8]| update(file, &[(7, &edited(file, 7, "/AP", "/V (x) /AP"))], &[], "");
    for (level, accepted) in [(1, false), (2, true), (3, true)] {
        let mut signers = Signers::default();
        let mut request = SignatureRequest::new("Certified", SignatureKind::Pades);
        request.doc_mdp = Some(level);
        request.contents_reserve = 64;
        let certified = signers.complete(&document, &request);
        assert_eq!(signers.accepted(&certified).len(), 1);
        assert_eq!(!signers.accepted(&filled(&certified)).is_empty(), accepted, "P={level}");
        let widened = edited(&certified, 1, "/Perms", "/OldPerms");
        let widened = update(&certified, &[(1, &widened)], &[], "");
        assert!(signers.accepted(&widened).is_empty(), "permissions removed");
    }
    let locking = update(
        &document,
        &[
            (9, "<< /Fields [7 0 R 50 0 R] >>"),
            (
                50,
                "<< /FT /Sig /T (Locking) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /P 3 0 R \
                 /Lock << /Type /SigFieldLock /Action /Include /Fields [(Note)] >> >>",
            ),
        ],
        &[],
        "",
    );
    let mut signers = Signers::default();
    let mut request = SignatureRequest::new("Locking", SignatureKind::Pades);
    request.contents_reserve = 64;
    let locked = signers.complete(&locking, &request);
    assert_eq!(signers.accepted(&locked), ["Locking"]);
    assert!(signers.accepted(&filled(&locked)).is_empty(), "a locked field was filled");
}
