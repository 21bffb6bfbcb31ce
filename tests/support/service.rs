//! The service as the tests use it: one demo prepared once, served for all of them, and others
//! for a test that needs its own.

use super::http::Request;
use super::postgres;
use app::{App, Settings, WebhookSettings};
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, mpsc};
use web::{AnonymousLimit, ServerSettings};

/// Largest upload that the test service takes: small, so that the limit itself is tested cheaply.
pub const FILE_BYTES_MAX: usize = 4 << 20;

/// An address of this machine at which nobody listens, for events that none is to get.
pub const DEAF: &str = "127.81.81.81";

/// The department that issues licensing decisions.
const ISSUER: &str = "示例市行政审批服务局";

/// A service that listens on a port of its own until the tests end.
pub struct Service {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its data folder, in use.
    pub data: PathBuf,
    /// The data folder as the demo made it, to be copied: a copy of one in use is not of one moment.
    pub made: PathBuf,
    /// What the demo made.
    pub summary: app::demo::Summary,
    /// The service without HTTP.
    pub app: App,
}

/// The service with the demo's departments, seals and licenses. Tests may add to it; what they
/// count must be their own.
pub fn demo() -> &'static Service {
    static DEMO: LazyLock<Service> = LazyLock::new(|| Service::start("demo"));
    &DEMO
}

impl Service {
    fn start(name: &str) -> Self {
        let data = empty_folder(name);
        let address = free_address();
        let sign_in = app::SignInSettings { test_identity: true, ..Default::default() };
        let settings = Settings { sign_in, ..settings(&data, address) };
        let summary = app::demo::prepare(&settings, &mut |_| {}).expect("the demo is made");
        let made = empty_folder(&format!("{name}-made"));
        copy(&data, &made);
        let app = App::open(settings).expect("the service opens");
        listen(app.clone(), address);
        Self { address, data, made, summary, app }
    }

    /// A request to the service.
    pub fn request(&self, method: &'static str, path: &str) -> Request {
        Request::new(self.address, method, path)
    }

    /// `GET` of a path.
    #[track_caller]
    pub fn at(&self, path: &str) -> super::http::Answer {
        self.request("GET", path).send()
    }

    /// `Authorization` of the department that issues licensing decisions.
    pub fn key(&self) -> String {
        key_of(&self.summary, ISSUER)
    }

    /// `Authorization` of another department.
    pub fn other_key(&self) -> String {
        self.key_of("示例市卫生健康委员会")
    }

    fn key_of(&self, name: &str) -> String {
        key_of(&self.summary, name)
    }

    /// The sealed files of the demo, sorted by name.
    pub fn sealed(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.data.join("demo")).expect("the demo's copies");
        let mut files: Vec<PathBuf> = files.flatten().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|end| end == "pdf"));
        files.sort();
        files
    }

    /// The folder of trust anchors.
    pub fn trust(&self) -> PathBuf {
        self.data.join("trust")
    }
}

/// `Authorization` of a department of this name.
pub fn key_of(summary: &app::demo::Summary, name: &str) -> String {
    let mut departments = summary.departments.iter();
    let department = departments.find(|one| one.name == name).expect("a demo department");
    format!("Bearer {}", department.api_key)
}

/// Makes a demo of its own in the register at this address; `Authorization` of the department that
/// issues licensing decisions.
pub fn demo_on(database: &str, data: &Path) -> String {
    let own = Settings {
        database: Some(database.parse().expect("an address")),
        ..settings(data, free_address())
    };
    key_of(&app::demo::prepare(&own, &mut |_| {}).expect("the demo is made"), ISSUER)
}

/// The address of the demo's register, when it is not to lie in the demo's folder
/// (`YZ_TEST_DATABASE=postgres`).
pub fn database() -> Option<&'static str> {
    static URL: LazyLock<Option<String>> = LazyLock::new(|| {
        let wanted = postgres::is_wanted();
        assert!(
            !wanted || cfg!(feature = "postgres"),
            "YZ_TEST_DATABASE needs --features postgres"
        );
        wanted.then(|| postgres::database("the demo").expect("PostgreSQL, which is asked for"))
    });
    URL.as_deref()
}

/// Settings as a demo's, for a service at this address.
pub fn settings(data: &Path, address: SocketAddr) -> Settings {
    Settings {
        public_url: format!("http://{address}"),
        sample_mark: true,
        file_bytes_max: FILE_BYTES_MAX,
        examiner: Some(env!("CARGO_BIN_EXE_yinzheng").into()),
        database: database().map(|url| url.parse().expect("an address")),
        webhooks: WebhookSettings { allow: vec![DEAF.to_owned()], ..Default::default() },
        ..Settings::in_folder(data)
    }
}

/// Serves on a thread of its own until the process ends; returns when it listens.
pub fn listen(app: App, address: SocketAddr) {
    listen_with(app, ServerSettings { listen: address, ..server_settings() });
}

/// Settings of the HTTP layer for tests.
pub fn server_settings() -> ServerSettings {
    ServerSettings {
        file_bytes_max: FILE_BYTES_MAX,
        // All tests ask from one address.
        anonymous: AnonymousLimit { burst: 100_000, per_minute: 100_000 },
        guesses: AnonymousLimit { burst: 100_000, per_minute: 100_000 },
        ..ServerSettings::default()
    }
}

/// The same by other settings.
pub fn listen_with(app: App, settings: ServerSettings) {
    let (bound, listens) = mpsc::channel();
    std::thread::spawn(move || {
        let bound = move |_: &[SocketAddr]| bound.send(()).expect("someone waits");
        let served = web::serve(app, settings, bound, std::future::pending());
        tokio::runtime::Runtime::new().expect("a runtime").block_on(served).expect("it serves");
    });
    listens.recv().expect("it listens");
}

/// An address that nobody listens on now.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its address")
}

/// An empty folder of this name that the next run empties again.
pub fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the last run's folder goes");
    }
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Copies a folder as it lies, for a register that no other test touches.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("readable").flatten() {
        let target = to.join(entry.file_name());
        if database().is_some() && entry.file_name() == "files" {
            // One register, one store of files, whoever serves them.
            std::os::unix::fs::symlink(entry.path(), target).expect("linked");
        } else if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}
