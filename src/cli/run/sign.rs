//! `yinzheng sign`: a client of the interface, with a key in a file or without any.

use super::remote::Remote;
use super::{absent, caller, open, read, write_new};
use crate::cli::args::{
    SignCommand, SignCompleteTyped, SignHowTyped, SignPrepareTyped, SignServiceTyped, SignTyped,
    SignWholeTyped,
};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::view::{PreparedSigningView, SigningRequestView};
use app::{App, Caller, Errand, SignatureSaid, SigningAsked, SigningPlace, sign_prepared};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::path::Path;

/// A key, a chain of certificates, or a signature.
const SMALL_BYTES_MAX: usize = 64 << 10;
/// Nothing in a PDF that is sent looks so.
const BOUNDARY: &str = "yinzheng-sign-7d1f0c5a9be24c63";
/// How the access log names the command.
const READER: &str = "yinzheng sign";
/// Width and height of the box, in mm.
const BOX_MM: [f64; 2] = [50.0, 18.0];

/// Signs, or does one half of it.
pub(super) fn run(typed: SignTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    match typed.command {
        Some(SignCommand::Prepare(typed)) => prepare(typed, config, output),
        Some(SignCommand::Complete(typed)) => complete(typed, config, output),
        None => whole(typed.whole, config, output),
    }
}

fn whole(typed: SignWholeTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    // The parser has seen to it that all are there.
    let (Some(file), Some(key), Some(certificate), Some(case_no), Some(to)) =
        (typed.file, typed.key, typed.certificate, typed.case_no, typed.output)
    else {
        return Err(Failure::Usage("name a PDF, a key, a certificate and a case".to_owned()));
    };
    absent(&to)?;
    let (key, certificate) = (text(&key)?, text(&certificate)?);
    let document = read(&file, config.limits.file_bytes_max)?;
    let asked = asked(document.clone(), case_no, certificate.clone(), typed.how);
    let service = Service::open(typed.service, config)?;
    let view = service.prepare(&asked)?;
    let prepared = service.document(&view.id)?;
    let signed = sign_prepared(&view, &document, &prepared, (&key, &certificate))?;
    let digest = Some(signed.digest);
    let said = SignatureSaid { token: view.token, signature: signed.signature, digest };
    service.complete(&view.id, &said)?;
    fetched(&service, &view.id, &to, output)
}

fn prepare(typed: SignPrepareTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    absent(&typed.output)?;
    let document = read(&typed.file, config.limits.file_bytes_max)?;
    let asked = asked(document, typed.case_no, text(&typed.certificate)?, typed.how);
    let view = Service::open(typed.service, config)?.prepare(&asked)?;
    let json = serde_json::to_vec_pretty(&view);
    let json = json.map_err(|cause| Failure::Remote(cause.to_string()))?;
    write_new(&typed.output, &json)?;
    output.line(format_args!("{} {}", output.words().written, typed.output.display()));
    output.line(format_args!("{}  {}", view.algorithm, view.digest));
    Ok(Exit::Success)
}

fn complete(typed: SignCompleteTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    absent(&typed.output)?;
    let request = read(&typed.request, SMALL_BYTES_MAX)?;
    let view: PreparedSigningView = serde_json::from_slice(&request)
        .map_err(|cause| Failure::Usage(format!("{}: {cause}", typed.request.display())))?;
    let value = read(&typed.signature, SMALL_BYTES_MAX)?;
    let signature = STANDARD.encode(value);
    let said = SignatureSaid { token: view.token, signature, digest: Some(view.digest) };
    let service = Service::open(typed.service, config)?;
    service.complete(&view.id, &said)?;
    fetched(&service, &view.id, &typed.output, output)
}

fn fetched(service: &Service, id: &str, to: &Path, output: &Output) -> Result<Exit, Failure> {
    write_new(to, &service.document(id)?)?;
    output.line(format_args!("{} {}", output.words().written, to.display()));
    Ok(Exit::Success)
}

fn text(path: &Path) -> Result<String, Failure> {
    Ok(String::from_utf8_lossy(&read(path, SMALL_BYTES_MAX)?).into_owned())
}

fn asked(
    document: Vec<u8>,
    case_no: String,
    certificate: String,
    how: SignHowTyped,
) -> SigningAsked {
    let place = match (how.field, how.page, how.x, how.y) {
        (Some(field), ..) => SigningPlace::Field(field),
        (None, Some(page), Some(x), Some(y)) => {
            SigningPlace::At(page, [x, y, BOX_MM[0], BOX_MM[1]])
        }
        _ => SigningPlace::Corner,
    };
    let (item, algorithm) = (how.item, how.algorithm);
    SigningAsked { document, case_no, item, certificate, algorithm, place }
}

/// Who prepares and completes.
enum Service {
    /// That of a data folder of this machine.
    Here(Box<App>, Caller),
    /// One elsewhere.
    Elsewhere(Box<Remote>),
}

impl Service {
    fn open(typed: SignServiceTyped, config: Config) -> Result<Self, Failure> {
        if let Some(url) = &typed.url {
            return Ok(Self::Elsewhere(Box::new(Remote::new(url, &typed.access)?)));
        }
        let app = open(config, typed.data)?;
        let caller = caller(&app, typed.organization.as_deref(), None)?;
        Ok(Self::Here(Box::new(app), caller))
    }

    fn prepare(&self, asked: &SigningAsked) -> Result<PreparedSigningView, Failure> {
        match self {
            Self::Here(app, caller) => Ok(app.prepare_signing(caller, None, asked)?.value),
            Self::Elsewhere(remote) => {
                let kind = format!("multipart/form-data; boundary={BOUNDARY}");
                let path = "/v1/signing-requests";
                let body = multipart(asked);
                let answer = remote.call("POST", path, &[("Content-Type", &kind)], &body)?;
                parsed(remote, path, answer.status, &answer.body)
            }
        }
    }

    fn document(&self, id: &str) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Here(app, caller) => {
                Ok(app.signing_document(caller, &Errand::by(READER), id)?.bytes)
            }
            Self::Elsewhere(remote) => {
                let path = format!("/v1/signing-requests/{id}/document");
                let answer = remote.call("GET", &path, &[], &[])?;
                if answer.status != 200 {
                    return Err(refused(remote, &path, answer.status, &answer.body));
                }
                Ok(answer.body)
            }
        }
    }

    fn complete(&self, id: &str, said: &SignatureSaid) -> Result<SigningRequestView, Failure> {
        match self {
            Self::Here(app, caller) => Ok(app.complete_signing(caller, None, id, said)?.value),
            Self::Elsewhere(remote) => {
                let path = format!("/v1/signing-requests/{id}:complete");
                let body = json!({
                    "token": said.token, "signature": said.signature, "digest": said.digest
                });
                let kind = [("Content-Type", "application/json")];
                let answer = remote.call("POST", &path, &kind, body.to_string().as_bytes())?;
                parsed(remote, &path, answer.status, &answer.body)
            }
        }
    }
}

fn parsed<T: serde::de::DeserializeOwned>(
    remote: &Remote,
    path: &str,
    status: u16,
    body: &[u8],
) -> Result<T, Failure> {
    if !(200..300).contains(&status) {
        return Err(refused(remote, path, status, body));
    }
    serde_json::from_slice(body).map_err(|cause| remote.failed(path, &cause.to_string()))
}

/// What the service said no to, by its code.
fn refused(remote: &Remote, path: &str, status: u16, body: &[u8]) -> Failure {
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    let word = |key: &str| problem[key].as_str().unwrap_or_default().to_owned();
    remote.failed(path, &format!("{status} {} {}", word("code"), word("detail")))
}

/// The request as the interface reads it.
fn multipart(asked: &SigningAsked) -> Vec<u8> {
    let placement = match &asked.place {
        SigningPlace::Corner => Value::Null,
        SigningPlace::Field(field) => json!({ "field": field }),
        SigningPlace::At(page, [x, y, width, height]) => json!({
            "page": page, "x_mm": x, "y_mm": y, "width_mm": width, "height_mm": height
        }),
    };
    let fields = json!({
        "case_no": asked.case_no, "item": asked.item, "certificate": asked.certificate,
        "algorithm": asked.algorithm, "placement": placement
    });
    let part = |head: &str, bytes: &[u8]| {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        [head.as_bytes(), bytes, b"\r\n"].concat()
    };
    [
        part("name=\"fields\"\r\nContent-Type: application/json", fields.to_string().as_bytes()),
        part(
            "name=\"document\"; filename=\"document.pdf\"\r\nContent-Type: application/pdf",
            &asked.document,
        ),
        format!("--{BOUNDARY}--\r\n").into_bytes(),
    ]
    .concat()
}
