//! `yinzheng serve`.

use crate::cli::args::ServeTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::{Config, Level, LogFormat};
use app::{App, Settings};
use std::io::IsTerminal;
use std::net::{SocketAddr, TcpListener};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Serves until it is told to stop.
pub(super) fn run(typed: ServeTyped, mut config: Config, output: &Output) -> Result<Exit, Failure> {
    let accept_older_register = typed.accept_older_register;
    apply(typed, &mut config);
    log(&config);
    let settings = Settings { accept_older_register, ..config.settings() };
    let app = App::open(serving(settings))?;
    until_told(app, &config, |url| {
        output.line(format_args!("{} {url}", output.words().serving));
    })
}

/// As the service runs: files of strangers are examined in processes of their own, by this program
/// as it was started, whatever stands at its path by now.
pub(super) fn serving(settings: Settings) -> Settings {
    Settings { examiner: Some("/proc/self/exe".into()), ..settings }
}

/// What was typed wins over what is configured.
pub(super) fn apply(typed: ServeTyped, config: &mut Config) {
    if let Some(data) = typed.data.data {
        config.storage.data = data;
    }
    if let Some(listen) = typed.listen {
        config.server.listen = listen;
    }
    settle_port(&mut config.server.listen);
}

/// The free port behind port 0 is taken now, because codes name the address before it is bound.
fn settle_port(listen: &mut SocketAddr) {
    if listen.port() == 0
        && let Ok(free) = TcpListener::bind(*listen).and_then(|one| one.local_addr())
    {
        listen.set_port(free.port());
    }
}

/// Serves until Ctrl-C or a polite kill, then finishes the requests under way.
pub(super) fn until_told(
    app: App,
    config: &Config,
    bound: impl FnOnce(&str),
) -> Result<Exit, Failure> {
    let serve = |cause: std::io::Error| Failure::Serve(cause.to_string());
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let bound = |addresses: &[SocketAddr]| {
        let address = addresses.first().copied().unwrap_or(config.server.listen);
        bound(&format!("{scheme}://{address}/"));
    };
    let runtime = Runtime::new().map_err(serve)?;
    runtime.block_on(async {
        let stop = told_to_end().map_err(serve)?;
        web::serve(app, config.server_settings(), bound, stop).await.map_err(serve)
    })?;
    Ok(Exit::Success)
}

/// Ends when somebody presses Ctrl-C or asks politely.
pub(super) fn told_to_end() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// Starts the log on standard error.
pub(super) fn log(config: &Config) {
    let level = match config.log.level {
        Level::Error => "error",
        Level::Warn => "warn",
        Level::Info => "info",
        Level::Debug => "debug",
        Level::Trace => "trace",
    };
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(level))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // A log that was started before stays as it is.
    let _ = match config.log.format {
        LogFormat::Json => lines.json().try_init(),
        LogFormat::Text => lines.try_init(),
    };
}
