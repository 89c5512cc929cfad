//! Texts that say nothing.

/// What languages write when a program turns an absent value into text.
///
/// Exact texts, on purpose: a user may be called `Nan` or `Null`, and a plan `none`.
const TEXTS_OF_NOTHING: [&str; 15] = [
    "undefined", // JavaScript
    "null",
    "NULL",
    "NaN",
    "nan", // Python
    "None",
    "nil",   // Ruby, Swift
    "<nil>", // Go
    "%!s(<nil>)",
    "%!v(<nil>)",
    "<no value>",
    "<null>",
    "(null)",         // C, Objective-C
    "Optional.empty", // Java
    "Invalid Date",
];

/// Whether `text` is blank, or what a program writes for a value that is not there, such as `undefined` or `[object Object]`.
///
/// Such a text in a token is never what somebody meant, and a consumer that asks "is there a tenant?" hears "yes".
pub(crate) fn says_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || TEXTS_OF_NOTHING.contains(&text)
        || (text.starts_with("[object ") && text.ends_with(']'))
        // As a first and a last name that are both absent become one text.
        || text.split_whitespace().all(|word| TEXTS_OF_NOTHING.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_texts_and_the_words_of_programs_say_nothing() {
        for text in [
            "",
            "  ",
            "undefined",
            " null ",
            "None",
            "<nil>",
            "NaN",
            "[object Object]",
            "[object Undefined]",
            "null null",
        ] {
            assert!(says_nothing(text), "`{text}`");
        }
    }

    #[test]
    fn words_that_people_choose_say_something() {
        for text in ["none", "Nan", "Null", "0", "false", "nullable", "object", "[object", "null and void"] {
            assert!(!says_nothing(text), "`{text}`");
        }
    }
}
