//! What only a server can do to a store: be shared, be restarted, hang up at the worst moment.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread;

use domain::id::OrganizationId;
use domain::identifier::UnifiedCode;
use domain::license::LicenseState;
use domain::log::Tree;
use domain::party::Organization;

use super::*;
use crate::fixtures::{NOW, World, entropy, organization, world_at, world_in_file};
use crate::server::{database, own};
use crate::tests::{begin, commit};
use crate::{Begun, Location, Store};

fn world_on(url: &str) -> World {
    world_at(tempfile::tempdir().unwrap(), &url.parse::<Location>().unwrap())
}

fn numbered(number: u32) -> Organization {
    Organization {
        id: OrganizationId::mint(NOW, entropy()),
        code: UnifiedCode::with_check(&format!("12430000{number:08}0")).unwrap(),
        ..organization()
    }
}

#[test]
fn every_connection_is_durable() {
    let Some(url) = database("every_connection_is_durable") else { return };
    let settings = world_on(&url).store.durability().unwrap();
    assert_eq!(settings.len(), 9);
    for (place, one) in settings.iter().enumerate() {
        let reads = place > 0;
        let expected = Durability::Postgres {
            synchronous_commit: "on".into(),
            fsync: "on".into(),
            full_page_writes: "on".into(),
            read_only: if reads { "on" } else { "off" }.into(),
            isolation: if reads { "repeatable read" } else { "read committed" }.into(),
        };
        assert_eq!(*one, expected, "connection {place}");
    }
}

#[test]
fn a_server_that_forgets_is_refused() {
    let Some(server) = own("a_server_that_forgets_is_refused") else { return };
    let location: Location = server.database().parse().unwrap();
    server.ask("ALTER SYSTEM SET fsync = off");
    server.ask("SELECT pg_reload_conf()");
    while server.ask("SHOW fsync") != "off" {
        thread::yield_now();
    }
    let refused = Store::open(&location).unwrap_err().to_string();
    assert!(refused.contains("fsync = off") && refused.contains("fsync = on"), "{refused}");
}

#[test]
fn an_address_that_nobody_answers_is_said_without_its_password() {
    let url = "postgres://yz:secret@127.0.0.1:1/yinzheng";
    let refused = Store::open(&url.parse().unwrap()).unwrap_err().to_string();
    assert!(refused.starts_with("opening the database postgres://yz@127.0.0.1:1/yinzheng"));
    assert!(!refused.contains("secret"), "{refused}");
}

/// Columns with their types, indexes, and references of every table, a line each.
const OF_SQLITE: &str = "
    WITH own AS (SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_\\_%'
        ESCAPE '\\')
    SELECT o.name || '.' || c.name || ' ' || lower(c.type) || iif(c.\"notnull\", ' not null', '')
        AS value FROM own o JOIN pragma_table_info(o.name) c
    UNION SELECT 'unique ' || o.name || '(' || (SELECT group_concat(name, ',') FROM (SELECT name
        FROM pragma_table_info(o.name) WHERE pk > 0 ORDER BY pk)) || ')' FROM own o
    UNION SELECT iif(l.\"unique\", 'unique ', 'index ') || o.name || '(' || (SELECT
        group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno))
        || ')' || iif(l.partial, ' where', '') FROM own o JOIN pragma_index_list(o.name) l
    UNION SELECT o.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || f.\"to\"
        FROM own o JOIN pragma_foreign_key_list(o.name) f";
const OF_POSTGRES: &str = "
    WITH own AS (SELECT c.oid, c.relname::text AS name FROM pg_class c WHERE c.relkind = 'r'
        AND c.relnamespace = current_schema()::regnamespace AND c.relname NOT LIKE '\\_\\_%')
    SELECT o.name || '.' || a.attname || ' ' || CASE format_type(a.atttypid, a.atttypmod)
        WHEN 'bigint' THEN 'integer' WHEN 'bytea' THEN 'blob'
        ELSE format_type(a.atttypid, a.atttypmod) END
        || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END AS value
        FROM own o JOIN pg_attribute a ON a.attrelid = o.oid WHERE a.attnum > 0
        AND NOT a.attisdropped
    UNION SELECT CASE WHEN i.indisunique THEN 'unique ' ELSE 'index ' END || o.name || '(' ||
        (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey::int[])
            WITH ORDINALITY k (number, n) JOIN pg_attribute a
            ON a.attrelid = o.oid AND a.attnum = k.number)
        || ')' || CASE WHEN i.indpred IS NULL THEN '' ELSE ' where' END
        FROM own o JOIN pg_index i ON i.indrelid = o.oid
    UNION SELECT o.name || '.' || a.attname || ' -> ' || t.name || '.' || b.attname
        FROM own o JOIN pg_constraint c ON c.conrelid = o.oid AND c.contype = 'f'
        JOIN own t ON t.oid = c.confrelid
        CROSS JOIN LATERAL unnest(c.conkey, c.confkey) k (own, other)
        JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = k.own
        JOIN pg_attribute b ON b.attrelid = t.oid AND b.attnum = k.other";

#[test]
fn both_databases_have_one_schema() {
    let Some(url) = database("both_databases_have_one_schema") else { return };
    let lines = |store: &Store, query: &str| -> BTreeSet<String> {
        let lines = store.read("reading the schema", |connection| {
            let rows = diesel::sql_query(query).load::<TextValue>(connection);
            rows.map_err(|cause| StoreError::database("reading the schema", cause))
        });
        lines.unwrap().into_iter().map(|row| row.value).collect()
    };
    let of_file = lines(&world_in_file().store, OF_SQLITE);
    let of_server = lines(&world_on(&url).store, OF_POSTGRES);
    let only = |a: &BTreeSet<String>, b| a.difference(b).cloned().collect::<Vec<_>>();
    let nothing = Vec::<String>::new();
    assert_eq!(only(&of_file, &of_server), nothing, "only in the file");
    assert_eq!(only(&of_server, &of_file), nothing, "only on the server");
    assert!(of_file.len() > 150, "{}", of_file.len());
}

/// Two processes as far as the server can tell: each store has connections of its own.
#[test]
fn what_two_processes_race_for_is_done_once() {
    let Some(url) = database("what_two_processes_race_for_is_done_once") else { return };
    const KEYS: usize = 40;
    let (one, two) = (world_on(&url), Store::open(&url.parse().unwrap()).unwrap());
    let issues: Vec<_> = (0..KEYS)
        .map(|n| [0; 2].map(|_| one.issue(&format!("示照〔2026〕{n}号"), &format!("key-{n}"))))
        .collect();
    let stores = [&one.store, &two];
    let over = AtomicBool::new(false);
    let fresh: usize = thread::scope(|scope| {
        for store in stores {
            let over = &over;
            scope.spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    store.log_grow(NOW).unwrap();
                }
            });
        }
        let run = |worker: usize| {
            let (issues, store) = (&issues, stores[worker % 2]);
            scope.spawn(move || {
                let issued = issues.iter().filter(|pair| {
                    let issue = &pair[worker % 2];
                    match begin(store, issue) {
                        Ok(Begun::Fresh) => {
                            commit(store, issue).unwrap();
                            true
                        }
                        Ok(Begun::Answered(_)) | Err(StoreError::InProgress) => false,
                        other => panic!("{other:?}"),
                    }
                });
                issued.count()
            })
        };
        let workers: Vec<_> = (0..4).map(run).collect();
        let ended: Vec<_> = workers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        over.store(true, Ordering::SeqCst);
        ended.into_iter().map(Result::unwrap).sum()
    });
    assert_eq!(fresh, KEYS);
    assert_eq!(two.license_count().unwrap()[0].1, KEYS as u64);
    assert_eq!(two.audit_verify().unwrap().unwrap().sequence, KEYS as u64);
    two.log_grow(NOW).unwrap();
    let leaves = two.log_leaves(0, 100).unwrap();
    let places: Vec<u64> = leaves.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, (0..KEYS as u64).collect::<Vec<_>>(), "no gap, nothing twice");
    for checkpoint in two.log_checkpoints(0, 100).unwrap() {
        let mut tree = Tree::default();
        leaves[..checkpoint.size as usize].iter().for_each(|(_, leaf)| tree.append(leaf.hash()));
        assert_eq!(checkpoint.root, tree.root(), "at {}", checkpoint.size);
    }
}

#[test]
fn a_restart_loses_nothing_and_doubles_nothing() {
    let Some(server) = own("a_restart_loses_nothing_and_doubles_nothing") else { return };
    let world = world_on(&server.database());
    let store = &world.store;
    let acknowledged: Vec<Organization> = thread::scope(|scope| {
        let run = |thread: u32| {
            scope.spawn(move || {
                let mut kept = Vec::new();
                for number in 0..150 {
                    let one = numbered(thread * 1000 + number);
                    match store.organization_insert(&one) {
                        Ok(()) => kept.push(one),
                        Err(StoreError::Busy { .. }) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
                kept
            })
        };
        let writers: Vec<_> = (1..5).map(run).collect();
        for _ in 0..3 {
            thread::sleep(std::time::Duration::from_millis(200));
            server.restart();
        }
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    for one in &acknowledged {
        assert_eq!(store.organization_read(one.id).unwrap(), *one);
    }
    assert!(acknowledged.len() > 300, "{}", acknowledged.len());
}

/// When a connection through a [`Line`] is cut.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
enum Cut {
    Never,
    BeforeTheCommit,
    /// The client knows before the server does: what it asks next races with the commit.
    WithTheCommit,
    AfterTheCommit,
}

/// A line to a server that is cut once, at a moment that is chosen.
struct Line {
    cut: Arc<AtomicU8>,
    folder: tempfile::TempDir,
}

impl Line {
    fn to(server: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let cut = Arc::new(AtomicU8::new(Cut::Never as u8));
        let (armed, server) = (Arc::clone(&cut), server.to_owned());
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (server, armed) = (UnixStream::connect(&server).unwrap(), Arc::clone(&armed));
                thread::spawn(move || carry(client, server, &armed));
            }
        });
        Self { cut, folder }
    }
}

fn carry(mut client: UnixStream, mut server: UnixStream, armed: &AtomicU8) {
    let (mut back, mut from) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let silent = Arc::new(AtomicBool::new(false));
    let unheard = Arc::clone(&silent);
    let answers = thread::spawn(move || {
        let mut bytes = [0; 8192];
        while let Ok(len @ 1..) = from.read(&mut bytes) {
            if !unheard.load(Ordering::SeqCst) && back.write_all(&bytes[..len]).is_err() {
                break;
            }
        }
    });
    let mut bytes = [0; 8192];
    while let Ok(len @ 1..) = client.read(&mut bytes) {
        let commits = bytes[..len].windows(6).any(|word| word == b"COMMIT");
        let cut = if commits { armed.swap(Cut::Never as u8, Ordering::SeqCst) } else { 0 };
        if cut == Cut::WithTheCommit as u8 {
            client.shutdown(Shutdown::Both).unwrap();
        }
        silent.fetch_or(cut == Cut::AfterTheCommit as u8, Ordering::SeqCst);
        if cut == Cut::BeforeTheCommit as u8 || server.write_all(&bytes[..len]).is_err() {
            break;
        }
        if cut != 0 {
            // The server does what it was told, and then finds that nobody is there.
            server.shutdown(Shutdown::Write).unwrap();
            answers.join().unwrap();
            let _ = client.shutdown(Shutdown::Both);
            return;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
    let _ = answers.join();
}

#[test]
fn a_lost_answer_is_found_out() {
    let Some(server) = own("a_lost_answer_is_found_out") else { return };
    for cut in [Cut::BeforeTheCommit, Cut::WithTheCommit, Cut::AfterTheCommit] {
        let line = Line::to(&server.socket());
        let folder = server.socket().parent().unwrap().display().to_string();
        let url = server.database();
        let world = world_on(&url.replace(&folder, &line.folder.path().display().to_string()));
        let store = &world.store;
        let arm = || line.cut.store(cut as u8, Ordering::SeqCst);
        let issue = world.issue("1", "key-1");
        arm();
        assert_eq!(begin(store, &issue).unwrap(), Begun::Fresh, "{cut:?}");
        arm();
        commit(store, &issue).unwrap();
        let direct = Store::open(&url.parse().unwrap()).unwrap();
        let license = direct.license_read(issue.draft.id()).unwrap();
        assert_eq!(license.state(), LicenseState::Issued, "{cut:?}");
        assert_eq!(direct.audit_verify().unwrap().unwrap().sequence, 1, "{cut:?}");
        // Of this it is not known whose row it would be: nothing is said that may be wrong.
        let one = numbered(7);
        arm();
        let said = store.organization_insert(&one);
        assert!(matches!(said, Err(StoreError::Busy { .. })), "{cut:?}: {said:?}");
        let there = direct.organization_read(one.id).is_ok();
        let known = match cut {
            Cut::BeforeTheCommit => !there,
            Cut::AfterTheCommit => there,
            _ => true,
        };
        assert!(known, "{cut:?}");
        assert_eq!(line.cut.load(Ordering::SeqCst), Cut::Never as u8, "it was cut");
    }
}
