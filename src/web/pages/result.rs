//! The result of a verification, to read and to print.

use super::frame::Frame;
use super::page;
use super::show::{
    CheckLine, Face, Sign, SignatureLine, all_checks, check_lines, face_sentence, reason,
    signature_lines,
};
use super::topics::{TopicLine, topics};
use crate::problem::Problem;
use crate::site::Site;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{MarkView, SignatureView, VerificationView};
use askama::Template;

#[derive(Template)]
#[template(path = "result.html")]
pub(crate) struct ResultPage<'a> {
    frame: &'a Frame,
    view: &'a VerificationView,
    sign: Sign,
    /// Told apart from the outcome: no seal, or a file that is not read.
    kind: Option<&'static str>,
    sentence: String,
    advice: &'a str,
    face: Option<Face>,
    topics: Vec<TopicLine<'a>>,
    checks: Vec<CheckLine<'a>>,
    signatures: Vec<SignatureLine<'a>>,
    register: Option<&'static str>,
}

impl<'a> ResultPage<'a> {
    pub(crate) fn of(view: &'a VerificationView, frame: &'a Frame) -> Self {
        Self {
            sign: Sign::outcome(&view.outcome, frame),
            kind: kind(view, frame),
            sentence: sentence(view, frame),
            advice: frame.text(&view.advice.zh, &view.advice.en),
            face: view.license.as_ref().map(|face| Face::of(face, frame)),
            topics: topics(&all_checks(&view.checks, &view.signatures), frame),
            checks: check_lines(&view.checks, frame),
            signatures: signature_lines(&view.signatures, frame),
            register: register(view, frame),
            frame,
            view,
        }
    }
}

/// Not every doubt is alike: no seal at all, and a file that is not read, are told apart.
fn kind(view: &VerificationView, frame: &Frame) -> Option<&'static str> {
    let has = |code: &str| view.checks.iter().any(|check| check.code.as_deref() == Some(code));
    match &view.file {
        Some(_) if has("unsupported_format") => Some(frame.words.unsupported),
        Some(file) if file.kind == "unknown" => Some(frame.words.unsupported),
        Some(_) if has("no_signature") => Some(frame.words.unsealed),
        Some(_) if view.copy.is_some() => Some(frame.words.marked_copy),
        _ => None,
    }
}

/// One sentence: for a valid license who, to whom, until when; otherwise the reason.
fn sentence(view: &VerificationView, frame: &Frame) -> String {
    let told = match (view.outcome.as_str(), &view.license) {
        ("VALID", _) if view.copy.is_some() => view.copy.as_ref().map(|copy| for_what(copy, frame)),
        ("VALID", Some(face)) => Some(face_sentence(face, frame)),
        ("VALID", None) => signed_by(view, frame),
        _ => reason(&all_checks(&view.checks, &view.signatures), frame).map(str::to_owned),
    };
    told.unwrap_or_default()
}

/// What a marked copy may be used for.
fn for_what(copy: &MarkView, frame: &Frame) -> String {
    let MarkView { consumer, item, case_no, until, .. } = copy;
    let until = frame.day(until);
    if frame.zh() {
        format!("仅供〔{consumer}〕办理〔{item}〕使用，办件号{case_no}，有效期至{until}。")
    } else {
        format!("For {consumer} alone, for “{item}”, case {case_no}, until {until}.")
    }
}

fn signed_by(view: &VerificationView, frame: &Frame) -> Option<String> {
    let name = |signature: &SignatureView| {
        let seal = signature.seal.as_ref().map(|seal| seal.name.clone());
        seal.or_else(|| signature.signer.as_ref().map(|signer| signer.subject.clone()))
    };
    let name = view.signatures.iter().rev().find_map(name)?;
    Some(if frame.zh() {
        format!("签章人“{name}”，签章后文件未被改动。")
    } else {
        format!("Sealed by “{name}”; unchanged since.")
    })
}

fn register(view: &VerificationView, frame: &Frame) -> Option<&'static str> {
    let (register, words) = (view.register.as_ref()?, frame.words);
    Some(match (view.input == "file", register.byte_identical) {
        (false, _) | (true, None) if register.issued_here => words.register_knows,
        (true, Some(true)) => words.register_same,
        (true, Some(false)) => words.register_differs,
        _ => words.register_unknown,
    })
}

/// Permission: anyone who has the id; ids cannot be guessed.
pub(crate) async fn show(
    site: Data<Site>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let view = site.read(move |app| app.verification(&id)).await?;
    draw(&request, &view)
}

/// The page of an answer.
pub(crate) fn draw(
    request: &HttpRequest,
    view: &VerificationView,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(request);
    page(HttpResponse::Ok(), &frame, &ResultPage::of(view, &frame))
}
