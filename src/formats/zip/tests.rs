use super::*;

const LIMITS: ZipLimits =
    ZipLimits { entries_max: 10, entry_bytes_max: 4 << 20, total_bytes_max: 8 << 20 };

fn read(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, ZipError> {
    let zip = Zip::read(bytes, &LIMITS)?;
    zip.files().map(|entry| Ok((entry.name.clone(), zip.inflate(entry)?))).collect()
}

/// The archive with each `from` as `to`; names and numbers keep their length.
fn changed(archive: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = archive.to_vec();
    let mut at = 0;
    while let Some(found) = out[at..].windows(from.len()).position(|part| part == from) {
        out[at + found..at + found + to.len()].copy_from_slice(to);
        at += found + to.len();
    }
    out
}

#[test]
fn what_is_written_reads_back() {
    let large: Vec<u8> = (0..300_000_u32).flat_map(|n| n.wrapping_mul(n).to_le_bytes()).collect();
    let files = [("a.csv", &b"x"[..]), ("证照/一.pdf", b""), ("b", &large)];
    let archive = zip(files).unwrap();
    let read = read(&archive).unwrap();
    let expected: Vec<_> = files.iter().map(|(n, b)| ((*n).to_owned(), b.to_vec())).collect();
    assert_eq!(read, expected);
    assert_eq!(archive, zip(files).unwrap());
}

#[test]
fn entries_are_copied_as_they_lie() {
    let plain = [("证照/一.pdf", &b"one"[..]), ("b.pdf", b"two")];
    let stored_there =
        stored(plain.map(|(name, bytes)| (name, bytes, checksum(bytes))).into_iter().skip(1));
    for archive in [zip(plain).unwrap(), stored_there.unwrap()] {
        let zip = Zip::read(&archive, &LIMITS).unwrap();
        let copied = zip_with(("清单.csv", b"x"), &zip, zip.files()).unwrap();
        let mut expected = vec![("清单.csv".to_owned(), b"x".to_vec())];
        expected.extend(read(&archive).unwrap());
        assert_eq!(read(&copied).unwrap(), expected);
    }
    // One that is damaged is no reason to give nothing: it is told when it is read.
    let damaged =
        changed(&stored(plain.map(|(n, b)| (n, b, checksum(b)))).unwrap(), b"two", b"TWO");
    let zip = Zip::read(&damaged, &LIMITS).unwrap();
    let copied = zip_with(("清单.csv", b"x"), &zip, zip.file("b.pdf")).unwrap();
    let copied = Zip::read(&copied, &LIMITS).unwrap();
    assert_eq!(copied.inflate(copied.file("清单.csv").unwrap()).unwrap(), b"x");
    assert!(copied.inflate(copied.file("b.pdf").unwrap()).is_err());
}

#[test]
fn hostile_archives_are_refused() {
    let two = zip([("aaa.pdf", &b"one"[..]), ("bbb.pdf", b"two")]).unwrap();
    let refused = |bytes: &[u8]| read(bytes).unwrap_err();
    let with_name = |name: &[u8; 7]| refused(&changed(&two, b"bbb.pdf", name));
    for name in [b"../.pdf", b"/bb.pdf", b"b\\b.pdf", b"b:b.pdf", b"b//.pdf", b"b\0b.pdf"] {
        assert!(matches!(with_name(name), ZipError::Name(_)), "{name:?}");
    }
    assert_eq!(with_name(b"aaa.pdf"), ZipError::Name("there twice"));
    assert_eq!(with_name(b"AAA.pdf"), ZipError::Name("there twice"));
    for end in 0..two.len() {
        assert!(read(&two[..end]).is_err(), "cut at {end}");
    }
    // The local header says another name than the directory.
    let mut split = two.clone();
    split[LOCAL_BYTES] = b'x';
    assert!(matches!(refused(&split), ZipError::Malformed(_)));
    // A method that nobody has, encryption, ZIP64.
    let central = two.windows(4).position(|part| part == CENTRAL).unwrap();
    for (at, value) in [(8, ENCRYPTED), (10, 99)] {
        let mut other = two.clone();
        other[central + at..central + at + 2].copy_from_slice(&value.to_le_bytes());
        assert!(matches!(refused(&other), ZipError::Unsupported(_)), "{at}");
    }
    // Both entries of the directory lead to one.
    let second = two[central + 4..].windows(4).position(|part| part == CENTRAL).unwrap();
    let mut shared = changed(&two, b"bbb.pdf", b"aaa.pdf");
    let at = central + 4 + second + 42;
    shared[at..at + 4].fill(0);
    assert!(read(&shared).is_err());
}

#[test]
fn bombs_are_refused_before_they_are_inflated() {
    let zeros = vec![0; 3 << 20];
    let bomb = zip([("a", zeros.as_slice())]).unwrap();
    assert!(bomb.len() < 10_000);
    assert_eq!(read(&bomb), Err(ZipError::Limit("an entry grows more than 100 times")));
    // The directory says less than the stream: the stream is not followed.
    let size = u32::try_from(zeros.len()).unwrap().to_le_bytes();
    let lying = changed(&bomb, &size, &100_u32.to_le_bytes());
    assert_eq!(read(&lying), Err(ZipError::Malformed("an entry is damaged")));
    let names: Vec<String> = (0..11).map(|n| n.to_string()).collect();
    let many = zip(names.iter().map(|name| (name.as_str(), &b"x"[..]))).unwrap();
    assert_eq!(read(&many), Err(ZipError::Limit("too many entries")));
}

#[test]
fn every_changed_byte_is_read_or_refused() {
    let archive = zip([("aaa.pdf", &b"one one one"[..]), ("证.csv", b"two")]).unwrap();
    for at in 0..archive.len() {
        for bit in [1, 0x80] {
            let mut other = archive.clone();
            other[at] ^= bit;
            if let Ok(files) = read(&other) {
                assert!(files.iter().all(|(_, bytes)| bytes == b"one one one" || bytes == b"two"));
            }
        }
    }
}
