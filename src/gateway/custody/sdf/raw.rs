//! The eight calls of GM/T 0018 that are needed, found in a maker's library: the only unsafe code.

#![allow(unsafe_code, reason = "a C interface; each call says why it is sound")]

use libloading::Library;
use std::ffi::{c_int, c_uint, c_void};
use std::path::Path;
use std::ptr;
use std::sync::Arc;

/// Numbers in structures have 64 bytes; those of SM2 fill the last 32 of them.
const FIELD: usize = 64;
const NUMBER: usize = 32;

type Handle = *mut c_void;

/// `ECCrefPublicKey` of GM/T 0018.
#[repr(C)]
struct RefPublicKey {
    bits: c_uint,
    x: [u8; FIELD],
    y: [u8; FIELD],
}

/// `ECCSignature`, likewise.
#[repr(C)]
struct RefSignature {
    r: [u8; FIELD],
    s: [u8; FIELD],
}

/// What the library answered instead of 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// Which call.
    pub(super) call: &'static str,
    /// `SDR_…`.
    pub(super) code: u32,
}

/// A library with the calls in it; never unloaded, because makers' libraries start threads.
pub(super) struct Calls {
    open_device: unsafe extern "C" fn(*mut Handle) -> c_int,
    close_device: unsafe extern "C" fn(Handle) -> c_int,
    open_session: unsafe extern "C" fn(Handle, *mut Handle) -> c_int,
    close_session: unsafe extern "C" fn(Handle) -> c_int,
    access: unsafe extern "C" fn(Handle, c_uint, *const u8, c_uint) -> c_int,
    release: unsafe extern "C" fn(Handle, c_uint) -> c_int,
    export: unsafe extern "C" fn(Handle, c_uint, *mut RefPublicKey) -> c_int,
    sign: unsafe extern "C" fn(Handle, c_uint, *const u8, c_uint, *mut RefSignature) -> c_int,
}

impl Calls {
    /// Loads the library and finds the calls.
    pub(super) fn load(path: &Path) -> Result<Self, libloading::Error> {
        // SAFETY: the operator names the library; its initializers are trusted as the device is.
        let library = Box::leak(Box::new(unsafe { Library::new(path) }?));
        macro_rules! call {
            ($name:literal) => {
                // SAFETY: the signatures are those of GM/T 0018; the library stays loaded.
                *unsafe { library.get(concat!($name, "\0").as_bytes()) }?
            };
        }
        Ok(Self {
            open_device: call!("SDF_OpenDevice"),
            close_device: call!("SDF_CloseDevice"),
            open_session: call!("SDF_OpenSession"),
            close_session: call!("SDF_CloseSession"),
            access: call!("SDF_GetPrivateKeyAccessRight"),
            release: call!("SDF_ReleasePrivateKeyAccessRight"),
            export: call!("SDF_ExportSignPublicKey_ECC"),
            sign: call!("SDF_InternalSign_ECC"),
        })
    }
}

fn done(call: &'static str, code: c_int) -> Result<(), Refused> {
    if code == 0 { Ok(()) } else { Err(Refused { call, code: code.cast_unsigned() }) }
}

/// An open device; closed when its last session is.
pub(super) struct OpenDevice {
    calls: Arc<Calls>,
    handle: Handle,
}

// SAFETY: the handle is only handed to the library, which GM/T 0018 lets open sessions on one device
// from any thread; it is closed once, by the last owner.
unsafe impl Send for OpenDevice {}
// SAFETY: as above.
unsafe impl Sync for OpenDevice {}

impl OpenDevice {
    pub(super) fn open(calls: Arc<Calls>) -> Result<Self, Refused> {
        let mut handle = ptr::null_mut();
        // SAFETY: the library writes one pointer to where it is told.
        done("SDF_OpenDevice", unsafe { (calls.open_device)(&raw mut handle) })?;
        Ok(Self { calls, handle })
    }
}

impl Drop for OpenDevice {
    fn drop(&mut self) {
        // SAFETY: the handle came from SDF_OpenDevice, and every session on it has been closed.
        unsafe { (self.calls.close_device)(self.handle) };
    }
}

/// A session on a device, used by one thread at a time.
pub(super) struct Session {
    device: Arc<OpenDevice>,
    handle: Handle,
}

// SAFETY: a session is used through `&mut`, so by one thread at a time.
unsafe impl Send for Session {}

impl Session {
    pub(super) fn open(device: Arc<OpenDevice>) -> Result<Self, Refused> {
        let mut handle = ptr::null_mut();
        // SAFETY: the device is open; the library writes one pointer to where it is told.
        let code = unsafe { (device.calls.open_session)(device.handle, &raw mut handle) };
        done("SDF_OpenSession", code)?;
        Ok(Self { device, handle })
    }

    /// X‖Y of the signing key with this number, 32 bytes each; `None` for one of another length.
    pub(super) fn public_key(&mut self, number: u32) -> Result<Option<[u8; 64]>, Refused> {
        let mut key = RefPublicKey { bits: 0, x: [0; FIELD], y: [0; FIELD] };
        // SAFETY: the session is open; the structure has the layout of the standard.
        let code = unsafe { (self.device.calls.export)(self.handle, number, &raw mut key) };
        done("SDF_ExportSignPublicKey_ECC", code)?;
        Ok(numbers(&key.x, &key.y).filter(|_| key.bits == 256))
    }

    /// r‖s over a value of 32 bytes, with the right to the key for just as long; `None` for numbers
    /// of another length.
    pub(super) fn sign(
        &mut self,
        number: u32,
        password: &str,
        value: &[u8; NUMBER],
    ) -> Result<Option<[u8; 64]>, Refused> {
        let right = self.right(number, password)?;
        let mut signature = RefSignature { r: [0; FIELD], s: [0; FIELD] };
        let sign = right.session.device.calls.sign;
        // SAFETY: the session is open; the library reads so many bytes of the value; the structure
        // has the layout of the standard.
        let code = unsafe {
            sign(right.session.handle, number, value.as_ptr(), length(value), &raw mut signature)
        };
        done("SDF_InternalSign_ECC", code)?;
        Ok(numbers(&signature.r, &signature.s))
    }

    /// The right to a key, until it is dropped.
    pub(super) fn right(&mut self, number: u32, password: &str) -> Result<Right<'_>, Refused> {
        let access = self.device.calls.access;
        let secret = password.as_bytes();
        // SAFETY: the session is open; the library reads so many bytes of the password.
        let code = unsafe { access(self.handle, number, secret.as_ptr(), length(secret)) };
        done("SDF_GetPrivateKeyAccessRight", code)?;
        Ok(Right { session: self, number })
    }
}

/// The right to use a key.
pub(super) struct Right<'session> {
    session: &'session Session,
    number: u32,
}

impl Drop for Right<'_> {
    fn drop(&mut self) {
        let release = self.session.device.calls.release;
        // SAFETY: the session is open, and has the right that is given back.
        unsafe { release(self.session.handle, self.number) };
    }
}

fn length(bytes: &[u8]) -> c_uint {
    c_uint::try_from(bytes.len()).unwrap_or(c_uint::MAX)
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: the handle came from SDF_OpenSession, and the device is still open.
        unsafe { (self.device.calls.close_session)(self.handle) };
    }
}

/// Two numbers of 32 bytes, each in the last half of its field.
fn numbers(one: &[u8; FIELD], two: &[u8; FIELD]) -> Option<[u8; 64]> {
    let mut both = [0; 2 * NUMBER];
    for (field, place) in [(one, 0), (two, NUMBER)] {
        let (padding, number) = field.split_at(FIELD - NUMBER);
        if padding.iter().any(|byte| *byte != 0) {
            return None;
        }
        both[place..place + NUMBER].copy_from_slice(number);
    }
    Some(both)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_at_the_right() {
        let mut field = [0; FIELD];
        field[32] = 1;
        field[63] = 2;
        let both = numbers(&field, &field).unwrap();
        assert_eq!((both[0], both[31], both[32], both[63]), (1, 2, 1, 2));
        field[0] = 1;
        assert_eq!(numbers(&field, &field), None, "at the left");
        assert_eq!(size_of::<RefPublicKey>(), 132);
        assert_eq!(size_of::<RefSignature>(), 128);
    }
}
