//! Tokens and devices for keys: SoftHSM in a folder of its own, and libraries that do what a file says.

use super::shared::skip;
use super::tool::{Said, run, said, tool};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The PIN of the token, and the password of the keys in the device.
pub const PIN: &str = "password";
/// The label of the token.
pub const TOKEN: &str = "yinzheng test";

/// Where Debian, and others, put the library.
const SOFT_HSM: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];

/// A library that misbehaves when it is told.
pub struct Device {
    /// The library.
    pub library: PathBuf,
    control: PathBuf,
}

impl Device {
    /// Compiles `tests/custody/NAME.c`; `None`, said loudly, when this machine cannot.
    fn compile(test: &str, name: &str, folder: &Path, more: &[String]) -> Option<Self> {
        let cc = tool(test, "cc")?;
        let device = Self::at(folder, name);
        let source = format!("{}/tests/custody/{name}.c", env!("CARGO_MANIFEST_DIR"));
        let mut arguments = vec!["-shared".to_owned(), "-fPIC".to_owned(), "-O1".to_owned()];
        arguments.push(format!("-DCONTROL=\"{}\"", device.control.display()));
        arguments.extend(["-o".to_owned(), device.library.display().to_string(), source]);
        arguments.extend_from_slice(more);
        let compiled = run(&cc, arguments);
        if !compiled.well {
            skip(test, &format!("{name}.c does not compile: {}", compiled.text));
            return None;
        }
        Some(device)
    }

    /// One that was compiled in this folder.
    pub fn at(folder: &Path, name: &str) -> Self {
        Self { library: folder.join(format!("{name}.so")), control: folder.join("control") }
    }

    /// An SDF device with 64 SM2 keys.
    pub fn sdf(test: &str, folder: &Path) -> Option<Self> {
        Self::compile(test, "sdf", folder, &["-lcrypto".to_owned()])
    }

    /// From now on it is well, gone, lying (flip), another (other), or it hangs.
    pub fn becomes(&self, mode: &str) {
        let passing = self.control.with_extension("next");
        fs::write(&passing, mode).expect("written");
        fs::rename(passing, &self.control).expect("told");
    }

    /// How often something was noted beside the file that tells it what to do.
    pub fn noted(&self, what: &str) -> usize {
        let path = format!("{}.{what}", self.control.display());
        fs::read(path).map_or(0, |marks| marks.len())
    }
}

/// SoftHSM with one token in a folder.
pub struct SoftHsm {
    /// Its own library.
    pub library: PathBuf,
    /// The folder of its tokens: whoever takes it away has pulled them all.
    pub tokens: PathBuf,
    /// What `SOFTHSM2_CONF` names.
    pub configuration: PathBuf,
}

impl SoftHsm {
    /// A fresh token; `None`, said loudly, when SoftHSM is not installed.
    pub fn new(test: &str, folder: &Path) -> Option<Self> {
        let util = tool(test, "softhsm2-util")?;
        let Some(library) = SOFT_HSM.iter().map(PathBuf::from).find(|path| path.is_file()) else {
            skip(test, "libsofthsm2.so is nowhere");
            return None;
        };
        let (tokens, configuration) = (folder.join("tokens"), folder.join("softhsm2.conf"));
        fs::create_dir_all(&tokens).expect("a folder");
        let text = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            tokens.display()
        );
        fs::write(&configuration, text).expect("written");
        let mut command = Command::new(util);
        command.env("SOFTHSM2_CONF", &configuration).args(["--init-token", "--free"]);
        command.args(["--label", TOKEN, "--so-pin", "12345678", "--pin", PIN]);
        said(command.output().expect("it runs")).expect(&[]);
        Some(Self { library, tokens, configuration })
    }

    /// A library that passes everything on to it, when it is well.
    pub fn behind(&self, test: &str, folder: &Path) -> Option<Device> {
        let real = format!("-DREAL=\"{}\"", self.library.display());
        Device::compile(test, "token", folder, &[real, "-ldl".to_owned()])
    }

    /// Runs a program that finds it.
    pub fn run(&self, mut program: Command) -> Said {
        said(program.env("SOFTHSM2_CONF", &self.configuration).output().expect("it runs"))
    }
}

/// A file of its owner alone with the PIN.
pub fn pin_file(folder: &Path, pin: &str) -> PathBuf {
    let path = folder.join(format!("pin-{pin}"));
    fs::write(&path, format!("{pin}\n")).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("closed");
    path
}
