use super::*;

/// The example of C2SP signed-note, made and signed by others.
const POEM: &str = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\n\
    ed è subito sera.\n\n\
    — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

/// The key of the Go checksum database, as its readers have it.
const GO_KEY: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

#[test]
fn a_note_of_others_is_read() {
    let note = Note::read(POEM.as_bytes()).unwrap();
    assert!(note.text.ends_with("\n\ned è subito sera.\n"), "{}", note.text);
    assert_eq!(note.signatures.len(), 1);
    assert_eq!(note.signatures[0].name, "quasimodo.example/salvatore");
}

#[test]
fn a_key_of_others_has_the_id_that_they_give_it() {
    let key = NoteKey::parse(GO_KEY).unwrap();
    assert_eq!((key.name(), key.to_string()), ("sum.golang.org", GO_KEY.to_owned()));
    for bent in [
        GO_KEY.replace("033de0ae", "033de0af"),
        GO_KEY.replace("+Ac4", "+Bc4"),
        GO_KEY.replace("sum.", "sun."),
        GO_KEY.replace("Ac4z", "Ac4"),
        GO_KEY.replace('+', " "),
        String::new(),
    ] {
        assert!(NoteKey::parse(&bent).is_err(), "{bent}");
    }
}

#[test]
fn what_is_no_note_is_not_read() {
    let line = "— a NnugSzTj\n";
    for note in [
        String::new(),
        "text\n".to_owned(),
        "text\n\n".to_owned(),
        format!("text\n{line}"),
        format!("text\n\n{}", line.trim_end()),
        format!("text\n\n{line}\n"),
        format!("te\txt\n\n{line}"),
        format!("text\r\n\n{line}"),
        format!("text\n\n{}", line.replace('—', "-")),
        format!("text\n\n{}", line.replace(" a ", " a+b ")),
        format!("text\n\n{}", line.replace("Nnug", "Nnu")),
        format!("text\n\n— a {}\n", STANDARD.encode([1, 2, 3])),
        format!("{}\n\n{line}", "a".repeat(NOTE_BYTES_MAX)),
    ] {
        assert!(Note::read(note.as_bytes()).is_err(), "{note:?}");
    }
    assert!(Note::read(b"te\xffxt\n\n").is_err());
    assert!(Note::read(format!("text\n\n{line}").as_bytes()).is_ok());
}
