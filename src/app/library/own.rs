//! A citizen's own materials.

use super::MaterialAsked;
use crate::error::id_of;
use crate::once::{Named, Once, asked};
use crate::view::LibraryMaterialView;
use crate::{App, AppError, Document, IdempotencyKey};
use domain::access::SessionToken;
use domain::audit::Actor;
use domain::digest::Sha256;
use domain::library::{HandedIn, LibraryMaterial};

impl App {
    /// All materials of who is signed in, newest first, with who used them; erased ones too.
    ///
    /// # Errors
    /// `session_needed`; the register's.
    pub fn own_materials(&self, who: &SessionToken) -> Result<Vec<LibraryMaterialView>, AppError> {
        let holder = self.citizen_holder(who)?;
        self.materials_shown(&self.store.library_of(holder)?, true)
    }

    /// Keeps a material of who is signed in. Once for a page.
    ///
    /// # Errors
    /// As [`App::keep_material`]; `session_needed`.
    pub fn keep_own_material(
        &self,
        who: &SessionToken,
        page: &IdempotencyKey,
        wanted: &MaterialAsked,
    ) -> Result<Once<LibraryMaterialView>, AppError> {
        let holder = self.citizen_holder(who)?;
        let handed = HandedIn {
            by: Actor::Anonymous,
            organization: None,
            operator: String::new(),
            case_no: String::new(),
        };
        self.keep_for(holder, handed, page, wanted)
    }

    /// The file of an own material.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for somebody else's; `session_needed`.
    pub fn own_material_file(&self, who: &SessionToken, id: &str) -> Result<Document, AppError> {
        self.material_document(&self.own_material(self.citizen_holder(who)?, id)?)
    }

    /// Erases an own material.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for somebody else's; `material_state`; `session_needed`.
    pub fn erase_own_material(
        &self,
        who: &SessionToken,
        id: &str,
    ) -> Result<Once<LibraryMaterialView>, AppError> {
        let holder = self.citizen_holder(who)?;
        let what = asked("material.erase", &[id.as_bytes()]);
        let named = Named { caller: format!("citizen:{holder}"), key: None, asked: what };
        self.once(named, |asked| {
            self.material_erased(self.own_material(holder, id)?, (Actor::Anonymous, None), asked)
        })
    }

    fn own_material(&self, holder: Sha256, id: &str) -> Result<LibraryMaterial, AppError> {
        let one = self.store.library_read(id_of(id)?)?;
        (one.holder == holder).then_some(one).ok_or(AppError::NotFound)
    }

    fn citizen_holder(&self, who: &SessionToken) -> Result<Sha256, AppError> {
        let found = self.store.citizen_session_find(who.digest())?;
        let found = found.filter(|session| session.in_force(self.clock.now()));
        let holder = found.map(|session| session.citizen.holder);
        holder.ok_or(AppError::Unauthenticated { code: "session_needed" })
    }
}
