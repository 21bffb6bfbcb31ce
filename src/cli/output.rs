//! Everything the program says: the only place that writes to standard output and error.

use super::exit::{Exit, Failure};
use super::words::{Language, Words};
use app::AppError;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Standard output and error of one run, in one language.
pub(crate) struct Output {
    words: &'static Words,
    language: Language,
    trouble: RefCell<Option<io::Error>>,
}

impl Output {
    /// Speaks `language`.
    pub(crate) fn new(language: Language) -> Self {
        Self { words: language.words(), language, trouble: RefCell::new(None) }
    }

    /// The words of the chosen language.
    pub(crate) const fn words(&self) -> &'static Words {
        self.words
    }

    /// The language for what the service itself says.
    pub(crate) const fn language(&self) -> app::Language {
        match self.language {
            Language::Zh => app::Language::Zh,
            Language::En => app::Language::En,
        }
    }

    /// The one of two texts that is in the chosen language.
    pub(crate) const fn pick<'text>(&self, zh: &'text str, en: &'text str) -> &'text str {
        match self.language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    /// One line of the answer.
    pub(crate) fn line(&self, text: impl Display) {
        self.write(&(harmless(&text.to_string()) + "\n"));
    }

    /// A value and its label, indented; nothing when the value is empty.
    pub(crate) fn entry(&self, label: &str, value: impl Display) {
        let value = value.to_string();
        if !value.is_empty() {
            self.line(format_args!("  {}{value}", padded(label, LABEL_COLUMNS)));
        }
    }

    /// The answer as indented JSON.
    pub(crate) fn json<T: Serialize>(&self, value: &T) {
        self.encoded(serde_json::to_string_pretty(value));
    }

    /// One answer of several as JSON on one line.
    pub(crate) fn json_line<T: Serialize>(&self, value: &T) {
        self.encoded(serde_json::to_string(value));
    }

    /// Text that is the answer as it stands: a published document, not words for a terminal.
    pub(crate) fn document(&self, text: &str) {
        self.write(text);
    }

    /// Something worth knowing that is not the answer.
    pub(crate) fn note(&self, text: impl Display) {
        let _ = writeln!(io::stderr().lock(), "{}", harmless(&text.to_string()));
    }

    /// Why the command did not do what was asked.
    pub(crate) fn failure(&self, failure: &Failure) {
        let text = format!("{}: {failure}", self.words.error);
        text.trim_end().lines().for_each(|line| self.note(line));
        match failure {
            Failure::App(AppError::Fields(problems) | AppError::TypeRefused(problems)) => {
                for problem in problems {
                    self.note(format_args!("  {}: {}", problem.pointer, problem.message));
                }
            }
            Failure::App(AppError::Internal { cause, .. }) => {
                self.note(format_args!("  {cause}"));
                let mut deeper = cause.source();
                while let Some(cause) = deeper {
                    self.note(format_args!("  {cause}"));
                    deeper = cause.source();
                }
            }
            _ => {}
        }
    }

    /// Progress of long work on standard error: a bar for a person, a line now and then otherwise.
    pub(crate) fn progress(&self) -> Progress {
        let style = "{bar:30} {pos}/{len}  {elapsed_precise}  {msg}";
        let watched = io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        // The template is a constant that indicatif accepts.
        let style =
            ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
        Progress { bar: watched.then(|| bar.with_style(style)), told: Cell::new(0) }
    }

    /// The exit code, unless the answer did not reach its reader. A reader that went away
    /// (`| head`) had enough.
    pub(crate) fn close(self, exit: Exit) -> Exit {
        let flushed = io::stdout().flush().err();
        match self.trouble.into_inner().or(flushed) {
            Some(cause) if cause.kind() != ErrorKind::BrokenPipe => {
                let _ = writeln!(io::stderr(), "{}: {cause}", self.words.error);
                Exit::Output
            }
            _ => exit,
        }
    }

    fn encoded(&self, text: serde_json::Result<String>) {
        match text {
            Ok(text) => self.write(&(text + "\n")),
            Err(cause) => self.keep(cause.into()),
        }
    }

    fn write(&self, text: &str) {
        if self.trouble.borrow().is_none()
            && let Err(cause) = io::stdout().lock().write_all(text.as_bytes())
        {
            self.keep(cause);
        }
    }

    fn keep(&self, cause: io::Error) {
        self.trouble.borrow_mut().get_or_insert(cause);
    }
}

/// How far long work is.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    told: Cell<usize>,
}

/// Lines that are written for one piece of long work when nobody watches.
const PROGRESS_LINES: usize = 10;

impl Progress {
    /// `done` of `total` steps are done; `what` is next.
    pub(crate) fn show(&self, done: usize, total: usize, what: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_length(total as u64);
                bar.set_position(done as u64);
                bar.set_message(harmless(what));
            }
            None => {
                let tenth = done * PROGRESS_LINES / total.max(1);
                if self.told.replace(tenth) != tenth {
                    let _ = writeln!(io::stderr().lock(), "{done}/{total} {}", harmless(what));
                }
            }
        }
    }

    /// Takes the bar away.
    pub(crate) fn close(&self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}

/// Labels are at most this wide; a Chinese character is two columns.
const LABEL_COLUMNS: usize = 14;

/// `label` filled with blanks to `columns` of a terminal.
fn padded(label: &str, columns: usize) -> String {
    let wide = label.chars().filter(|c| !c.is_ascii()).count();
    let blanks = columns.saturating_sub(label.chars().count() + wide).max(1);
    format!("{label}{}", " ".repeat(blanks))
}

/// `text` without what could start a line, move a terminal's cursor or turn its reading
/// direction: names in certificates and files are chosen by strangers.
fn harmless(text: &str) -> String {
    let tame = |c: char| match c {
        c if c.is_control() => '\u{fffd}',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    };
    text.chars().map(tame).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_command_the_terminal() {
        for (given, shown) in [
            ("示例市 CN=a, O=b", "示例市 CN=a, O=b"),
            ("a\u{1b}[2Jb", "a\u{fffd}[2Jb"),
            ("valid\r无效", "valid\u{fffd}无效"),
            ("\u{202e}fdp.exe", "\u{fffd}fdp.exe"),
            ("a\nvalid: b.pdf", "a\u{fffd}valid: b.pdf"),
        ] {
            assert_eq!(harmless(given), shown);
        }
    }

    #[test]
    fn chinese_labels_are_two_columns_a_character() {
        assert_eq!(padded("signer", 10), "signer    ");
        assert_eq!(padded("签章人", 10), "签章人    ");
        assert_eq!(padded("a very long label", 10), "a very long label ");
    }
}
