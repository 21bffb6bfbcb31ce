//! A demo in which seals are made: a department that asked for one, and its people.

use super::decision;
use super::postgres;
use super::service::{copy, database, demo, demo_on, empty_folder, free_address, listen, settings};
use super::tool::{Said, said};
use app::demo::Summary;
use app::{App, AppError, Caller, IssueRequest, Settings};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use time::{Duration, OffsetDateTime};

/// The department that asked for a seal.
pub const ARCHIVE: &str = "示例市档案馆";

/// A demo of its own, whose authority certifies seals.
pub struct Office {
    /// The service.
    pub app: App,
    /// Its folder.
    pub data: PathBuf,
    /// Its register, on a server.
    pub database: Option<String>,
    /// What the demo made.
    pub summary: Summary,
    address: SocketAddr,
    callers: RefCell<BTreeMap<String, Caller>>,
}

impl Office {
    /// A copy of the demo, or on a server a demo made for the test.
    pub fn new(test: &str, name: &str) -> Option<Self> {
        let data = empty_folder(name);
        let own = match database() {
            Some(_) => Some(postgres::database(test)?),
            None => None,
        };
        match &own {
            Some(url) => drop(demo_on(url, &data)),
            None => copy(&demo().made, &data),
        }
        let summary = fs::read(data.join("demo/summary.json")).expect("a summary");
        let summary = serde_json::from_slice(&summary).expect("a summary");
        let address = free_address();
        let settings = Settings {
            demo_accounts: true,
            database: own.as_ref().map(|url| url.parse().expect("an address")),
            ..settings(&data, address)
        };
        let app = App::open(settings).expect("it opens");
        Some(Self { app, data, database: own, summary, address, callers: RefCell::default() })
    }

    /// Serves it until the tests end; where.
    pub fn serve(&self) -> SocketAddr {
        listen(self.app.clone(), self.address);
        self.address
    }

    /// What somebody types to sign in, so many steps of the device from now.
    pub fn proof(&self, login: &str, steps: i32) -> (String, String) {
        let mut people = self.summary.people.iter();
        let one = people.find(|one| one.login == login).expect("somebody of the demo");
        let at = OffsetDateTime::now_utc() + Duration::seconds(30) * steps;
        (one.password.clone(), one.code(at))
    }

    /// Somebody of the demo; a code counts once.
    pub fn who(&self, login: &str) -> Caller {
        let mut callers = self.callers.borrow_mut();
        let sign_in = || {
            let (password, code) = self.proof(login, 0);
            self.app.signed_in_once(login, &password, &code).expect("signed in")
        };
        callers.entry(login.to_owned()).or_insert_with(sign_in).clone()
    }

    /// Whoever sits at the machine, for the archive.
    pub fn console(&self) -> Caller {
        self.app.console(ARCHIVE).expect("the archive")
    }

    /// The seal that the demo's archive asked for.
    pub fn waiting(&self) -> String {
        let all = self.app.seals(&self.who("archive.keeper")).expect("seals");
        let found = all.into_iter().find(|one| one.state == "REQUESTED");
        found.expect("one was asked for").id
    }

    /// How far a seal is.
    pub fn state(&self, id: &str) -> String {
        self.app.seal(&self.who("security"), id).expect("the seal").seal.state
    }

    /// A decision of the archive, sealed.
    pub fn issue(&self, seal: Option<&str>) -> Result<Vec<u8>, AppError> {
        let key = &self.summary.newcomer.as_ref().expect("the archive").api_key;
        let (token, certificate, address) = (key.clone(), None, None);
        let presented = app::Presented { token, certificate, address };
        let caller = self.app.authenticate(&presented).expect("its key");
        let asked = decision::request(&decision::fresh_number());
        let request = IssueRequest {
            license_type: decision::TYPE.to_owned(),
            fields: asked["fields"].as_object().expect("fields").clone(),
            document: None,
            seal: seal.map(str::to_owned),
            form: None,
            level: None,
            parts: Vec::new(),
        };
        let issued = self.app.issue(&caller, None, request)?.value;
        Ok(self.app.rendition(&caller, &app::Errand::by("test"), &issued.id)?.bytes)
    }

    /// What a command says; somebody proves who they are on its standard input.
    pub fn typed(&self, arguments: &[&str], proof: Option<(String, String)>) -> Said {
        let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
        program.args(["--lang", "en"]).args(arguments).arg("--data").arg(&self.data);
        program.env("YZ_TRUST", self.data.join("trust"));
        program.envs(self.database.as_ref().map(|url| ("YZ_DATABASE", url)));
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = program.spawn().expect("it starts");
        let mut input = child.stdin.take().expect("its input");
        if let Some((password, code)) = proof {
            // A command that refuses before it reads has closed its end.
            let _ = writeln!(input, "{password}\n{code}");
        }
        drop(input);
        said(child.wait_with_output().expect("it ends"))
    }
}
