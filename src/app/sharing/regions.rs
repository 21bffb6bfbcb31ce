//! Services of other regions: licenses that were issued there are verified there.

use crate::view::time::instant;
use crate::view::{AdviceView, RegionAnswerView, VerificationView};
use crate::{App, AppError, Caller, RegionSettings, Settings, refused};
use domain::access::Permission;
use domain::identifier::LicenseIdentifier;
use domain::validation::Outcome;
use gateway::elsewhere::{Elsewhere, NoWord, is_guarded};
use serde::Deserialize;
use serde_json::json;

/// Where a service of the sharing interface verifies.
const VERIFY: &str = "/compat/verify";

/// One region.
struct Region {
    settings: RegionSettings,
    service: Elsewhere,
}

/// Those that are configured.
pub(crate) struct Regions(Vec<Region>);

impl Regions {
    /// Those of the settings; they are asked when somebody asks.
    pub(crate) fn open(settings: &Settings) -> Result<Self, AppError> {
        let open = |one: &RegionSettings| Region::open(one, settings.production);
        settings.regions.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// The named one, or that of the division by whose body the license was issued.
    fn find(&self, named: Option<&str>, license: &str) -> Option<&Region> {
        if let Some(named) = named {
            return self.0.iter().find(|one| one.settings.id == named);
        }
        let identifier: LicenseIdentifier = license.parse().ok()?;
        let division = identifier.issuer_division()?;
        let length = |region: &Region| {
            let divisions = region.settings.divisions.iter();
            divisions.filter(|one| division.starts_with(one.as_str())).map(String::len).max()
        };
        // A city before its province.
        let known = self.0.iter().filter_map(|region| Some((length(region)?, region)));
        known.max_by_key(|(length, _)| *length).map(|(_, region)| region)
    }
}

impl Region {
    fn open(settings: &RegionSettings, production: bool) -> Result<Self, AppError> {
        let RegionSettings { id, url, authorization, allow, ca_file, .. } = settings;
        if !is_guarded(url, production) {
            let detail = format!("the address of region {id} is none of https");
            return Err(refused("region_address", detail));
        }
        let service = Elsewhere::new(url, authorization, allow, ca_file.as_deref());
        let service = service
            .map_err(|cause| AppError::internal(format!("settings of region {id}"), cause))?;
        Ok(Self { settings: settings.clone(), service })
    }

    /// What its service says of a license.
    fn ask(&self, license: &str) -> Result<VerificationView, Unsaid> {
        let asked = json!({ "data": { "license_id": license } }).to_string();
        let answer = self.service.ask(VERIFY, &asked)?;
        let answer: Acknowledged = serde_json::from_slice(&answer).map_err(|_| Unsaid::Answer)?;
        let said = answer.data.filter(|_| answer.ack_code == "SUCCESS").ok_or(Unsaid::Answer)?;
        // A word that is none must not be handed on as an outcome.
        if said.outcome().name() == said.outcome { Ok(said) } else { Err(Unsaid::Answer) }
    }
}

/// The envelope of the sharing interface.
#[derive(Deserialize)]
struct Acknowledged {
    ack_code: String,
    data: Option<VerificationView>,
}

/// Why a region has said nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unsaid {
    LeftAlone,
    Busy,
    Unreachable,
    Timeout,
    Refused,
    NotFound,
    Answer,
}

impl From<NoWord> for Unsaid {
    fn from(cause: NoWord) -> Self {
        tracing::warn!(error = &cause as &dyn std::error::Error, "a region has said nothing");
        match cause {
            NoWord::LeftAlone => Self::LeftAlone,
            NoWord::Busy => Self::Busy,
            NoWord::Status(404) => Self::NotFound,
            NoWord::Status(401 | 403) | NoWord::Authorization { .. } => Self::Refused,
            NoWord::Late => Self::Timeout,
            NoWord::Unreached(_) => Self::Unreachable,
            NoWord::Status(_) | NoWord::Answer(_) => Self::Answer,
        }
    }
}

impl Unsaid {
    fn advice(self) -> AdviceView {
        let (code, zh, en) = match self {
            Self::LeftAlone => (
                "region_left_alone",
                "对方服务刚刚连续失败，请一分钟后重试。",
                "That service failed repeatedly a moment ago; ask again in a minute.",
            ),
            Self::Busy => (
                "region_busy",
                "向对方服务的查询过多，请稍后重试。",
                "Too many questions to that service are under way; ask again soon.",
            ),
            Self::Unreachable => (
                "region_unreachable",
                "无法连接对方服务，请稍后重试，或向颁发机构核实。",
                "That service cannot be reached; ask again later, or ask the issuer.",
            ),
            Self::Timeout => (
                "region_timeout",
                "对方服务未及时答复，请稍后重试，或向颁发机构核实。",
                "That service did not answer in time; ask again later, or ask the issuer.",
            ),
            Self::Refused => (
                "region_refused",
                "对方服务拒绝了本系统的凭证，请联系系统管理员。",
                "That service does not accept what it is to know us by; ask the operator.",
            ),
            Self::NotFound => (
                "region_not_found",
                "对方服务查无此证，请核对证照标识。",
                "That service knows no such license; check the identifier.",
            ),
            Self::Answer => (
                "region_answer",
                "对方服务的答复无法使用，请联系系统管理员。",
                "What that service answers cannot be used; ask the operator.",
            ),
        };
        AdviceView { code: code.to_owned(), zh: zh.to_owned(), en: en.to_owned() }
    }
}

impl App {
    /// Asks the service of another region about a license of which it is the register: by its id or
    /// identifier at the named region, or by its identifier at that of the issuing body's division.
    /// Without an answer nothing is known, which is an answer too.
    ///
    /// # Errors
    /// The caller may not verify, or no such region is configured.
    pub fn ask_region(
        &self,
        caller: &Caller,
        region: Option<&str>,
        license: &str,
    ) -> Result<RegionAnswerView, AppError> {
        caller.require(Permission::Verify)?;
        let unknown =
            "no service of that region is configured; name one that is, or ask the issuer";
        let region = self.regions.find(region, license);
        let region = region.ok_or_else(|| refused("region_unknown", unknown))?;
        let asked_at = instant(self.clock.now());
        let answer = region.ask(license);
        let (outcome, code, advice, verification) = match answer {
            Ok(said) => (said.outcome(), None, said.advice.clone(), Some(said)),
            Err(unsaid) => {
                let advice = unsaid.advice();
                (Outcome::Indeterminate, Some(advice.code.clone()), advice, None)
            }
        };
        Ok(RegionAnswerView {
            region: region.settings.id.clone(),
            name: region.settings.name.clone(),
            outcome: outcome.name().to_owned(),
            code,
            asked_at,
            advice,
            verification,
        })
    }
}
