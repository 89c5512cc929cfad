use crate::situation::EventVersion;

/// A number with a comma between thousands: `1,234`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 case`, `1,234 cases`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A time: two significant digits below ten milliseconds, whole ones above.
pub(crate) fn milliseconds(milliseconds: f64) -> String {
    match milliseconds {
        0.0..0.1 => format!("{milliseconds:.3} ms"),
        0.1..1.0 => format!("{milliseconds:.2} ms"),
        1.0..10.0 => format!("{milliseconds:.1} ms"),
        _ => format!("{milliseconds:.0} ms"),
    }
}

/// Event versions in prose: `event version 2`, `event versions 1, 2 and 3`.
pub(crate) fn versions(versions: &[EventVersion]) -> String {
    let words: Vec<_> = versions.iter().map(|version| version.as_str()).collect();
    let noun = if words.len() == 1 { "event version" } else { "event versions" };
    format!("{noun} {}", listed(&words))
}

/// Words as a list in prose: `a`, `a and b`, `a, b and c`.
pub(crate) fn listed(words: &[&str]) -> String {
    match words {
        [] => "none".to_owned(),
        [only] => (*only).to_owned(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// A member's name as a JSON pointer writes it (RFC 6901).
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Text of others, made safe to print: no control characters, no invisible change of the writing direction.
pub(crate) fn clean(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        if hidden(character) {
            cleaned.extend(character.escape_default());
        } else {
            cleaned.push(character);
        }
    }
    cleaned
}

/// The lines of a log, made safe to print, without their colours and without empty ones.
pub(crate) fn log_lines(lines: &[String]) -> Vec<String> {
    lines
        .iter()
        .flat_map(|line| line.lines())
        // Colours of the trigger's own would run on into the report.
        .map(|line| clean(anstream::adapter::strip_str(line).to_string().trim_end()))
        .filter(|line| !line.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn one_is_singular_and_none_is_plural() {
        assert_eq!(counted(1, "case", "cases"), "1 case");
        assert_eq!(counted(0, "case", "cases"), "0 cases");
    }

    #[test]
    fn a_log_is_taken_line_by_line_without_its_colours() {
        let lines = ["\u{1b}[31mTraceback\u{1b}[0m\n  line 3\n".to_owned(), "  ".to_owned(), "end\u{202e}".to_owned()];
        assert_eq!(log_lines(&lines), ["Traceback", "  line 3", "end\\u{202e}"]);
    }

    #[test]
    fn the_last_of_a_list_comes_after_and() {
        assert_eq!(versions(&[EventVersion::V2]), "event version 2");
        assert_eq!(versions(&EventVersion::ALL), "event versions 1, 2 and 3");
    }

    #[test]
    fn text_of_others_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\n"), "a\\u{1b}[31mb\\u{202e}c\\n");
        assert_eq!(clean("Zoë 木"), "Zoë 木");
    }
}
