//! Where a Chinese text may break, and how it is broken into lines.

use domain::catalogue::Wrap;
use std::ops::Range;

/// A character and its breadth in em.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Measured {
    pub(crate) character: char,
    pub(crate) breadth: f32,
}

/// Never at the beginning of a line (避头).
const NO_START: &str = "，。、；：？！）》〉】』」〕〗”’％‰℃℉°·…—～,.;:?!)]}%›»・ー々";
/// Never at the end of a line (避尾).
const NO_END: &str = "（《〈【『「〔〖“‘([{￥¥$€£№#«‹";
/// Closing marks whose right half is blank: at the end of a line they may stand out by that half.
const HALF_BLANK: &str = "，。、；：！？）》〉】』」〕〗";
/// Units that stay with the figure before them.
const UNITS: &str = "年月日时分秒号元角万亿米㎡㎥℃%‰℉％台辆人名间套层栋座页份期";
/// After these a clause ends.
const CLAUSE_ENDS: &str = "，。、；：！？,;）)〕】》";

/// Whether a line may end after `before` when `after` follows.
pub(crate) fn may_break(before: char, after: char) -> bool {
    if after == ' ' || NO_START.contains(after) || NO_END.contains(before) {
        return false;
    }
    if before == ' ' {
        return true;
    }
    if is_word(before) && is_word(after) {
        return false;
    }
    !(before.is_ascii_digit() && UNITS.contains(after))
}

/// Letters, figures and what stands inside words and numbers written in them.
fn is_word(character: char) -> bool {
    character.is_ascii_graphic() || matches!(character, '\u{A1}'..='\u{24F}' | '‐' | '–')
}

/// Breaks one paragraph (no line ends in it) into lines no wider than `width` em, the half of a
/// closing mark at the end apart. Only a single character wider than the line is wider.
pub(crate) fn lines(
    characters: &[Measured],
    width: f32,
    tracking: f32,
    wrap: Wrap,
) -> Vec<Range<usize>> {
    let paragraph = Paragraph::new(characters, width, tracking);
    if characters.is_empty() || wrap == Wrap::None {
        return std::iter::once(0..characters.len()).collect();
    }
    let filled = paragraph.filled();
    match wrap {
        Wrap::Clause if filled.len() > 1 && filled.len() <= EVEN_LINES_MAX => {
            paragraph.even(filled.len()).unwrap_or(filled)
        }
        Wrap::Clause | Wrap::Fill | Wrap::None => filled,
    }
}

/// Breadth of a line in em: without spaces at its end, and with half of a closing mark there.
pub(crate) fn breadth(line: &[Measured], tracking: f32) -> f32 {
    let (kept, half) = kept(line);
    let sum: f32 = line[..kept].iter().map(|c| c.breadth + tracking).sum();
    (sum - tracking - half).max(0.0)
}

/// How many characters are before the spaces at the end, and what the last one hangs out, in em.
fn kept(line: &[Measured]) -> (usize, f32) {
    let kept = line.len() - line.iter().rev().take_while(|c| c.character == ' ').count();
    let half = line[..kept].last().is_some_and(|last| is_half_blank(*last));
    (kept, if half { 0.5 } else { 0.0 })
}

/// Whether this is a closing mark of full breadth whose right half is blank.
pub(crate) fn is_half_blank(mark: Measured) -> bool {
    HALF_BLANK.contains(mark.character) && mark.breadth > 0.9
}

/// Whether breaking after `end` characters parts what belongs together.
pub(crate) fn is_forced(characters: &[Measured], end: usize) -> bool {
    match (characters.get(end.wrapping_sub(1)), characters.get(end)) {
        (Some(before), Some(after)) => !may_break(before.character, after.character),
        _ => false,
    }
}

/// Longer texts are paragraphs, which are filled.
const EVEN_LINES_MAX: usize = 6;
/// Tolerance for sums of breadths, in em.
const SLACK: f32 = 0.001;

struct Paragraph<'a> {
    characters: &'a [Measured],
    /// Breadth with tracking of all characters before each.
    sums: Vec<f32>,
    width: f32,
    tracking: f32,
}

impl<'a> Paragraph<'a> {
    fn new(characters: &'a [Measured], width: f32, tracking: f32) -> Self {
        let mut sum = 0.0;
        let mut sums = Vec::with_capacity(characters.len() + 1);
        sums.push(0.0);
        sums.extend(characters.iter().map(|character| {
            sum += character.breadth + tracking;
            sum
        }));
        Self { characters, sums, width, tracking }
    }

    fn may_end(&self, end: usize) -> bool {
        !is_forced(self.characters, end)
    }

    /// As [`breadth`], without adding up again.
    fn breadth(&self, line: Range<usize>) -> f32 {
        let (kept, half) = kept(&self.characters[line.clone()]);
        let sum = self.sums[line.start + kept] - self.sums[line.start];
        (sum - self.tracking - half).max(0.0)
    }

    fn fits(&self, line: Range<usize>) -> bool {
        self.breadth(line) <= self.width + SLACK
    }

    /// Where a line that begins at `start` ends when it is as full as possible.
    fn full_end(&self, start: usize) -> usize {
        let total = self.characters.len();
        let mut last_allowed = None;
        let mut last_fitting = start + 1;
        let mut raw = 0.0;
        for end in start + 1..=total {
            raw += self.characters[end - 1].breadth + self.tracking;
            // Past the room for a hanging half mark and spaces nothing can fit any more.
            if raw > self.width + 1.0 + self.tracking && self.characters[end - 1].character != ' ' {
                break;
            }
            if self.fits(start..end) {
                last_fitting = end;
                if self.may_end(end) {
                    last_allowed = Some(end);
                }
            }
        }
        last_allowed.unwrap_or(last_fitting)
    }

    fn filled(&self) -> Vec<Range<usize>> {
        let total = self.characters.len();
        let mut lines = Vec::new();
        let mut start = 0;
        while start < total {
            let end = self.full_end(start);
            lines.push(start..end);
            start = end;
        }
        self.relieve_last(&mut lines);
        lines
    }

    /// A last line of one character, closing marks apart, takes another from the line before.
    fn relieve_last(&self, lines: &mut [Range<usize>]) {
        let [.., before, last] = lines else { return };
        let marks = self.characters[last.clone()].iter().rev();
        let marks = marks.take_while(|mark| NO_START.contains(mark.character)).count();
        if last.len() - marks > 1 {
            return;
        }
        let taken = (before.start + 2..before.end).rev().find(|end| self.may_end(*end));
        if let Some(end) = taken.filter(|end| before.end - end <= 4 && self.fits(*end..last.end)) {
            (before.end, last.start) = (end, end);
        }
    }

    /// Exactly `count` lines of even length, ends of clauses preferred; none when only a forced
    /// break would do.
    fn even(&self, count: usize) -> Option<Vec<Range<usize>>> {
        let total = self.characters.len();
        // cost[n][end]: the least cost of n lines that end there, and where the last one begins.
        let mut costs = vec![vec![None::<(f32, usize)>; total + 1]; count + 1];
        costs[0][0] = Some((0.0, 0));
        for number in 1..=count {
            for end in 1..=total {
                if !self.may_end(end) {
                    continue;
                }
                for start in (0..end).rev() {
                    let line = start..end;
                    if !self.fits(line.clone()) && line.len() > 1 {
                        // Only a mark at the end could have made a longer line fit.
                        if self.breadth(line) > self.width + 1.0 {
                            break;
                        }
                        continue;
                    }
                    let Some((so_far, _)) = costs[number - 1][start] else { continue };
                    let cost = so_far + self.cost(line, count);
                    if costs[number][end].is_none_or(|(known, _)| cost < known) {
                        costs[number][end] = Some((cost, start));
                    }
                }
            }
        }
        let mut lines = Vec::with_capacity(count);
        let mut end = total;
        for number in (1..=count).rev() {
            let (_, start) = costs[number][end]?;
            lines.push(start..end);
            end = start;
        }
        lines.reverse();
        Some(lines)
    }

    /// How far a line is from the even length, and whether it ends inside a clause.
    fn cost(&self, line: Range<usize>, count: usize) -> f32 {
        let end = line.end;
        let even = self.breadth(0..self.characters.len()) / count as f32;
        let uneven = (self.breadth(line) - even) / self.width;
        let last = end == self.characters.len();
        let inside = !last
            && !CLAUSE_ENDS.contains(self.characters[end - 1].character)
            && !NO_END.contains(self.characters[end].character);
        uneven * uneven + if inside { CLAUSE_COST } else { 0.0 }
    }
}

/// Ending inside a clause is as bad as being uneven by three tenths of the line.
const CLAUSE_COST: f32 = 0.09;

#[cfg(test)]
mod tests;
