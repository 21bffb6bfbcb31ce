//! What is left of personal data where it may not be shown whole.

/// A person's name: the first character and at most two stars, so that its length is not told.
#[must_use]
pub fn person_name(name: &str) -> String {
    let name = name.trim();
    let stars = name.chars().count().saturating_sub(1).clamp(1, 2);
    let first = name.chars().next().filter(|_| name.chars().nth(1).is_some());
    first.into_iter().chain(std::iter::repeat_n('*', stars)).collect()
}

/// A code that names a person (identity number, telephone, document number): with eleven
/// characters or more the first three and last four stay, with six or more the last two.
#[must_use]
pub fn code(code: &str) -> String {
    let characters: Vec<char> = code.trim().chars().collect();
    let (head, tail) = match characters.len() {
        11.. => (3, 4),
        6..=10 => (0, 2),
        _ => (0, 0),
    };
    let hidden = head..characters.len() - tail;
    let shown = |(place, character): (usize, &char)| {
        if hidden.contains(&place) { '*' } else { *character }
    };
    characters.iter().enumerate().map(shown).collect()
}

/// Any other text: the first character and three stars.
#[must_use]
pub fn text(text: &str) -> String {
    let text = text.trim();
    let first = text.chars().next().filter(|_| text.chars().nth(1).is_some());
    first.into_iter().chain("***".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, masked) in [
            ("张三", "张*"),
            ("欧阳示例", "欧**"),
            ("买买提·吐尔逊", "买**"),
            ("张", "*"),
            ("", "*"),
            (" 李四 ", "李*"),
            ("Smith", "S**"),
        ] {
            assert_eq!(person_name(name), masked);
        }
    }

    #[test]
    fn codes() {
        for (whole, masked) in [
            ("11010519491231002X", "110***********002X"),
            ("13800001234", "138****1234"),
            ("E12345678", "*******78"),
            ("12345", "*****"),
            ("", ""),
        ] {
            assert_eq!(code(whole), masked);
        }
    }

    #[test]
    fn texts() {
        assert_eq!(text("示例市东区一号"), "示***");
        assert_eq!(text("男"), "***");
        assert_eq!(text(""), "***");
    }
}
