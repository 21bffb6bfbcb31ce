//! `yinzheng demo`.

use super::serve::{apply, log, serving, until_told};
use crate::cli::args::ServeTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::{Config, LogFormat};
use app::App;
use app::demo::{Summary, prepare};
use std::net::{Ipv4Addr, TcpListener};
use tokio::runtime::Runtime;

/// Makes the demo, or finds it there, says what to try, and serves.
pub(super) fn run(typed: ServeTyped, mut config: Config, output: &Output) -> Result<Exit, Failure> {
    apply(typed, &mut config);
    config.issue.sample_mark = true;
    config.log.format = LogFormat::Text;
    config.sign_in.test_identity = true;
    let settings = app::Settings { demo_accounts: true, ..config.settings() };
    let bar = output.progress();
    let summary = prepare(&settings, &mut |step| bar.show(step.done, step.total, &step.what));
    bar.close();
    let summary = summary?;
    log(&config);
    let connectors = connectors(&config)?;
    let app = App::open(serving(app::Settings { connectors, ..settings }))?;
    until_told(app, &config, |url| {
        show(&summary, url, output);
        // Codes are printed in sealed files and cannot follow a service that moved.
        if summary.public_url != config.public_url() {
            output.note(format_args!("{} {}", output.words().codes_elsewhere, summary.public_url));
        }
    })
}

/// The offices that are asked about applicants, played by a list of invented people.
fn connectors(config: &Config) -> Result<Vec<app::ConnectorSettings>, Failure> {
    let serve = |cause: std::io::Error| Failure::Serve(cause.to_string());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(serve)?;
    let url = format!("http://{}", listener.local_addr().map_err(serve)?);
    let (connector, settings) = app::demo::connectors(&config.storage.data, &url)?;
    let runtime = Runtime::new().map_err(serve)?;
    std::thread::spawn(move || {
        let end = std::future::pending();
        let asked = web::serve_connector(listener, connector, drop, end);
        if let Err(cause) = runtime.block_on(asked) {
            tracing::warn!(error = &cause as &dyn std::error::Error, "the connectors of the demo");
        }
    });
    Ok(settings)
}

fn show(summary: &Summary, url: &str, output: &Output) {
    let words = output.words();
    let trust = summary.trust.display();
    let example = summary.example_file.display();
    output.line(if summary.fresh { words.demo_made } else { words.demo_found });
    output.entry(words.licenses, summary.licenses);
    output.entry(words.license_types, summary.license_types);
    output.entry(words.files, summary.files.display());
    output.entry(words.trust, &trust);
    for department in summary.departments.iter().chain(&summary.newcomer) {
        output.line("");
        output.line(&department.name);
        output.entry(words.seal, &department.seal);
        output.entry(words.api_key, &department.api_key);
    }
    // As it was called: who typed `cargo run` has no `yinzheng` on the path.
    let program = std::env::args().next().unwrap_or_else(|| "yinzheng".to_owned());
    let key = summary.departments.first().map_or("", |department| &department.api_key);
    output.line("");
    output.line(words.try_next);
    output.line(format_args!("  {url}"));
    output.line(format_args!("  {url}v/{}", summary.example_code));
    output.line(format_args!("  {url}sign-in"));
    output.line(format_args!("  {url}docs"));
    output.line(format_args!("  {program} verify '{example}' --trust '{trust}'"));
    output.line(format_args!("  {program} inspect '{example}'"));
    output.line(format_args!("  curl -H 'Authorization: Bearer {key}' {url}v1/licenses"));
    for client in summary.clients.iter().filter(|client| client.method == "private_key_jwt") {
        let (name, key_id, key) = (&client.name, &client.key_id, client.key.display());
        output.line(format_args!(
            "  {program} client assertion {name} --key '{key}' --key-id {key_id} --audience {}",
            url.trim_end_matches('/')
        ));
    }
    output.line("");
    output.line(format_args!("{} {url}  ({})", words.serving, words.ctrl_c));
}
