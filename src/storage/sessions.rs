//! Sessions of people who signed in.

use diesel::prelude::*;
use domain::access::{Session, Staff};
use domain::audit::Entry;
use domain::digest::Sha256;
use domain::time::micros;
use time::OffsetDateTime;

use crate::audit;
use crate::connection::{AT_ONCE, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::session;
use crate::staff;

const WHAT: &str = "session";
const READING: &str = "reading a session";
const ENDING: &str = "ending sessions";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = session)]
struct Row {
    digest: String,
    staff_id: String,
    stage: String,
    offered: Option<Vec<u8>>,
    created_at: i64,
    seen_at: i64,
    certificate: Option<String>,
}

impl From<&Session> for Row {
    fn from(one: &Session) -> Self {
        Self {
            digest: one.digest.to_string(),
            staff_id: one.staff.to_string(),
            stage: one.stage.to_string(),
            offered: one.offered.clone(),
            created_at: micros(one.created_at),
            seen_at: micros(one.seen_at),
            certificate: one.certificate.map(|one| one.to_string()),
        }
    }
}

impl TryFrom<Row> for Session {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.staff_id };
        Ok(Self {
            digest: read.parse("digest", &row.digest)?,
            staff: read.parse("staff_id", &row.staff_id)?,
            stage: read.parse("stage", &row.stage)?,
            created_at: read.instant("created_at", row.created_at)?,
            seen_at: read.instant("seen_at", row.seen_at)?,
            certificate: row
                .certificate
                .as_deref()
                .map(|text| read.parse("certificate", text))
                .transpose()?,
            offered: row.offered,
        })
    }
}

impl Store {
    /// Begins a session, in the place of the one that it continues, if it does; with the events
    /// that tell of it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the earlier one is no longer there: it is continued once.
    pub fn session_begin(
        &self,
        new: &Session,
        continues: Option<Sha256>,
        told: &[Entry],
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "beginning a session";
        self.write(OPERATION, |connection| {
            if let Some(earlier) = continues {
                let earlier = session::table.find(earlier.to_string());
                let ended = diesel::delete(earlier).execute(connection);
                if ended.map_err(|cause| StoreError::database(OPERATION, cause))? != 1 {
                    return Err(StoreError::conflict(WHAT, new.staff));
                }
            }
            let row = Row::from(new);
            let inserted = diesel::insert_into(session::table).values(&row).execute(connection);
            inserted.map_err(|cause| StoreError::insert(WHAT, new.staff, cause))?;
            audit::append(connection, told)
        })
    }

    /// The session of this digest and whose it is.
    ///
    /// # Errors
    /// The database's.
    pub fn session_find(&self, digest: Sha256) -> Result<Option<(Session, Staff)>, StoreError> {
        self.read_together(READING, |connection| {
            let by_digest = session::table.find(digest.to_string()).select(Row::as_select());
            let row: Option<Row> = by_digest
                .first(connection)
                .optional()
                .map_err(|cause| StoreError::database(READING, cause))?;
            let Some(row) = row else { return Ok(None) };
            let whose = staff::within(connection, &row.staff_id)?;
            Ok(Some((row.try_into()?, whose)))
        })
    }

    /// Notes that a session was used, and what is being set up in it.
    ///
    /// # Errors
    /// The database's.
    pub fn session_note(&self, used: &Session) -> Result<(), StoreError> {
        const OPERATION: &str = "noting that a session was used";
        self.write(OPERATION, |connection| {
            let values =
                (session::seen_at.eq(micros(used.seen_at)), session::offered.eq(&used.offered));
            let same = session::table.find(used.digest.to_string());
            let noted = diesel::update(same).set(values).execute(connection);
            noted.map(drop).map_err(|cause| StoreError::database(OPERATION, cause))
        })
    }

    /// Ends a session, with the events that tell of it.
    ///
    /// # Errors
    /// The database's.
    pub fn session_end(&self, digest: Sha256, told: &[Entry]) -> Result<(), StoreError> {
        self.write(ENDING, |connection| {
            let ended = diesel::delete(session::table.find(digest.to_string())).execute(connection);
            ended.map_err(|cause| StoreError::database(ENDING, cause))?;
            audit::append(connection, told)
        })
    }

    /// Takes away sessions that began before this; how many there were.
    ///
    /// # Errors
    /// The database's.
    pub fn sessions_forget(&self, before: OffsetDateTime) -> Result<usize, StoreError> {
        self.write_in_steps(ENDING, |connection| {
            let old = session::table.filter(session::created_at.lt(micros(before)));
            let some = old.select(session::digest).limit(AT_ONCE);
            let digests: Vec<String> = some.load(connection)?;
            let these = session::table.filter(session::digest.eq_any(digests));
            diesel::delete(these).execute(connection)
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::access::{
        Attempts, Origin, SessionStage, SessionToken, Staff, StaffCertificate, StaffStatus,
    };
    use domain::id::LicenseId;
    use time::Duration;

    use super::*;
    use crate::fixtures::{NOW, entropy, staff, world};

    fn entry(action: &str) -> Entry {
        crate::fixtures::entry(action, LicenseId::mint(NOW, entropy()))
    }

    fn session(staff: &Staff, seed: u8) -> Session {
        let digest = SessionToken::new([seed; 32]).digest();
        let stage = SessionStage::Code;
        Session {
            digest,
            staff: staff.id,
            stage,
            offered: None,
            certificate: None,
            created_at: NOW,
            seen_at: NOW,
        }
    }

    #[test]
    fn people_are_kept_and_changed_by_whoever_read_them_last() {
        let world = world();
        let store = &world.store;
        let mut one = staff(&world.organization, "one", "clerk seal_keeper");
        store.staff_insert(&one, &entry("staff.add")).unwrap();
        assert_eq!(store.staff_read(one.id).unwrap(), one);
        let taken =
            store.staff_insert(&staff(&world.organization, "one", "clerk"), &entry("staff.add"));
        assert!(matches!(taken, Err(StoreError::Exists { .. })), "{taken:?}");
        one.roles = "auditor".parse().unwrap();
        (one.one_time, one.rests_until, one.status) = (None, None, StaffStatus::Invited);
        one.version = 2;
        store.staff_replace(&one, 1, true, &[entry("staff.roles")]).unwrap();
        assert_eq!(store.staff_by_login(&one.login).unwrap(), Some(one.clone()));
        let late = store.staff_replace(&one, 1, true, &[]);
        assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
        let other = staff(&world.organization, "another", "clerk");
        store.staff_insert(&other, &entry("staff.add")).unwrap();
        assert_eq!(store.staff_list().unwrap(), [other, one]);
        assert_eq!(store.audit_verify().unwrap().unwrap().sequence, 3);
    }

    #[test]
    fn nobody_is_two_administrators_not_even_by_hand() {
        let world = world();
        let one = staff(&world.organization, "one", "auditor");
        world.store.staff_insert(&one, &entry("staff.add")).unwrap();
        for role in ["security_admin", "system_admin", "auditor", "king"] {
            let by_hand = world.store.write("by hand", |connection| {
                diesel::sql_query(format!("INSERT INTO staff_role VALUES ('{}', '{role}')", one.id))
                    .execute(connection)
                    .map_err(|cause| StoreError::database("by hand", cause))
            });
            assert!(by_hand.is_err(), "{role}");
        }
        assert_eq!(world.store.staff_read(one.id).unwrap(), one);
    }

    #[test]
    fn a_session_is_continued_once_and_ends() {
        let world = world();
        let store = &world.store;
        let one = staff(&world.organization, "one", "clerk");
        store.staff_insert(&one, &entry("staff.add")).unwrap();
        let first = session(&one, 1);
        store.session_begin(&first, None, &[]).unwrap();
        assert_eq!(store.session_find(first.digest).unwrap(), Some((first.clone(), one.clone())));
        let open = Session { stage: SessionStage::Open, ..session(&one, 2) };
        store.session_begin(&open, Some(first.digest), &[entry("session.open")]).unwrap();
        let again = store.session_begin(&session(&one, 3), Some(first.digest), &[]);
        assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
        let used = Session { seen_at: NOW + Duration::MINUTE, offered: Some(vec![1]), ..open };
        store.session_note(&used).unwrap();
        assert_eq!(store.session_find(used.digest).unwrap(), Some((used.clone(), one.clone())));
        store.session_end(used.digest, &[entry("session.end")]).unwrap();
        assert_eq!(store.session_find(used.digest).unwrap(), None);

        store.session_begin(&session(&one, 4), None, &[]).unwrap();
        assert_eq!(store.sessions_forget(NOW).unwrap(), 0);
        assert_eq!(store.sessions_forget(NOW + Duration::SECOND).unwrap(), 1);
        store.session_begin(&session(&one, 5), None, &[]).unwrap();
        let changed = Staff { version: 2, ..one };
        store.staff_replace(&changed, 1, true, &[]).unwrap();
        assert_eq!(store.session_find(session(&changed, 5).digest).unwrap(), None);
    }

    #[test]
    fn a_certificate_is_of_one_account_and_takes_its_sessions_along() {
        let world = world();
        let store = &world.store;
        let (one, other) = (
            staff(&world.organization, "one", "clerk"),
            staff(&world.organization, "other", "clerk"),
        );
        store.staff_insert(&one, &entry("staff.add")).unwrap();
        store.staff_insert(&other, &entry("staff.add")).unwrap();
        let certificate = StaffCertificate {
            fingerprint: Sha256::of(b"one"),
            staff: one.id,
            subject: "样例经办人".into(),
            until: NOW,
            added_at: NOW,
            withdrawn_at: None,
        };
        let added = entry("staff.certificate_add");
        store.staff_certificate_insert(&certificate, &added).unwrap();
        let stolen = StaffCertificate { staff: other.id, ..certificate.clone() };
        let taken = store.staff_certificate_insert(&stolen, &entry("staff.certificate_add"));
        assert!(matches!(taken, Err(StoreError::Exists { .. })), "{taken:?}");
        let fingerprint = certificate.fingerprint;
        assert_eq!(store.staff_certificate_find(fingerprint).unwrap(), Some(certificate.clone()));
        let with = Session { certificate: Some(fingerprint), ..session(&one, 6) };
        store.session_begin(&with, None, &[]).unwrap();
        store.session_begin(&session(&one, 7), None, &[]).unwrap();
        assert_eq!(store.session_find(with.digest).unwrap(), Some((with.clone(), one.clone())));
        let told = entry("staff.certificate_withdraw");
        let of_other = store.staff_certificate_withdraw(other.id, fingerprint, NOW, &told);
        assert!(matches!(of_other, Err(StoreError::Missing { .. })), "{of_other:?}");
        store.staff_certificate_withdraw(one.id, fingerprint, NOW, &told).unwrap();
        assert_eq!(store.session_find(with.digest).unwrap(), None);
        assert!(store.session_find(session(&one, 7).digest).unwrap().is_some());
        let withdrawn = StaffCertificate { withdrawn_at: Some(NOW), ..certificate };
        assert_eq!(store.staff_certificate_list(one.id).unwrap(), [withdrawn]);
        let again = store.staff_certificate_withdraw(one.id, fingerprint, NOW, &told);
        assert!(matches!(again, Err(StoreError::Missing { .. })), "{again:?}");
    }

    #[test]
    fn attempts_are_of_one_origin_and_strangers_are_counted() {
        let world = world();
        let store = &world.store;
        let one = staff(&world.organization, "one", "clerk");
        store.staff_insert(&one, &entry("staff.add")).unwrap();
        let origin = |last: u8| Origin::network([192, 0, 2, last].into());
        let rest = |last: u8, known: bool| {
            let change = |attempts: &mut Attempts| {
                attempts.signed_in_at = known.then_some(NOW);
                let rests = (0..5).map(|_| attempts.guessed_wrong(NOW)).last();
                rests.filter(|rests| *rests).map(|_| entry("session.guess"))
            };
            store.attempts_change(one.id, &origin(last), NOW, change).unwrap();
        };
        let fresh = store.attempts_read(one.id, &origin(1), NOW).unwrap();
        assert_eq!(fresh, (Attempts::none(NOW), 0));
        rest(1, false);
        rest(2, false);
        rest(3, true);
        let bearer = Origin::certificate(Sha256::of(b"one"));
        let change = |attempts: &mut Attempts| {
            let _ = [(); 5].map(|()| attempts.guessed_wrong(NOW));
            None
        };
        store.attempts_change(one.id, &bearer, NOW, change).unwrap();
        let (attempts, strangers) = store.attempts_read(one.id, &origin(1), NOW).unwrap();
        assert_eq!((attempts.admitted(NOW, strangers), strangers), (false, 2));
        let until = attempts.rests_until.unwrap();
        assert_eq!(store.attempts_rest(one.id, NOW).unwrap(), Some(until));
        assert_eq!(store.attempts_rest(one.id, until).unwrap(), None);
        assert_eq!(store.attempts_read(one.id, &origin(9), until).unwrap().1, 0);
        assert_eq!(store.attempts_forget(NOW).unwrap(), 0);
        assert_eq!(store.attempts_forget(NOW + Duration::SECOND).unwrap(), 4);
        // Added, and three that rest.
        assert_eq!(store.audit_verify().unwrap().unwrap().sequence, 4);
    }
}
