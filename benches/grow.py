#!/usr/bin/env python3
"""Grows the register of a data folder, for measurements alone.

Usage: grow.py FOLDER LICENSES

Around every license in force so many more are put that the register has LICENSES of them: rows
without files, of holders and numbers of their own, five for each holder as before. The real ones come
to lie evenly among them, in the tables as in the indexes, so that whoever asks for these finds pages as
far apart as in a register that grew so by itself. The log and the audit trail know nothing of the
added ones: `yinzheng fsck` says so, and nothing must ever be issued from such a folder.
The service must not be running. SQLite only.
"""

import hashlib
import random
import sqlite3
import sys

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def columns(db, table, change):
    """Columns of a table, and how each is selected for a copy: `change` names those that differ."""
    names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    return ", ".join(names), ", ".join(change.get(name, name) for name in names)


def near(identity, nth):
    """An id beside this one: of the same millisecond."""
    return identity[:24] + hashlib.sha256(f"{identity} {nth}".encode()).hexdigest()[:12]


def other(digest, nth):
    """Another digest: the same for whatever names the same one."""
    return hashlib.sha256(f"{digest} {nth}".encode()).hexdigest()


def code(_):
    """Some public code."""
    return "".join(random.choices(ALPHABET, k=20))


def grow(db, licenses):
    real = db.execute("SELECT count(*) FROM license WHERE state = 'ISSUED'").fetchone()[0]
    times = -(-licenses // real)
    for name, function, arguments in [("near", near, 2), ("other", other, 2), ("code", code, 1)]:
        db.create_function(name, arguments, function)
    db.execute("CREATE TEMP TABLE copy (nth INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO copy VALUES (?)", ((nth,) for nth in range(1, times)))
    db.execute("CREATE TEMP TABLE force AS SELECT id FROM license WHERE state = 'ISSUED'")
    of_license = {"id": "near(id, nth)", "license_id": "near(license_id, nth)"}
    tables = {
        "license": {
            "id": "near(id, nth)",
            "number": "number || '~' || nth",
            "number_key": "number_key || '~' || nth",
            "identifier": "identifier || '~' || nth",
            "public_code": "code(nth)",
            "supersedes_id": "NULL",
            "succession": "NULL",
        },
        "rendition": of_license | {"sm3": "other(sm3, nth)", "sha256": "other(sha256, nth)"},
        "status_entry": of_license,
        "license_holder": of_license | {"holder": "other(holder, nth)"},
    }
    for table, change in tables.items():
        into, of = columns(db, table, change)
        which = "id" if table == "license" else "license_id"
        # Apart from each other, with places for the copies between.
        db.execute(f"UPDATE {table} SET rowid = -rowid * {times}")
        db.execute(f"UPDATE {table} SET rowid = -rowid")
        db.execute(
            f"INSERT INTO {table} (rowid, {into}) SELECT t.rowid + nth, {of} "
            f"FROM (SELECT rowid, * FROM {table} WHERE {which} IN force ORDER BY rowid) AS t CROSS JOIN copy"
        )
        count = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        print(f"{table}: {count} rows", file=sys.stderr)


def main():
    folder, licenses = sys.argv[1], int(sys.argv[2])
    db = sqlite3.connect(f"{folder}/register.db", isolation_level=None)
    db.execute("PRAGMA cache_size = -1000000")
    db.execute("BEGIN IMMEDIATE")
    grow(db, licenses)
    db.execute("COMMIT")
    db.execute("PRAGMA optimize = 0x10002")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


main()
