//! Founding the office: its own certification authorities, departments, keys and seals.

use super::Progress;
use super::office::{APPROVED_SEAL, DEPARTMENTS, Department, Founding};
use super::signatories::SIGNATORIES;
use crate::clockwork::random;
use crate::pki::{Identity, Keys, Plan, Validity, subject};
use crate::sealing::HeldKey;
use crate::seals::SEAL_DPI;
use crate::service_key::public_key;
use crate::view::ServiceKeyView;
use crate::{App, AppError};
use domain::access::Role;
use domain::id::{KeyId, OrganizationId, SealId};
use domain::identifier::{SealCode, UnifiedCode};
use domain::party::{Organization, OrganizationStatus};
use domain::seal::{ApprovalRule, Limits, Picture, Scope, Seal, SealKind, SealProperties};
use domain::sealing::KeyPurpose;
use formats::algorithm::{KeyKind, PublicKey, Suite};
use formats::ses::{Edition, SealDraft, prepare_seal};
use formats::x509::profile::{Profile, sealer_subject};
use formats::x509::to_pem;
use gateway::receipt_keys;
use render::{SealDesign, Shape, seal_picture};
use std::collections::BTreeMap;
use time::{Duration, OffsetDateTime};

const SEAL_MM: u16 = 42;
const RSA: KeyKind = KeyKind::Rsa { bits: 2048 };
/// Name of the body that certifies in the demo.
const AUTHORITY: &str = "样例电子认证中心";

/// Makes authorities, departments and seals; writes the trust anchors.
pub(super) fn found(
    app: &App,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<Department>, AppError> {
    let total = DEPARTMENTS.len() + 1;
    progress(Progress {
        done: 0, total, what: "样例认证中心 demo certification authority".into()
    });
    let now = app.clock.now();
    let mut foundry = Foundry { app, keys: CustodyKeys::new(app), now };
    let authorities = foundry.authorities()?;
    authorities.write_anchors(app)?;
    foundry.write_lists(&authorities)?;
    foundry.signatories(&authorities)?;
    let mut departments = Vec::new();
    for (place, founding) in DEPARTMENTS.iter().enumerate() {
        progress(Progress { done: place + 1, total, what: founding.name.to_owned() });
        departments.push(foundry.department(founding, &authorities)?);
    }
    progress(Progress { done: total, total, what: String::new() });
    Ok(departments)
}

/// The public keys of receipts, where `verify --trust` looks for them.
pub(super) fn write_receipt_keys(app: &App) -> Result<(), AppError> {
    write_keys(app, receipt_keys::FOLDER, app.receipt_keys()?)
}

/// The same of the log, once it has grown for the first time.
pub(super) fn write_log_keys(app: &App) -> Result<(), AppError> {
    app.log_grow()?;
    let keys = app.log_keys()?.into_iter().map(|one| one.key);
    write_keys(app, receipt_keys::LOGS, keys.collect())
}

fn write_keys(app: &App, folder: &str, keys: Vec<ServiceKeyView>) -> Result<(), AppError> {
    let folder = app.settings.data.join("trust").join(folder);
    let failed = |cause| AppError::internal(format!("writing {}", folder.display()), cause);
    std::fs::create_dir_all(&folder).map_err(failed)?;
    for key in keys {
        let name = format!("{}.pem", &key.key[..16]);
        std::fs::write(folder.join(name), key.pem).map_err(failed)?;
    }
    Ok(())
}

/// Who certifies.
struct Authorities {
    sm2_root: Identity,
    rsa_root: Identity,
    sm2: Identity,
    rsa: Identity,
    personal_sm2: Identity,
    personal_rsa: Identity,
    seal_maker: Identity,
}

impl Authorities {
    fn named(&self) -> [(&'static str, &Identity); 6] {
        [
            ("root-sm2", &self.sm2_root),
            ("root-rsa", &self.rsa_root),
            ("ca-sm2", &self.sm2),
            ("ca-rsa", &self.rsa),
            ("ca-personal-sm2", &self.personal_sm2),
            ("ca-personal-rsa", &self.personal_rsa),
        ]
    }

    /// Anchors and the certificates between, as `verify --trust` reads them.
    fn write_anchors(&self, app: &App) -> Result<(), AppError> {
        let folder = app.settings.data.join("trust");
        let failed = |cause| AppError::internal(format!("writing {}", folder.display()), cause);
        std::fs::create_dir_all(&folder).map_err(failed)?;
        for (name, identity) in self.named() {
            let pem = to_pem("CERTIFICATE", identity.certificate.der());
            std::fs::write(folder.join(format!("{name}.pem")), pem).map_err(failed)?;
        }
        Ok(())
    }
}

struct Foundry<'a> {
    app: &'a App,
    keys: CustodyKeys<'a>,
    now: OffsetDateTime,
}

impl Foundry<'_> {
    fn authorities(&mut self) -> Result<Authorities, AppError> {
        self.keys.made_for(KeyPurpose::Ca, None);
        let sm2_root = self.certify(Profile::Root, KeyKind::Sm2, named("样例国密根"), 20, None)?;
        let rsa_root = self.certify(Profile::Root, RSA, named("样例 RSA 根"), 20, None)?;
        let ca = || Profile::Ca { path_len: 0 };
        let sm2 = self.certify(ca(), KeyKind::Sm2, named("样例印章 CA"), 15, Some(&sm2_root))?;
        let rsa = self.certify(ca(), RSA, named("样例文档 CA"), 15, Some(&rsa_root))?;
        let (kind, name) = (KeyKind::Sm2, "样例个人证书 CA");
        let personal_sm2 = self.certify(ca(), kind, named(name), 15, Some(&sm2_root))?;
        let name = "样例个人证书 CA（RSA）";
        let personal_rsa = self.certify(ca(), RSA, named(name), 15, Some(&rsa_root))?;
        self.keys.made_for(KeyPurpose::SealMaker, None);
        let maker = named("样例制章系统");
        let seal_maker = self.certify(Profile::SealMaker, KeyKind::Sm2, maker, 12, Some(&sm2))?;
        self.keys.made_for(KeyPurpose::TimeStamper, None);
        for (kind, name, issuer) in
            [(KeyKind::Sm2, "样例国密时间戳", &sm2), (RSA, "样例 RSA 时间戳", &rsa)]
        {
            self.certify(Profile::TimeStamper, kind, named(name), 12, Some(issuer))?;
        }
        // Marked copies are the service's own word.
        self.keys.made_for(KeyPurpose::DocumentSigner, None);
        self.certify(Profile::DocumentSigner, RSA, named("样例加注服务"), 8, Some(&rsa))?;
        Ok(Authorities { sm2_root, rsa_root, sm2, rsa, personal_sm2, personal_rsa, seal_maker })
    }

    /// Fresh and empty lists: nothing of the demo is revoked.
    fn write_lists(&mut self, authorities: &Authorities) -> Result<(), AppError> {
        let folder = self.app.settings.data.join("trust");
        // A demo is shown for years without anyone issuing the next list.
        let validity = Validity { from: self.now, to: self.now + Duration::days(365 * 10) };
        self.keys.duty = "certificate revocation list".to_owned();
        for (name, authority) in authorities.named() {
            let path = folder.join(format!("{name}.crl"));
            let list = authority.list(validity, &[], &mut self.keys)?;
            std::fs::write(&path, list).map_err(|cause| {
                AppError::internal(format!("writing {}", path.display()), cause)
            })?;
        }
        Ok(())
    }

    /// Applicants with keys of their own, in files beside the demo.
    fn signatories(&mut self, authorities: &Authorities) -> Result<(), AppError> {
        let demo = self.app.settings.data.join("demo");
        for one in SIGNATORIES {
            let issuer = match one.kind {
                KeyKind::Sm2 => &authorities.personal_sm2,
                _ => &authorities.personal_rsa,
            };
            let serial = serial()?;
            self.keys.duty = format!("certificate {}", hex::encode(serial));
            let validity = self.validity(8);
            one.make(issuer, &mut self.keys, (serial.to_vec(), validity), &demo)?;
        }
        Ok(())
    }

    fn validity(&self, years: i64) -> Validity {
        let to = self.now + Duration::days(365 * years);
        Validity { from: self.now - Duration::hours(1), to }
    }

    fn certify(
        &mut self,
        profile: Profile,
        kind: KeyKind,
        subject: Vec<u8>,
        years: i64,
        issuer: Option<&Identity>,
    ) -> Result<Identity, AppError> {
        let serial = serial()?;
        let key = hex::encode(&serial[..8]);
        let plan = Plan {
            key: &key,
            profile,
            kind,
            subject,
            serial: serial.to_vec(),
            validity: self.validity(years),
        };
        self.keys.duty = format!("certificate {}", hex::encode(serial));
        let identity = plan.carry_out(issuer, &mut self.keys)?;
        let chain: Vec<Vec<u8>> = identity.path().iter().map(|one| one.der().to_vec()).collect();
        self.app.store.signing_key_certify(self.keys.id_of(&key)?, &chain)?;
        Ok(identity)
    }

    fn department(
        &mut self,
        founding: &Founding,
        authorities: &Authorities,
    ) -> Result<Department, AppError> {
        let organization = self.organization(founding)?;
        let name =
            self.new_seal(founding, organization.id, authorities, ApprovalRule::Policy, self.now)?;
        if founding.code == APPROVED_SEAL.code {
            // The first seal is that of the department where none is named.
            let later = self.now + Duration::MILLISECOND;
            let rule = ApprovalRule::Person;
            self.new_seal(&APPROVED_SEAL, organization.id, authorities, rule, later)?;
        }
        let api_key = self.app.make_api_key(organization.id, "demo", Role::Issuer)?;
        Ok(Department {
            id: organization.id,
            name: organization.name,
            code: founding.code.to_owned(),
            seal: name,
            api_key: api_key.to_string(),
        })
    }

    /// A seal with keys of its own; its name.
    fn new_seal(
        &mut self,
        founding: &Founding,
        organization: OrganizationId,
        authorities: &Authorities,
        approval: ApprovalRule,
        created_at: OffsetDateTime,
    ) -> Result<String, AppError> {
        let sealer_name = sealer_subject(founding.code, founding.name, founding.seal_code)
            .map_err(|cause| AppError::internal("naming a sealer".to_owned(), cause))?;
        self.keys.made_for(KeyPurpose::Sealer, Some(organization));
        let sealer = self.certify(
            Profile::Sealer,
            KeyKind::Sm2,
            sealer_name.clone(),
            8,
            Some(&authorities.sm2),
        )?;
        let kind = if founding.elliptic { KeyKind::P256 } else { RSA };
        self.keys.made_for(KeyPurpose::DocumentSigner, Some(organization));
        let signer =
            self.certify(Profile::DocumentSigner, kind, sealer_name, 8, Some(&authorities.rsa))?;
        let name = format!("{}{}", founding.name, founding.seal_line);
        let seal = self.seal(founding, &name, &sealer, authorities)?;
        self.app.store.seal_insert(&Seal::registered(SealProperties {
            id: self.app.clock.id(SealId::mint)?,
            organization,
            code: seal.code,
            name: name.clone(),
            kind: SealKind::Other,
            seal_der: seal.der,
            picture: Picture {
                media_type: "image/png".to_owned(),
                bytes: seal.picture,
                width_mm: SEAL_MM.into(),
                height_mm: SEAL_MM.into(),
            },
            sm2_key: Some(self.keys.id_of(&sealer.key)?),
            pades_key: Some(self.keys.id_of(&signer.key)?),
            scope: Scope::Any,
            limits: Limits::default(),
            approval,
            not_before: seal.not_before,
            not_after: seal.not_after,
            created_at,
        }))?;
        Ok(name)
    }

    fn organization(&self, founding: &Founding) -> Result<Organization, AppError> {
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal(format!("founding {}", founding.name), cause)
        };
        let organization = Organization {
            id: self.app.clock.id(OrganizationId::mint)?,
            code: founding.code.parse::<UnifiedCode>().map_err(|cause| failed(cause.into()))?,
            name: founding.name.to_owned(),
            division: founding.code[2..8]
                .parse()
                .map_err(|cause: domain::identifier::BadIdentifier| failed(cause.into()))?,
            parent: None,
            status: OrganizationStatus::Active,
            created_at: self.now,
        };
        self.app.store.organization_insert(&organization)?;
        Ok(organization)
    }

    /// The seal of a department, signed by the seal maker.
    fn seal(
        &mut self,
        founding: &Founding,
        name: &str,
        sealer: &Identity,
        authorities: &Authorities,
    ) -> Result<MadeSeal, AppError> {
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal(format!("making the seal of {}", founding.name), cause)
        };
        let design = SealDesign {
            name: founding.name.to_owned(),
            kind_line: founding.seal_line.to_owned(),
            code: founding.seal_code.to_owned(),
            shape: Shape::Round,
            width_mm: SEAL_MM.into(),
            height_mm: SEAL_MM.into(),
            sample: true,
            dpi: SEAL_DPI,
        };
        let picture =
            seal_picture(&design, &self.app.fonts).map_err(|cause| failed(cause.into()))?;
        let (not_before, not_after) =
            (self.now - Duration::hours(1), self.now + Duration::days(365 * 7));
        let prepared = prepare_seal(&SealDraft {
            edition: Edition::V4,
            vendor: "YinZheng",
            id: founding.seal_code,
            kind: 4, // 电子证照专用章, as seals in use number it
            name,
            signers: std::slice::from_ref(&sealer.certificate),
            by_digest: false,
            created: self.now,
            valid_from: not_before,
            valid_to: not_after,
            picture_kind: "PNG",
            picture: &picture,
            width_mm: SEAL_MM,
            height_mm: SEAL_MM,
            maker: &authorities.seal_maker.certificate,
        })
        .map_err(|cause| failed(cause.into()))?;
        let maker = &authorities.seal_maker.key;
        self.keys.duty = format!("seal {}", founding.seal_code);
        let signature = self.keys.sign(maker, Suite::Sm2Sm3, prepared.message())?;
        let code = founding.seal_code.parse::<SealCode>().map_err(|cause| failed(cause.into()))?;
        Ok(MadeSeal { der: prepared.complete(&signature), picture, code, not_before, not_after })
    }
}

struct MadeSeal {
    der: Vec<u8>,
    picture: Vec<u8>,
    code: SealCode,
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
}

fn serial() -> Result<[u8; 16], AppError> {
    let mut serial = random::<16>()?;
    serial[0] = serial[0] & 0x3f | 0x40; // positive and of full length
    Ok(serial)
}

fn named(common_name: &str) -> Vec<u8> {
    subject(AUTHORITY, common_name)
}

/// Keys in the service's custody, each in the register before it signs.
struct CustodyKeys<'a> {
    app: &'a App,
    held: BTreeMap<String, Held>,
    purpose: KeyPurpose,
    organization: Option<OrganizationId>,
    /// What the ledger says of the next signature.
    duty: String,
}

struct Held {
    id: KeyId,
    reference: String,
}

impl<'a> CustodyKeys<'a> {
    fn new(app: &'a App) -> Self {
        let (purpose, organization, duty) = (KeyPurpose::Ca, None, String::new());
        Self { app, held: BTreeMap::new(), purpose, organization, duty }
    }

    /// What the keys made from here on are for, and whose they are.
    fn made_for(&mut self, purpose: KeyPurpose, organization: Option<OrganizationId>) {
        (self.purpose, self.organization) = (purpose, organization);
    }

    fn id_of(&self, name: &str) -> Result<KeyId, AppError> {
        Ok(self.held(name)?.id)
    }

    fn held(&self, name: &str) -> Result<&Held, AppError> {
        self.held.get(name).ok_or_else(|| {
            AppError::internal("signing in the demo".to_owned(), format!("no key {name}"))
        })
    }
}

impl Keys for CustodyKeys<'_> {
    fn public_key(&mut self, name: &str, kind: &KeyKind) -> Result<PublicKey, AppError> {
        let key = self.app.new_key(kind, self.purpose, self.organization)?;
        let public = public_key(&key)?;
        let (id, reference) = (key.id, key.custody);
        self.held.insert(name.to_owned(), Held { id, reference });
        Ok(public)
    }

    fn sign(&mut self, name: &str, suite: Suite, message: &[u8]) -> Result<Vec<u8>, AppError> {
        let Held { id, reference } = self.held(name)?;
        self.app.sign_on_duty(&HeldKey { id: *id, custody: reference, suite }, message, &self.duty)
    }
}
