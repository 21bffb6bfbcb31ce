//! Stream filters, as far as structure and text need them (ISO 32000-2, 7.4).

use super::object::{Dictionary, Object};
use crate::pdf::limits::{Budget, Exhausted};
use flate2::read::ZlibDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use std::io::Read;

/// Why stream data cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FilterError {
    Malformed(&'static str),
    Exhausted(Exhausted),
}

impl From<Exhausted> for FilterError {
    fn from(error: Exhausted) -> Self {
        Self::Exhausted(error)
    }
}

/// Filters of a stream in order, each with its parameters; `None` when they are not direct values.
fn chain(dictionary: &Dictionary) -> Option<Vec<(&Object, Option<&Dictionary>)>> {
    let Some(filter) = dictionary.get("Filter") else { return Some(Vec::new()) };
    let parameters = dictionary.get("DecodeParms");
    if filter.name().is_some() {
        let parameters = parameters
            .map(|value| value.dictionary())
            .map_or(Some(None), |dictionary| dictionary.map(Some))?;
        return Some(vec![(filter, parameters)]);
    }
    let filters = filter.array()?;
    let parameters = parameters.map_or(Some(&[][..]), Object::array)?;
    Some(
        filters
            .iter()
            .enumerate()
            .map(|(index, filter)| (filter, parameters.get(index).and_then(Object::dictionary)))
            .collect(),
    )
}

/// The decoded data of a stream whose filters are Flate, ASCIIHex or ASCII85.
pub(crate) fn decode(
    dictionary: &Dictionary,
    data: &[u8],
    budget: &Budget,
) -> Result<Vec<u8>, FilterError> {
    let chain = chain(dictionary).ok_or(FilterError::Malformed("filters are not direct"))?;
    if chain.len() > 4 {
        return Err(FilterError::Malformed("too many filters"));
    }
    let mut decoded = None;
    for (filter, parameters) in chain {
        let input = decoded.as_deref().unwrap_or(data);
        let output = if filter.is_name("FlateDecode") {
            let plain = inflate(input, budget.stream_allowance())?;
            predict(plain, parameters)?
        } else if filter.is_name("ASCIIHexDecode") {
            ascii_hex(input)?
        } else if filter.is_name("ASCII85Decode") {
            ascii_85(input)?
        } else {
            return Err(FilterError::Malformed("filter not supported"));
        };
        decoded = Some(output);
    }
    let decoded = decoded.unwrap_or_else(|| data.to_vec());
    budget.decoded(decoded.len())?;
    Ok(decoded)
}

/// How many bytes stream data decodes to, at most `limit`, without keeping them; 0 for what is not
/// worth measuring: a Deflate stream cannot grow more than 1,032 times.
pub(crate) fn count_decoded(
    dictionary: &Dictionary,
    data: &[u8],
    limit: usize,
) -> Result<usize, FilterError> {
    let flate = |filter: &Object| filter.is_name("FlateDecode");
    match chain(dictionary).unwrap_or_default()[..] {
        [] => Ok(0),
        [(filter, _)] if flate(filter) && data.len().saturating_mul(1032) <= limit => Ok(0),
        [(filter, _)] if flate(filter) => measure(data, limit),
        // Layers multiply; they are decoded under the limit.
        _ => {
            let (stream_bytes_max, decoded_bytes_max) = (limit, limit as u64);
            let limits = crate::pdf::Limits::default();
            let limits = crate::pdf::Limits { stream_bytes_max, decoded_bytes_max, ..limits };
            match decode(dictionary, data, &Budget::new(&limits, 0)) {
                Ok(decoded) => Ok(decoded.len()),
                Err(FilterError::Malformed(_)) => Ok(0),
                Err(exhausted) => Err(exhausted),
            }
        }
    }
}

fn measure(data: &[u8], limit: usize) -> Result<usize, FilterError> {
    let mut decoder = ZlibDecoder::new(data).take(limit as u64 + 1);
    let mut buffer = [0; 16 << 10];
    let mut total = 0;
    while let Ok(count @ 1..) = decoder.read(&mut buffer) {
        total += count;
    }
    if total > limit { Err(Exhausted::DecodedBytes.into()) } else { Ok(total) }
}

fn inflate(data: &[u8], allowance: usize) -> Result<Vec<u8>, FilterError> {
    let mut plain = Vec::with_capacity(data.len().saturating_mul(4).min(allowance));
    ZlibDecoder::new(data)
        .take(allowance as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(|_| FilterError::Malformed("not Flate data"))?;
    if plain.len() > allowance { Err(Exhausted::DecodedBytes.into()) } else { Ok(plain) }
}

/// Undoes the PNG predictors (ISO 32000-2, 7.4.4.4); the TIFF predictor is for pictures only.
fn predict(data: Vec<u8>, parameters: Option<&Dictionary>) -> Result<Vec<u8>, FilterError> {
    let number = |key: &str, default: usize| {
        parameters.and_then(|entries| entries.get(key)).map_or(Some(default), Object::size)
    };
    let malformed = FilterError::Malformed("malformed predictor parameters");
    let predictor = number("Predictor", 1).ok_or(malformed)?;
    if predictor == 1 {
        return Ok(data);
    }
    let colors = number("Colors", 1).filter(|n| (1..=32).contains(n)).ok_or(malformed)?;
    let bits =
        number("BitsPerComponent", 8).filter(|n| [1, 2, 4, 8, 16].contains(n)).ok_or(malformed)?;
    let columns = number("Columns", 1).filter(|n| (1..=1 << 20).contains(n)).ok_or(malformed)?;
    if !(10..=15).contains(&predictor) {
        return Err(FilterError::Malformed("predictor not supported"));
    }
    let pixel = (colors * bits).div_ceil(8);
    unfilter(data, (colors * bits * columns).div_ceil(8), pixel)
}

/// In place: a decoded row never ends behind the end of its encoded one.
fn unfilter(mut data: Vec<u8>, row: usize, pixel: usize) -> Result<Vec<u8>, FilterError> {
    let rows = data.len() / (row + 1);
    if rows * (row + 1) != data.len() {
        return Err(FilterError::Malformed("predicted rows are cut short"));
    }
    for index in 0..rows {
        let (from, to) = (index * (row + 1), index * row);
        let kind = data[from];
        for column in 0..row {
            let left = if column >= pixel { data[to + column - pixel] } else { 0 };
            let up = if index > 0 { data[to + column - row] } else { 0 };
            let corner =
                if index > 0 && column >= pixel { data[to + column - row - pixel] } else { 0 };
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => up,
                3 => u8::midpoint(left, up),
                4 => paeth(left, up, corner),
                _ => return Err(FilterError::Malformed("unknown row predictor")),
            };
            data[to + column] = data[from + 1 + column].wrapping_add(guess);
        }
    }
    data.truncate(rows * row);
    Ok(data)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |value: u8| (estimate - i16::from(value)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}

fn ascii_hex(data: &[u8]) -> Result<Vec<u8>, FilterError> {
    let mut text = vec![b'<'];
    text.extend(data.iter().copied().take_while(|&byte| byte != b'>'));
    text.push(b'>');
    match super::Lexer::new(&text, 0).next() {
        Ok((super::Token::String(bytes), _)) => Ok(bytes),
        _ => Err(FilterError::Malformed("not hexadecimal data")),
    }
}

fn ascii_85(data: &[u8]) -> Result<Vec<u8>, FilterError> {
    let malformed = FilterError::Malformed("not base-85 data");
    let mut plain = Vec::with_capacity(data.len() / 5 * 4);
    let mut group: Vec<u8> = Vec::with_capacity(5);
    for &byte in data.iter().filter(|&&byte| !super::is_space(byte)) {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => plain.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => return Err(malformed),
        }
        if group.len() == 5 {
            plain.extend(base_85(&group).ok_or(malformed)?);
            group.clear();
        }
    }
    if group.len() == 1 {
        return Err(malformed);
    }
    if !group.is_empty() {
        let kept = group.len() - 1;
        group.resize(5, 84);
        plain.extend(&base_85(&group).ok_or(malformed)?[..kept]);
    }
    Ok(plain)
}

fn base_85(group: &[u8]) -> Option<[u8; 4]> {
    let value = group.iter().fold(0_u64, |value, &digit| value * 85 + u64::from(digit));
    u32::try_from(value).ok().map(u32::to_be_bytes)
}

/// Flate data of exactly `length` decoded bytes, with nothing behind it.
pub(crate) fn inflate_exactly(data: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut plain = vec![0; length];
    let mut decompress = Decompress::new(true);
    let status = decompress.decompress(data, &mut plain, FlushDecompress::Finish).ok()?;
    let whole = status == Status::StreamEnd && decompress.total_out() == length as u64;
    (whole && decompress.total_in() == data.len() as u64).then_some(plain)
}
