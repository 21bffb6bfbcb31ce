//! How far the region has come: the figures that plans ask for, with what they are made of.

use crate::items::FiledItem;
use crate::view::time::instant;
use crate::view::{TargetDayView, TargetDepartmentView, TargetRowView, TargetView, TargetsView};
use crate::{App, AppError, Caller, Document};
use domain::access::Permission;
use domain::digest::Sha256;
use domain::exemption::Saved;
use domain::id::OrganizationId;
use domain::identifier::LicenseTypeCode;
use domain::party::{Organization, OrganizationStatus};
use domain::seal::SealStatus;
use domain::target::{
    AtHand, Figure, Row, Share, Target, Unit, Why, by_department, is_free, is_mapped, median,
};
use domain::time::{china_date, day_text};
use formats::sheet::{Charset, write_csv};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use storage::{Declared, ItemFilter, TargetDay};
use time::{Date, Duration};

/// Days that count for what is counted by day.
const DAYS: i64 = 30;
/// A license type is live when one was issued within so many days.
const LIVE_DAYS: i64 = 365;
/// Days of the trend.
const TREND_DAYS: i64 = 84;
/// Departments that are named as furthest behind.
const LAGGARDS: usize = 5;
const ITEMS_AT_ONCE: u32 = 200;

/// What is computed of a target.
struct Computed {
    rows: Vec<Row>,
    median_days: Option<i64>,
    fields_filled: Option<u64>,
}

impl From<Vec<Row>> for Computed {
    fn from(rows: Vec<Row>) -> Self {
        Self { rows, median_days: None, fields_filled: None }
    }
}

impl App {
    /// Every target, with its trend and who is furthest behind.
    ///
    /// # Errors
    /// Not allowed; the register's.
    pub fn targets(&self, caller: &Caller) -> Result<TargetsView, AppError> {
        caller.require_whole(Permission::TargetRead)?;
        let today = china_date(self.clock.now());
        let trend = self.store.target_days(back(today, TREND_DAYS))?;
        let target = |target: Target| {
            let computed = self.computed(target)?;
            let days = trend.iter().filter(|one| one.target == target).map(day_view);
            Ok(target_view(target, &computed, days.collect()))
        };
        Ok(TargetsView {
            as_of: instant(self.clock.now()),
            from: day_text(back(today, DAYS - 1)),
            to: day_text(today),
            targets: Target::ALL.iter().copied().map(target).collect::<Result<_, AppError>>()?,
        })
    }

    /// What a target is made of, also what is left out and why.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`]; the register's.
    pub fn target_rows(
        &self,
        caller: &Caller,
        target: &str,
    ) -> Result<Vec<TargetRowView>, AppError> {
        caller.require_whole(Permission::TargetRead)?;
        let target: Target = target.parse().map_err(|_| AppError::NotFound)?;
        Ok(self.computed(target)?.rows.into_iter().map(row_view).collect())
    }

    /// The same for spreadsheets: UTF-8 with its mark.
    ///
    /// # Errors
    /// As [`App::target_rows`].
    pub fn target_table(&self, caller: &Caller, target: &str) -> Result<Document, AppError> {
        let head = ["key", "name", "department", "part", "whole", "why"].map(str::to_owned);
        let number = |number: Option<u64>| number.map_or_else(String::new, |one| one.to_string());
        let line = |row: TargetRowView| {
            let counts = [number(row.part), number(row.whole)];
            let [part, whole] = counts;
            [row.key, row.name, row.department, part, whole, row.why.join(" ")]
        };
        let rows = self.target_rows(caller, target)?.into_iter().map(line);
        let rows: Vec<[String; 6]> = std::iter::once(head).chain(rows).collect();
        let bytes = write_csv(rows.iter().map(<[String; 6]>::as_slice), Charset::Utf8Marked);
        Ok(Document {
            sha256: Sha256::of(&bytes).to_string(),
            bytes,
            media_type: "text/csv; charset=utf-8",
            name: format!("{target}-{}.csv", day_text(china_date(self.clock.now()))),
        })
    }

    /// Keeps how far each target was reached today, once a day.
    ///
    /// # Errors
    /// The register's; the next round tries again.
    pub(crate) fn keep_targets(&self) -> Result<(), AppError> {
        let day = china_date(self.clock.now());
        if !self.store.target_days(day)?.is_empty() {
            return Ok(());
        }
        let kept = |target: Target| {
            let share = Figure::of(&self.computed(target)?.rows).share;
            Ok(TargetDay { day, target, share })
        };
        let kept = Target::ALL.iter().copied().map(kept).collect::<Result<Vec<_>, AppError>>()?;
        Ok(self.store.targets_keep(&kept)?)
    }

    fn computed(&self, target: Target) -> Result<Computed, AppError> {
        match target {
            Target::Mapped | Target::Free => Ok(self.item_rows(target)?.into()),
            Target::Collected => Ok(self.collected_rows()?.into()),
            Target::Sealed => Ok(self.seal_rows()?.into()),
            Target::Saved => self.saved_rows(),
            Target::Timely | Target::Faults => self.examined_rows(target),
        }
    }

    fn departments(&self) -> Result<BTreeMap<OrganizationId, Organization>, AppError> {
        let all = self.store.organization_list()?.into_iter();
        Ok(all.map(|one| (one.id, one)).collect())
    }

    /// The newest version of every item.
    fn every_item(&self) -> Result<Vec<Arc<FiledItem>>, AppError> {
        let mut filter = ItemFilter {
            text: String::new(),
            department: None,
            drifted: false,
            after: None,
            limit: ITEMS_AT_ONCE,
        };
        let mut items = Vec::new();
        loop {
            let heads = self.store.item_find(&filter)?;
            let Some(last) = heads.last() else { return Ok(items) };
            filter.after = Some(last.code.clone());
            for head in &heads {
                items.push(self.service_item(head.code.as_str(), Some(head.version))?);
            }
        }
    }

    fn item_rows(&self, target: Target) -> Result<Vec<Row>, AppError> {
        let names: BTreeMap<String, String> =
            self.departments()?.into_values().map(|one| (one.code.to_string(), one.name)).collect();
        let live = self.store.types_live(self.clock.now() - Duration::days(LIVE_DAYS))?;
        let connectors = self.settings.connectors.iter().map(|one| one.id.as_str()).collect();
        let policy = &self.settings.exemption;
        let at_hand = AtHand { live: &live, connectors: &connectors, policy };
        let row = |filed: &Arc<FiledItem>| {
            let item = &filed.item;
            let (share, why) = match target {
                Target::Free => {
                    let (share, why) = is_free(item, &at_hand);
                    (Some(share), why)
                }
                _ => is_mapped(item, &live),
            };
            let code = item.department.to_string();
            Row {
                key: item.code.to_string(),
                name: item.name.zh.clone(),
                department: names.get(&code).cloned().unwrap_or(code),
                share,
                why,
            }
        };
        Ok(self.every_item()?.iter().map(row).collect())
    }

    /// A row for each type of a department. A day on which nobody said how many were issued has no
    /// denominator; what came beyond what was declared makes up for no other day.
    fn collected_rows(&self) -> Result<Vec<Row>, AppError> {
        let names = self.departments()?;
        let today = china_date(self.clock.now());
        let found = self.store.declared_days((back(today, DAYS - 1), today))?;
        let mut types: BTreeMap<(OrganizationId, LicenseTypeCode), Vec<Declared>> = BTreeMap::new();
        for ((of, code, _), day) in found {
            types.entry((of, code)).or_default().push(day);
        }
        let row = |((of, code), days): ((OrganizationId, LicenseTypeCode), Vec<Declared>)| {
            let shares = days.iter().filter_map(|day| {
                let whole = day.declared?;
                Some(Share { part: day.on_time.min(whole), whole })
            });
            let share = shares.reduce(Share::and);
            let missing = days.iter().any(|day| day.declared.is_none());
            Row {
                key: code.to_string(),
                name: self.type_name(&code.to_string()),
                department: named(&names, of),
                share,
                why: missing.then_some(Why::DenominatorMissing).into_iter().collect(),
            }
        };
        Ok(types.into_iter().map(row).collect())
    }

    fn seal_rows(&self) -> Result<Vec<Row>, AppError> {
        let now = self.clock.now();
        let (mut has, mut usable) = (BTreeSet::new(), BTreeSet::new());
        for seal in self.store.seals_of(None)? {
            let (of, begins) = (seal.properties().organization, seal.properties().not_before);
            has.insert(of);
            if seal.status() == SealStatus::Active && !seal.has_expired(now) && begins <= now {
                usable.insert(of);
            }
        }
        let departments = self.departments()?.into_values();
        let active = departments.filter(|one| one.status == OrganizationStatus::Active);
        let row = |one: Organization| {
            let why = match (usable.contains(&one.id), has.contains(&one.id)) {
                (true, _) => Vec::new(),
                (false, true) => vec![Why::SealNotUsable],
                (false, false) => vec![Why::NoSeal],
            };
            Row {
                key: one.code.to_string(),
                name: one.name.clone(),
                department: one.name,
                share: Some(Share::one(why.is_empty())),
                why,
            }
        };
        Ok(active.map(row).collect())
    }

    fn saved_rows(&self) -> Result<Computed, AppError> {
        let names = self.departments()?;
        let saved = self.store.saved(self.clock.now() - Duration::days(DAYS))?;
        let fields_filled = Some(saved.values().map(|one| one.filled).sum());
        let row = |(of, one): (OrganizationId, Saved)| {
            let share = Share { part: one.waived, whole: one.asked };
            department_row(&names, of, Some(share).filter(|share| share.whole > 0))
        };
        Ok(Computed {
            rows: saved.into_iter().map(row).collect(),
            median_days: None,
            fields_filled,
        })
    }

    fn examined_rows(&self, target: Target) -> Result<Computed, AppError> {
        let names = self.departments()?;
        let found = self.store.examinations(self.clock.now() - Duration::days(DAYS))?;
        let mut delays: BTreeMap<i64, u64> = BTreeMap::new();
        let mut rows = Vec::new();
        for (of, one) in found {
            for (delay, count) in &one.delays {
                *delays.entry(*delay).or_default() += count;
            }
            let in_time = one.delays.range(..=domain::quality::LATE_AFTER_DAYS);
            let part = match target {
                Target::Faults => one.faults,
                _ => in_time.map(|(_, count)| count).sum(),
            };
            let share = Share { part, whole: one.licenses };
            rows.push(department_row(&names, of, Some(share).filter(|share| share.whole > 0)));
        }
        let median_days = if target == Target::Timely { median(&delays) } else { None };
        Ok(Computed { rows, median_days, fields_filled: None })
    }
}

fn back(day: Date, days: i64) -> Date {
    day.checked_sub(Duration::days(days)).unwrap_or(day)
}

fn named(names: &BTreeMap<OrganizationId, Organization>, of: OrganizationId) -> String {
    names.get(&of).map_or_else(|| of.to_string(), |one| one.name.clone())
}

fn department_row(
    names: &BTreeMap<OrganizationId, Organization>,
    of: OrganizationId,
    share: Option<Share>,
) -> Row {
    let name = named(names, of);
    Row {
        key: names.get(&of).map_or_else(|| of.to_string(), |one| one.code.to_string()),
        name: name.clone(),
        department: name,
        why: share.is_none().then_some(Why::NothingStored).into_iter().collect(),
        share,
    }
}

fn target_view(target: Target, computed: &Computed, trend: Vec<TargetDayView>) -> TargetView {
    let figure = Figure::of(&computed.rows);
    let value = figure.share.and_then(|share| share.value(target.unit()));
    let behind = by_department(target, &computed.rows);
    let laggards = behind.into_iter().filter_map(|(department, figure)| {
        let share = figure.share?;
        let value = share.value(target.unit())?;
        let department = department.to_owned();
        Some(TargetDepartmentView { department, part: share.part, whole: share.whole, value })
    });
    let goal = target.goal();
    TargetView {
        target: target.as_str(),
        part: figure.share.map(|share| share.part),
        whole: figure.share.map(|share| share.whole),
        value,
        unit: match target.unit() {
            Unit::Percent => "percent",
            Unit::PerThousand => "per_thousand",
        },
        goal,
        reached: value.zip(goal).map(|(value, goal)| value >= goal),
        remark: (figure.missing > 0 || figure.share.is_none()).then_some("denominator_missing"),
        counted: figure.counted,
        excluded: figure.excluded,
        missing: figure.missing,
        median_days: computed.median_days,
        fields_filled: computed.fields_filled,
        laggards: laggards.take(LAGGARDS).collect(),
        trend,
    }
}

fn day_view(one: &TargetDay) -> TargetDayView {
    TargetDayView {
        day: day_text(one.day),
        part: one.share.map(|share| share.part),
        whole: one.share.map(|share| share.whole),
        value: one.share.and_then(|share| share.value(one.target.unit())),
    }
}

fn row_view(row: Row) -> TargetRowView {
    TargetRowView {
        key: row.key,
        name: row.name,
        department: row.department,
        part: row.share.map(|share| share.part),
        whole: row.share.map(|share| share.whole),
        why: row.why.into_iter().map(Why::as_str).collect(),
    }
}
