//! A private PostgreSQL server of the tests: started once by whoever needs it, without a port,
//! gone with the process that started it.

use super::shared::skip;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, mpsc};
use std::thread;
use std::time::Duration;

/// Where Debian keeps the programs of a server, newest first.
const DEBIAN: &str = "/usr/lib/postgresql";
/// A server refuses to run as the superuser of the machine.
const USER: &str = "postgres";

/// True when the tests are to keep their registers on a server: `YZ_TEST_DATABASE=postgres`.
pub fn is_wanted() -> bool {
    std::env::var("YZ_TEST_DATABASE").as_deref() == Ok("postgres")
}

/// The address of an empty database for a test alone; `None`, said loudly, where PostgreSQL is not
/// installed.
pub fn database(test: &str) -> Option<String> {
    shared(test).map(Server::database)
}

/// The server that tests share; `None`, said loudly, where PostgreSQL is not installed.
pub fn shared(test: &str) -> Option<&'static Server> {
    static SHARED: LazyLock<Option<Server>> = LazyLock::new(|| Server::make(None));
    SHARED.as_ref().or_else(|| not_installed(test))
}

/// A server of one's own; `None`, said loudly, where PostgreSQL is not installed.
pub fn own(test: &str) -> Option<Server> {
    Server::make(None).or_else(|| not_installed(test))
}

/// A server of one's own that keeps its data in this folder.
pub fn own_in(test: &str, folder: &Path) -> Option<Server> {
    Server::make(Some(folder)).or_else(|| not_installed(test))
}

fn not_installed<T>(test: &str) -> Option<T> {
    skip(test, "PostgreSQL is not installed");
    None
}

/// A running server.
pub struct Server {
    programs: PathBuf,
    /// Its socket and its log.
    folder: PathBuf,
    orders: mpsc::Sender<(Order, mpsc::Sender<()>)>,
}

/// What is done to a server by the thread that started it.
#[derive(Clone, Copy)]
enum Order {
    Restart,
    Halt,
    Kill,
    Start,
}

impl Server {
    fn make(data: Option<&Path>) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let programs = programs()?;
        for left in left_by_the_dead(&place(), PREFIX) {
            let _ = fs::remove_dir_all(left);
        }
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = place().join(format!("{PREFIX}{}-{number}", std::process::id()));
        fs::create_dir(&folder).expect("a folder for the server");
        let cluster = data.unwrap_or(&folder).join("cluster");
        fs::create_dir(&cluster).expect("a folder for its data");
        if is_root() {
            ran(Command::new("chown").arg(USER).args([&folder, &cluster]));
        }
        let mut initdb = as_user(&programs.join("initdb"));
        initdb.args(["--no-sync", "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C", "-D"]);
        ran(initdb.arg(&cluster).current_dir(&folder));
        let (orders, to_do) = mpsc::channel::<(Order, mpsc::Sender<()>)>();
        let (started, ready) = mpsc::channel();
        let (own, bin) = (folder.clone(), programs.clone());
        // The server ends with the thread that started it, so this one lasts as long as we do.
        thread::spawn(move || {
            let mut server = serve(&bin, &own, &cluster);
            started.send(()).expect("someone waits");
            for (order, done) in to_do {
                match order {
                    Order::Halt => signal("STOP", &processes(&server)),
                    Order::Kill => {
                        signal("KILL", &processes(&server));
                        server.wait().expect("it ends");
                    }
                    Order::Start => server = serve(&bin, &own, &cluster),
                    Order::Restart => {
                        signal("QUIT", &[server.id().to_string()]);
                        server.wait().expect("it ends");
                        server = serve(&bin, &own, &cluster);
                    }
                }
                done.send(()).expect("someone waits");
            }
            // Nobody restarts it any more; it serves until we end.
            loop {
                thread::park();
            }
        });
        ready.recv().expect("it starts");
        Some(Self { programs, folder, orders })
    }

    fn obey(&self, order: Order) {
        let (done, ready) = mpsc::channel();
        self.orders.send((order, done)).expect("its thread lives");
        ready.recv().expect("it is done");
    }

    /// `pg_ctl -m immediate restart`; returns when the server answers again.
    pub fn restart(&self) {
        self.obey(Order::Restart);
    }

    /// It stands still, with all its processes, as a machine does that has no power.
    pub fn halt(&self) {
        self.obey(Order::Halt);
    }

    /// It is gone, with all its processes.
    pub fn kill(&self) {
        self.obey(Order::Kill);
    }

    /// After [`Self::kill`]; returns when the server answers again.
    pub fn start(&self) {
        self.obey(Order::Start);
    }

    /// As if the lease of every request under way had run out: its worker is taken for dead.
    pub fn end_leases(&self, database: &str) {
        let schema = schema(database);
        self.ask(&format!("UPDATE {schema}.request SET lease_until = 0 WHERE state <> 'done'"));
    }

    /// The address of an empty database: a schema of its own, which is made in no time.
    pub fn database(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let schema = format!("test{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        self.ask(&format!("CREATE SCHEMA {schema}"));
        let folder = self.folder.display();
        format!("postgres://{USER}@/{USER}?host={folder}&options=-csearch_path%3D{schema}")
    }

    /// Where its socket lies.
    pub fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    /// What `psql` answers, unadorned.
    pub fn ask(&self, query: &str) -> String {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-U", USER, "-h"]).arg(&self.folder);
        ran(psql.args(["-c", query, USER]))
    }
}

const PREFIX: &str = "yz-postgres-";

/// In memory where there is some: the tests ask what the program does, not what the disk does.
fn place() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}

/// Where the tables of a database lie, by its address.
pub fn schema(database: &str) -> &str {
    database.rsplit("%3D").next().expect("a schema")
}

/// A server and what it has started, itself first: halted, it starts no more.
fn processes(server: &Child) -> Vec<String> {
    let id = server.id();
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
    let children = children.unwrap_or_default();
    std::iter::once(id.to_string()).chain(children.split_whitespace().map(str::to_owned)).collect()
}

/// Some may have ended by themselves.
fn signal(signal: &str, processes: &[String]) {
    let mut kill = Command::new("kill");
    kill.arg(format!("-{signal}")).args(processes).stderr(Stdio::null());
    kill.status().expect("kill runs");
}

/// What processes left in a folder that are no more, under names of this beginning and their id.
pub fn left_by_the_dead(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_dead = |name: &str| {
        let id = name.strip_prefix(prefix).and_then(|rest| rest.split('-').next());
        id.is_some_and(|id| !Path::new("/proc").join(id).exists())
    };
    entries
        .filter(|entry| is_dead(&entry.file_name().to_string_lossy()))
        .map(|entry| entry.path())
        .collect()
}

fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|one| one.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    let whole =
        |folder: &PathBuf| ["initdb", "postgres", "psql"].iter().all(|p| folder.join(p).is_file());
    folders.into_iter().find(whole)
}

fn serve(programs: &Path, folder: &Path, cluster: &Path) -> Child {
    let mut server = as_user(&programs.join("postgres"));
    server.arg("-D").arg(cluster).arg("-k").arg(folder);
    let settings = [
        "listen_addresses=",
        "max_connections=300",
        "shared_buffers=32MB",
        "min_wal_size=32MB",
        "max_wal_size=128MB",
    ];
    for setting in settings {
        server.args(["-c", setting]);
    }
    let log = fs::File::options().create(true).append(true).open(folder.join("log"));
    server.stderr(log.expect("a log")).stdout(Stdio::null()).current_dir(folder);
    let mut server = server.spawn().expect("it starts");
    for _ in 0..600 {
        let mut asked = Command::new(programs.join("psql"));
        asked.args(["-qAtX", "-U", USER, "-h"]).arg(folder).args(["-c", "SELECT 1", USER]);
        let answer = asked.stderr(Stdio::null()).output().expect("psql runs");
        if answer.status.success() {
            return server;
        }
        let ended = server.try_wait().expect("asked");
        assert!(ended.is_none(), "{}", fs::read_to_string(folder.join("log")).unwrap_or_default());
        thread::sleep(Duration::from_millis(50));
    }
    panic!("the server does not answer");
}

/// A program that ends with the thread that starts it, and never runs as the superuser.
fn as_user(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "INT"]);
    if is_root() {
        command.args(["--reuid", USER, "--regid", USER, "--init-groups"]);
    }
    command.arg(program);
    command
}

/// True when the tests run as the superuser of the machine.
pub fn is_root() -> bool {
    static ROOT: LazyLock<bool> = LazyLock::new(|| ran(Command::new("id").arg("-u")) == "0");
    *ROOT
}

fn ran(command: &mut Command) -> String {
    let program = command.get_program().to_owned();
    let answer = command.output().unwrap_or_else(|cause| panic!("{}: {cause}", shown(&program)));
    let said = String::from_utf8_lossy(&answer.stderr).into_owned();
    assert!(answer.status.success(), "{}: {said}", shown(&program));
    String::from_utf8_lossy(&answer.stdout).trim().to_owned()
}

fn shown(program: &OsStr) -> String {
    program.to_string_lossy().into_owned()
}
