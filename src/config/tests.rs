//! What the configuration accepts and refuses.

use super::*;

fn loaded(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("yinzheng.toml");
    std::fs::write(&file, text).unwrap();
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    load(Some(&file), variables).map(|l| l.config).map_err(|error| error.to_string())
}

#[test]
fn nothing_configured_is_the_default() {
    assert_eq!(loaded("", &[]), Ok(Config::default()));
}

#[test]
fn the_example_shows_every_setting_with_its_default() {
    let example = include_str!("../../config.example.toml");
    let set: String = example
        .lines()
        .filter_map(|line| line.strip_prefix('#').or(Some(line)))
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.to_owned() + "\n")
        .collect();
    let shown: toml::Table = toml::from_str(&set).unwrap();
    let read: Config = toml::from_str(&set).unwrap();
    assert!(read.custody.pkcs11.is_some() && read.custody.sdf.is_some(), "both are shown");
    let sections = toml::Table::try_from(&read).unwrap();
    for (section, keys) in &sections {
        for key in keys.as_table().unwrap().keys() {
            assert!(shown[section].get(key).is_some(), "{section}.{key} is not in the example");
        }
    }
    let defaults = Config::default();
    assert!(read.storage.database.is_some(), "the example shows a server");
    assert!(read.storage.files.is_some(), "the example shows a bucket");
    assert_eq!(Storage { database: None, files: None, ..read.storage }, defaults.storage);
    assert_eq!(read.limits, defaults.limits);
    assert_eq!(read.log, defaults.log);
    assert_eq!(read.server.listen, defaults.server.listen);
    assert_eq!(read.server.shutdown_s, defaults.server.shutdown_s);
    assert!(read.tls.is_some(), "the example shows TLS");
}

#[test]
fn a_variable_wins_over_the_file() {
    let file = "[storage]\ndata = '/srv/a'\n[log]\nlevel = 'warn'\n";
    let config = loaded(file, &[("YZ_DATA", "/srv/b"), ("YZ_LOG_FORMAT", "text")]).unwrap();
    assert_eq!(config.storage.data, Path::new("/srv/b"));
    assert_eq!(config.log, Log { level: Level::Warn, format: LogFormat::Text });
}

#[test]
fn what_is_wrong_is_named() {
    let ok = "";
    for (file, variables, named) in [
        ("colour = 'red'", &[][..], "colour"),
        ("[server]\nlissten = '127.0.0.1:1'", &[], "lissten"),
        ("[server]\nlisten = 'localhost'", &[], "listen"),
        ("[server]\npublic_url = 'zheng.example'", &[], "server.public_url"),
        ("[server]\npublic_url = 'https://zheng.example/path'", &[], "server.public_url"),
        ("[server]\nshutdown_s = 100000", &[], "server.shutdown_s"),
        ("[storage]\ndata = ''", &[], "storage.data"),
        ("[storage]\ndatabase = ''", &[], "storage.database"),
        ("[storage]\ndatabase = 'mysql://db/yinzheng'", &[], "storage.database"),
        (ok, &[("YZ_DATABASE", "https://db")], "storage.database"),
        (ok, &[("YZ_FILES", "s3://")], "storage.files"),
        ("[custody]\nrsa = 'sdf'", &[], "sdf"),
        ("[custody]\nsm2 = 'pkcs11'", &[], "pkcs11"),
        ("[custody]\nrsa = 'pkcs11'", &[], "custody.pkcs11"),
        ("[custody]\nsm2 = 'sdf'", &[], "custody.sdf"),
        ("[custody]\npin = '1234'", &[], "pin"),
        ("[custody.pkcs11]\nlibrary = '/absent.so'\ntoken = 'a'\npin = '1'", &[], "pin"),
        ("[custody.pkcs11]\nlibrary = '/absent.so'", &[], "token"),
        ("[custody.sdf]\nlibrary = '/absent.so'", &[], "custody.sdf.library"),
        ("[custody.sdf]\nlibrary = '/absent.so'\ntimeout_s = 0", &[], "custody.sdf.timeout_s"),
        (ok, &[("YZ_MASTER_KEY_COMMAND", " ")], "custody.master_key_command"),
        ("[storage]\nfiles = 'gs://licenses'", &[], "storage.files"),
        ("[limits]\nfile_bytes_max = 10", &[], "limits.file_bytes_max"),
        ("[limits]\nfile_bytes_max = -1", &[], "file_bytes_max"),
        ("[limits]\nupload_bytes_total_max = 10", &[], "limits.upload_bytes_total_max"),
        ("[limits]\nanonymous_burst = 0", &[], "limits.anonymous"),
        ("[limits]\nqueue_max = 0", &[], "limits.queue_max"),
        ("[limits]\nrequest_s = 0", &[], "limits.request_s"),
        ("[tls]\ncertificate = 'a.pem'", &[], "key"),
        ("[tls]\ncertificate = '/absent.pem'\nkey = '/absent.pem'", &[], "tls.certificate"),
        ("[trust]\nfolder = '/absent'", &[], "trust.folder"),
        (
            "[verification]\nresponders = ['https://ocsp.example.cn/']",
            &[],
            "verification.responders",
        ),
        ("[verification]\ninside = ['169.254.169.254']", &[], "verification.inside"),
        ("[verification]\ninside = ['100.100.100.200']", &[], "verification.inside"),
        ("[verification]\ninside = ['10.0.0.0/8']", &[], "inside"),
        ("[time_stamp]\nurl = 'https://tsa.example.cn/'", &[], "time_stamp.url"),
        ("[time_stamp]\ntimeout_s = 0", &[], "time_stamp.timeout_s"),
        ("[time_stamp]\npolicy = 'perhaps'", &[], "perhaps"),
        ("[time_stamp]\nauthorization = '/absent'", &[], "time_stamp.authorization"),
        ("[issue]\nfonts = ['/absent.ttf']", &[], "issue.fonts"),
        ("[log]\nlevel = 'loud'", &[], "loud"),
        ("not toml", &[], "yinzheng.toml"),
        (ok, &[("YZ_LISTEN", "8080")], "YZ_LISTEN"),
        (ok, &[("YZ_LOG_LEVEL", "loud")], "YZ_LOG_LEVEL"),
    ] {
        let error = loaded(file, variables).expect_err(named);
        assert!(error.contains(named), "{named} is not in {error:?}");
    }
}

#[test]
fn no_password_is_shown() {
    for wrong in ["mysql://yz:secret@db/yinzheng", "YZ:secret://"] {
        let error = loaded("", &[("YZ_DATABASE", wrong)]).expect_err("refused");
        assert!(!error.contains("secret"), "{error}");
        assert!(!format!("{:?}", Database::new(wrong)).contains("secret"));
    }
    let mut config = Config::default();
    config.storage.database = Some(Database::new("postgres://yz:secret@db/yinzheng"));
    for shown in [format!("{config:?}"), toml::to_string(&config).unwrap()] {
        assert!(
            shown.contains("postgres://yz@db/yinzheng") && !shown.contains("secret"),
            "{shown}"
        );
    }
}

#[test]
fn a_server_needs_a_program_that_knows_it() {
    let server = loaded("[storage]\ndatabase = 'postgres://yz@db/yinzheng'", &[]);
    match (server, cfg!(feature = "postgres")) {
        (Ok(config), true) => assert!(config.settings().register().is_shared()),
        (Err(error), false) => assert!(error.contains("--features postgres"), "{error}"),
        (other, _) => panic!("{other:?}"),
    }
}

#[test]
fn a_bucket_needs_a_program_that_knows_it() {
    let bucket = loaded("[storage]\nfiles = 's3://licenses/sealed'", &[]);
    match (bucket, cfg!(feature = "s3")) {
        (Ok(config), true) => assert!(config.settings().files.is_some()),
        (Err(error), false) => assert!(error.contains("--features s3"), "{error}"),
        (other, _) => panic!("{other:?}"),
    }
}

#[test]
fn a_mistyped_variable_is_told() {
    let typed = [("YZ_LISTENN", "127.0.0.1:1"), ("YZ_REQUIRE_ALL", "1"), ("PATH", "/bin")];
    let typed = typed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let loaded = load(Some(Path::new("config.example.toml")), typed.into_iter()).unwrap();
    assert_eq!(loaded.unknown, ["YZ_LISTENN"]);
}

#[test]
fn a_named_file_must_be_there() {
    let error = load(Some(Path::new("/absent/yinzheng.toml")), std::iter::empty());
    assert!(error.unwrap_err().to_string().contains("/absent/yinzheng.toml"));
}

#[test]
fn codes_name_the_listening_address_unless_told_otherwise() {
    assert_eq!(Config::default().public_url(), "http://127.0.0.1:8080");
    let behind = loaded("[server]\npublic_url = 'https://zheng.example/'", &[]).unwrap();
    assert_eq!(behind.public_url(), "https://zheng.example");
}
