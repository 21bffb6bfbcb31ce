//! Signing in: a password, then a one-time code; the first time both are set up.
//!
//! Each step has a session of its own, which the next one ends: none is skipped, none is repeated.

use super::{Visitor, secret_name};
use crate::clockwork::random;
use crate::{App, AppError, refused};
use domain::access::{
    Login, LoginRefused, Origin, Session, SessionStage, SessionToken, Staff, StaffStatus,
};
use domain::audit::Actor;
use domain::id::StaffId;
use gateway::one_time::{OneTimeSecret, SECRET_BYTES};
use gateway::password::{self, PasswordRefused};
use storage::StoreError;
use zeroize::Zeroizing;

/// Guesses that arrive together are counted one after the other.
const COUNTED_AT_ONCE: u32 = 32;

/// How far somebody came.
#[derive(Debug)]
pub struct Started {
    /// What the browser keeps from here on.
    pub token: SessionToken,
    /// What comes next.
    pub stage: SessionStage,
}

/// What a person needs to set up one-time codes.
pub struct SetupOffer {
    /// The name to sign in with.
    pub login: String,
    /// The secret, to be typed into a device.
    pub secret: Zeroizing<String>,
    /// The secret as a code for the camera of a device, an SVG element.
    pub picture: Zeroizing<String>,
}

/// A wrong name, password or code; which one is not told.
pub(super) fn failed() -> AppError {
    AppError::Unauthenticated { code: "sign_in_failed" }
}

/// The session is over or was never there.
pub(super) fn over() -> AppError {
    AppError::Unauthenticated { code: "session_needed" }
}

impl App {
    /// The first step: who has this name and password.
    ///
    /// # Errors
    /// `sign_in_failed`, in the same time and words whether the name, the password or neither is
    /// right, or the account is closed, or takes no password from this network now.
    pub fn sign_in(
        &self,
        login: &str,
        password: &str,
        visitor: &Visitor,
    ) -> Result<Started, AppError> {
        let found = match login.parse::<Login>() {
            Ok(login) => self.store.staff_by_login(&login)?,
            Err(_) => None,
        };
        let Some(staff) = found else {
            password::pretend(password);
            return Err(failed());
        };
        let right = password::fits(password, &staff.password);
        let (now, network) = (self.clock.now(), visitor.network());
        let (attempts, strangers) = self.store.attempts_read(staff.id, &network, now)?;
        let admitted = staff.admits(now).and_then(|()| {
            attempts.admitted(now, strangers).then_some(()).ok_or(LoginRefused::Rests)
        });
        if let Err(reason) = admitted {
            tracing::info!(staff = %staff.id, %reason, "signing in refused");
            return Err(failed());
        }
        if !right {
            return Err(self.guessed_from(&network, staff.id, "password")?);
        }
        let stage = match staff.status {
            StaffStatus::Invited => SessionStage::Setup,
            _ => SessionStage::Code,
        };
        let (token, session) = self.new_session(staff.id, stage)?;
        self.store.session_begin(&session, None, &[])?;
        Ok(Started { token, stage })
    }

    /// The second step: a code of the person's device.
    ///
    /// # Errors
    /// `sign_in_failed` for a wrong code or one that was used; `session_needed`.
    pub fn sign_in_code(
        &self,
        token: &SessionToken,
        code: &str,
        visitor: &Visitor,
    ) -> Result<SessionToken, AppError> {
        let (session, staff) = self.between(token, SessionStage::Code)?;
        if !self.may_go_on(&session, visitor)? {
            return Err(over());
        }
        let wrapped = staff.one_time.as_deref().ok_or_else(over)?;
        let secret = self.one_time_secret(staff.id, wrapped)?;
        let step = secret.step_of(code, self.clock.now());
        let mut changed = staff.clone();
        if step.is_none_or(|step| changed.signed_in(step).is_err()) {
            return Err(match session.certificate.map(Origin::certificate) {
                Some(bearer) => self.guessed_from(&bearer, staff.id, "code")?,
                // Who guesses codes knows the password: then the account rests for everyone.
                None => self.guessed_wrong(staff.id, "code")?,
            });
        }
        self.let_in(&session, &staff, changed, "session.open", visitor)
    }

    /// Asks somebody who is signed in for a one-time code again, before what matters.
    ///
    /// # Errors
    /// `sign_in_failed` for a wrong code or one that was used.
    pub(crate) fn confirm_code(&self, id: StaffId, code: &str) -> Result<(), AppError> {
        let staff = self.store.staff_read(id)?;
        staff.admits(self.clock.now()).map_err(|_| failed())?;
        let wrapped = staff.one_time.as_deref().ok_or_else(failed)?;
        let step = self.one_time_secret(id, wrapped)?.step_of(code, self.clock.now());
        let mut changed = staff.clone();
        if step.is_none_or(|step| changed.signed_in(step).is_err()) {
            return Err(self.guessed_wrong(id, "code")?);
        }
        changed.version += 1;
        match self.store.staff_replace(&changed, staff.version, false, &[]) {
            Err(StoreError::Conflict { .. }) => Err(failed()),
            other => Ok(other?),
        }
    }

    /// What a person needs to set up one-time codes; the same until it is done.
    ///
    /// # Errors
    /// `session_needed`.
    pub fn setup_offer(&self, token: &SessionToken) -> Result<SetupOffer, AppError> {
        let (mut session, staff) = self.between(token, SessionStage::Setup)?;
        if session.offered.is_none() {
            let bytes = Zeroizing::new(random::<SECRET_BYTES>()?);
            session.offered = Some(self.custody.wrap(&secret_name(staff.id), &bytes[..])?);
            self.store.session_note(&session)?;
        }
        let secret = self.offered(&session)?;
        let address = secret.address("印证", staff.login.as_str());
        let picture = render::code_svg(&address)
            .map_err(|cause| AppError::internal("drawing a code".to_owned(), cause))?;
        let picture = Zeroizing::new(picture);
        Ok(SetupOffer { login: staff.login.to_string(), secret: secret.reveal(), picture })
    }

    /// Sets up an account: an own password in the place of the first one, and a device, of which a
    /// code is the proof.
    ///
    /// # Errors
    /// `password_length`, `password_guessed`, `password_same`, `code_wrong`; `session_needed`.
    pub fn set_up(
        &self,
        token: &SessionToken,
        password: &str,
        code: &str,
        visitor: &Visitor,
    ) -> Result<SessionToken, AppError> {
        let (session, staff) = self.between(token, SessionStage::Setup)?;
        password::accept(password, staff.login.as_str()).map_err(|refusal| {
            let code = match refusal {
                PasswordRefused::Length => "password_length",
                PasswordRefused::Guessed => "password_guessed",
            };
            refused(code, refusal)
        })?;
        if password::fits(password, &staff.password) {
            return Err(refused("password_same", "choose another password than the first one"));
        }
        let step = self.offered(&session)?.step_of(code, self.clock.now());
        let step = step.ok_or_else(|| refused("code_wrong", "the code is not of this secret"))?;
        let mut changed = staff.clone();
        changed.signed_in(step).map_err(|used| refused("code_wrong", used))?;
        changed.password = password::keep(password)
            .map_err(|cause| AppError::internal("keeping a password".to_owned(), cause))?;
        changed.password_at = self.clock.now();
        changed.one_time.clone_from(&session.offered);
        changed.status = StaffStatus::Active;
        self.let_in(&session, &staff, changed, "staff.setup", visitor)
    }

    /// Opens a session in the place of the one of the step before.
    fn let_in(
        &self,
        earlier: &Session,
        read: &Staff,
        mut changed: Staff,
        action: &str,
        visitor: &Visitor,
    ) -> Result<SessionToken, AppError> {
        changed.version += 1;
        let ends_sessions = earlier.stage == SessionStage::Setup;
        let certificate = earlier.certificate.map(|one| ("certificate", one.to_string()));
        let detail = certificate.as_slice();
        let told = self.told(&Actor::Staff(read.id), action, read.id, detail)?;
        // Whoever is second with a code, or changed the account, finds another version.
        match self.store.staff_replace(&changed, read.version, ends_sessions, &[told]) {
            Err(StoreError::Conflict { .. }) => return Err(failed()),
            other => other?,
        }
        let (token, mut session) = self.new_session(read.id, SessionStage::Open)?;
        session.certificate = earlier.certificate;
        let continues = (!ends_sessions).then_some(earlier.digest);
        self.store.session_begin(&session, continues, &[])?;
        let now = self.clock.now();
        for origin in
            earlier.certificate.map(Origin::certificate).into_iter().chain([visitor.network()])
        {
            self.store.attempts_change(read.id, &origin, now, |one| {
                one.signed_in(now);
                None
            })?;
        }
        Ok(token)
    }

    pub(super) fn new_session(
        &self,
        staff: StaffId,
        stage: SessionStage,
    ) -> Result<(SessionToken, Session), AppError> {
        let token = SessionToken::new(random()?);
        let now = self.clock.now();
        let (digest, offered, certificate) = (token.digest(), None, None);
        let session =
            Session { digest, staff, stage, offered, certificate, created_at: now, seen_at: now };
        Ok((token, session))
    }

    /// The session of a step that is not done, and whose it is.
    fn between(
        &self,
        token: &SessionToken,
        stage: SessionStage,
    ) -> Result<(Session, Staff), AppError> {
        let now = self.clock.now();
        let found = self.store.session_find(token.digest())?;
        let (session, staff) = found
            .filter(|(session, _)| session.stage == stage && session.in_force(now))
            .ok_or_else(over)?;
        match session.certificate {
            Some(certificate) => self.may_try(&staff, certificate)?,
            None => staff.admits(now).map_err(|_| failed())?,
        }
        Ok((session, staff))
    }

    fn one_time_secret(&self, staff: StaffId, wrapped: &[u8]) -> Result<OneTimeSecret, AppError> {
        Ok(OneTimeSecret::new(self.custody.unwrap(&secret_name(staff), wrapped)?))
    }

    fn offered(&self, session: &Session) -> Result<OneTimeSecret, AppError> {
        self.one_time_secret(session.staff, session.offered.as_deref().ok_or_else(over)?)
    }

    /// Counts a wrong guess of somebody who knows the password; what whoever guessed is told.
    fn guessed_wrong(&self, staff: StaffId, what: &str) -> Result<AppError, AppError> {
        for _ in 0..COUNTED_AT_ONCE {
            let mut one = self.store.staff_read(staff)?;
            let version = one.version;
            let rests = one.guessed_wrong(self.clock.now());
            one.version += 1;
            let told = self.told_guess(staff, what, rests)?;
            match self.store.staff_replace(&one, version, false, &[told]) {
                Err(StoreError::Conflict { .. }) => {}
                other => {
                    other?;
                    return Ok(failed());
                }
            }
        }
        let detail = "too many are guessing at one account".to_owned();
        Err(AppError::Unavailable { code: "overloaded", detail })
    }
}
