//! Addresses in China: regions, then streets and houses.

use super::letters::key;
use super::pieces::{Align, Piece, Pieces, agree, aligned};
use super::{Found, Reason, Renamed, number};
use std::collections::BTreeSet;

/// What house numbers count.
const UNITS: [&str; 16] = [
    "号", "弄", "室", "层", "楼", "单元", "栋", "幢", "座", "组", "队", "门", "户", "巷", "排",
    "间",
];
/// The ends of names of regions, longer ones first.
const REGIONS: [&str; 16] = [
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "地区",
    "林区",
    "特区",
    "街道",
    "省",
    "市",
    "州",
    "盟",
    "区",
    "县",
    "旗",
];
/// Regions of the first level as they are called for short, and what is left out.
const SHORT: [(&str, &str); 33] = [
    ("北京", "市"),
    ("天津", "市"),
    ("上海", "市"),
    ("重庆", "市"),
    ("河北", "省"),
    ("山西", "省"),
    ("内蒙古", "自治区"),
    ("辽宁", "省"),
    ("吉林", "省"),
    ("黑龙江", "省"),
    ("江苏", "省"),
    ("浙江", "省"),
    ("安徽", "省"),
    ("福建", "省"),
    ("江西", "省"),
    ("山东", "省"),
    ("河南", "省"),
    ("湖北", "省"),
    ("湖南", "省"),
    ("广东", "省"),
    ("广西", "壮族自治区"),
    ("海南", "省"),
    ("四川", "省"),
    ("贵州", "省"),
    ("云南", "省"),
    ("西藏", "自治区"),
    ("陕西", "省"),
    ("甘肃", "省"),
    ("青海", "省"),
    ("宁夏", "回族自治区"),
    ("新疆", "维吾尔自治区"),
    ("香港", "特别行政区"),
    ("澳门", "特别行政区"),
];
/// Regions that begin as one of the first level is called for short.
const LONGER: [&str; 2] = ["海南藏族自治州", "河南蒙古族自治县"];
/// What ends as names of regions do and is none.
const NO_REGIONS: [&str; 9] =
    ["小区", "社区", "校区", "厂区", "片区", "库区", "超市", "城市", "门市"];
/// What ends the head of an address.
const STREETS: &str = "路街道巷弄号镇乡村";
/// More regions than any address has one within the other.
const REGIONS_MAX: usize = 5;
/// No name of a region is longer.
pub const REGION_CHARACTERS_MAX: usize = 15;

/// A region at the head of an address.
#[derive(Clone, Debug)]
struct Region {
    name: String,
    at: usize,
    /// How its name differs from what is written.
    note: Option<Reason>,
    /// As it is written.
    pieces: Pieces,
}

impl Region {
    fn new(name: String, at: usize, note: Option<Reason>) -> Self {
        Self { name, at, note, pieces: Pieces::default() }
    }
}

/// What two addresses differ in.
pub(super) fn compared(one: Pieces, other: Pieces, renamed: &[Renamed]) -> Vec<Found> {
    let (ours, one) = apart(one, renamed);
    let (theirs, other) = apart(other, renamed);
    let mut found = of_regions(&ours, &theirs);
    found.extend(of_houses(&one, &other));
    found
}

/// The regions at the head of an address, and the rest in the one way in which it is compared.
fn apart(mut address: Pieces, renamed: &[Renamed]) -> (Vec<Region>, Pieces) {
    let mut regions = Vec::new();
    while regions.len() < REGIONS_MAX {
        let Some((length, mut region)) = region(&address.list, regions.is_empty()) else { break };
        region.pieces.list = address.list.drain(..length).collect();
        region.pieces.length = region.at + length;
        regions.push(region);
    }
    for region in &mut regions {
        if let Some(known) = renamed.iter().find(|one| key(&one.from) == region.name) {
            region.name = key(&known.to);
            region.note = Some(Reason::RegionRenamed);
        }
    }
    numerals(&mut address);
    courtyards(&mut address);
    unit_dashes(&mut address);
    (regions, address)
}

/// The region with which the pieces begin, and how many of them it takes.
fn region(pieces: &[Piece], first: bool) -> Option<(usize, Region)> {
    let head: Vec<char> =
        pieces.iter().take(REGION_CHARACTERS_MAX + 1).map_while(Piece::character).collect();
    let at = pieces.first()?.at;
    let known = pieces.iter().take_while(|piece| !piece.is_unreadable()).count();
    let head = &head[..known.min(head.len())];
    let longer = LONGER.iter().any(|name| begins(head, 0, name));
    let short = SHORT.iter().find(|(name, _)| first && !longer && begins(head, 0, name));
    if let Some((name, end)) = short {
        let length = name.chars().count();
        let goes_on = head.get(length).is_none_or(|next| STREETS.contains(*next) || *next == '大');
        if !goes_on && ending(head, length).is_none() && !begins(head, length, end) {
            let note = Some(Reason::RegionShort);
            return Some((length, Region::new(format!("{name}{end}"), at, note)));
        }
    }
    for place in 1..head.len() {
        if let Some(mut end) = ending(head, place) {
            // 广州市 and 自治州: the name goes on as long as ends follow each other; in 示例市市中区
            // the next one begins.
            while let Some(further) = ending(head, end).filter(|_| head[end] != head[end - 1]) {
                end = further;
            }
            let name: String = head[..end].iter().collect();
            let is =
                end <= REGION_CHARACTERS_MAX && !NO_REGIONS.iter().any(|no| name.ends_with(no));
            return is.then_some((end, Region::new(name, at, None)));
        }
        let stops = head[place].is_ascii_digit() || STREETS.contains(head[place]);
        if stops && ending(head, place + 1).is_none() {
            return None;
        }
    }
    None
}

fn begins(text: &[char], at: usize, word: &str) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    word.chars().count() <= rest.len() && word.chars().zip(rest).all(|(one, other)| one == *other)
}

/// Where the end of a region's name that begins here ends.
fn ending(text: &[char], at: usize) -> Option<usize> {
    let found = REGIONS.iter().find(|end| begins(text, at, end))?;
    Some(at + found.chars().count())
}

/// Two chains of regions are one where a larger region is left out that goes without saying.
fn of_regions(ours: &[Region], theirs: &[Region]) -> Vec<Found> {
    let at = |regions: &[Region]| regions.first().map_or(0, |region| region.at);
    let tell = |reason| vec![Found { reason, ours: at(ours), theirs: at(theirs) }];
    match (ours.is_empty(), theirs.is_empty()) {
        (true, true) => return Vec::new(),
        (true, false) | (false, true) => return tell(Reason::RegionMissing),
        (false, false) => {}
    }
    let extra = |all: &[Region], others: &[Region]| -> Vec<usize> {
        let missing = |one: &Region| !others.iter().any(|other| other.name == one.name);
        (0..all.len()).filter(|place| missing(&all[*place])).collect()
    };
    let names = |all: &[Region], without: &[usize]| -> Vec<String> {
        let kept = all.iter().enumerate().filter(|(place, _)| !without.contains(place));
        kept.map(|(_, region)| region.name.clone()).collect()
    };
    let (more, other_more) = (extra(ours, theirs), extra(theirs, ours));
    let differs = !more.is_empty() && !other_more.is_empty();
    if differs || names(ours, &more) != names(theirs, &other_more) {
        return tell(Reason::RegionDiffers);
    }
    let last = |all: &[Region], extra: &[usize]| extra.last() == all.len().checked_sub(1).as_ref();
    let mut found = match (
        more.is_empty() && other_more.is_empty(),
        last(ours, &more) || last(theirs, &other_more),
    ) {
        (true, _) => Vec::new(),
        (_, true) => tell(Reason::RegionMissing),
        (..) if of_any_city(ours) != of_any_city(theirs) => tell(Reason::RegionMissing),
        (..) => tell(Reason::RegionLeftOut),
    };
    for one in ours {
        let same = theirs.iter().find(|other| other.name == one.name);
        // Of one name, and perhaps written otherwise.
        if let Some(other) = same.filter(|other| agree(&one.pieces, &other.pieces)) {
            found.extend(aligned(&one.pieces, &other.pieces, Align::TEXT));
        }
        let notes = same.filter(|other| other.note != one.note);
        for (other, reason) in notes.into_iter().flat_map(|other| {
            [one.note, other.note].into_iter().flatten().map(move |note| (other, note))
        }) {
            found.push(Found { reason, ours: one.at, theirs: other.at });
        }
    }
    found
}

/// Whether nothing is named above a district: many cities have a 鼓楼区.
fn of_any_city(regions: &[Region]) -> bool {
    let unique = ["自治区", "地区", "林区", "特区", "特别行政区"];
    regions.first().is_some_and(|first| {
        first.name.ends_with('区') && !unique.iter().any(|end| first.name.ends_with(end))
    })
}

/// Streets and houses. Numbers alone (3-2-201) may be what the other side says with their units.
fn of_houses(one: &Pieces, other: &Pieces) -> Vec<Found> {
    let (numbers, other_numbers) = (house_numbers(one), house_numbers(other));
    let same = numbers.is_some() && numbers == other_numbers && !agree(one, other);
    let unsaid = |address: &Pieces| !UNITS.iter().any(|unit| houses(address).1.contains(unit));
    if same && (unsaid(one) || unsaid(other) || dashed(one) || dashed(other)) {
        let at = |address: &Pieces| {
            let first = |piece: &&Piece| piece.character().is_some_and(|c| c.is_ascii_digit());
            address.list.iter().find(first).map_or(0, |piece| piece.at)
        };
        return vec![Found { reason: Reason::UnitWords, ours: at(one), theirs: at(other) }];
    }
    aligned(one, other, Align::TEXT)
}

fn dashed(address: &Pieces) -> bool {
    address.list.iter().any(|piece| piece.is('-'))
}

/// The street, and what follows from the first figure.
fn houses(address: &Pieces) -> (String, String) {
    let text = address.texts().concat();
    let from = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    let (street, houses) = text.split_at(from);
    (street.to_owned(), houses.to_owned())
}

/// The street and its numbers, where nothing follows them but units.
fn house_numbers(address: &Pieces) -> Option<(String, Vec<String>)> {
    let (street, mut houses) = houses(address);
    for unit in UNITS.iter().chain(&["-"]) {
        houses = houses.replace(unit, " ");
    }
    let numbers: Vec<String> = houses.split_whitespace().map(str::to_owned).collect();
    let plain = numbers.iter().all(|one| one.chars().all(|c| c.is_ascii_alphanumeric()));
    (plain && !numbers.is_empty()).then_some((street, numbers))
}

/// 十二号 as 12号; numbers in names of streets stay as they are.
fn numerals(address: &mut Pieces) {
    let is_numeral = |piece: &Piece| {
        piece.character().is_some_and(|c| number::digit(c).is_some() || "十百".contains(c))
    };
    let mut place = 0;
    while place < address.list.len() {
        let run = address.list[place..].iter().take_while(|piece| is_numeral(piece)).count();
        let behind: String =
            address.list.iter().skip(place + run).take(2).map(|piece| piece.key.as_str()).collect();
        let counted = run > 0 && UNITS.iter().any(|unit| behind.starts_with(unit));
        let written: String =
            address.list[place..place + run].iter().map(|piece| piece.key.as_str()).collect();
        match arabic(&written).filter(|_| counted) {
            Some(digits) => {
                let first = address.list[place].clone();
                let digit = |(step, digit): (usize, char)| Piece {
                    source: written.clone(),
                    key: digit.to_string(),
                    gap: if step == 0 { first.gap.clone() } else { BTreeSet::new() },
                    note: Some(Reason::ChineseNumeral),
                    at: first.at,
                };
                let pieces: Vec<Piece> = digits.chars().enumerate().map(digit).collect();
                let next = place + pieces.len();
                address.list.splice(place..place + run, pieces);
                place = next;
            }
            None => place += run.max(1),
        }
    }
}

fn arabic(written: &str) -> Option<String> {
    if let Some(number) = number::chinese(written).filter(|_| !written.is_empty()) {
        return Some(number.to_string());
    }
    written.chars().map(|c| number::digit(c).map(|digit| digit.to_string())).collect()
}

fn courtyards(address: &mut Pieces) {
    for place in (1..address.list.len()).rev() {
        let next = address.list.get(place + 1).and_then(Piece::character);
        let ends = next.is_none_or(|next| next.is_ascii_digit() || next == '-');
        if address.list[place].is('院') && address.list[place - 1].is('号') && ends {
            address.drop_at(place, Reason::CourtyardWord);
        }
    }
}

/// A dash behind a unit says nothing, but for the one in 1层-3层.
fn unit_dashes(address: &mut Pieces) {
    for place in (1..address.list.len()).rev() {
        let before = address.list[place - 1].character();
        let unit = before.is_some_and(|c| "号院楼栋幢座元室层弄".contains(c));
        let next = address.list.get(place + 1).and_then(Piece::character);
        let behind = address.list[place + 1..].iter().filter_map(Piece::character);
        let mut unit_behind = behind.skip_while(char::is_ascii_alphanumeric);
        // 12号-3号楼 has two units.
        let range = unit_behind.next() == before && unit_behind.next() != Some('楼');
        let figure = next.is_some_and(|c| c.is_ascii_alphanumeric());
        if address.list[place].is('-') && unit && figure && !range {
            address.drop_at(place, Reason::UnitDash);
        }
    }
}
