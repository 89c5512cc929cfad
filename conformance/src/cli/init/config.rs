use serde_json::json;

use super::command::Words;

/// A `pretoken.toml` for the trigger. What is commented out without a blank is a setting: without the `#` it holds.
pub(super) fn text(trigger: &Words) -> String {
    // A text is the same in JSON and in TOML.
    let text = |word: &String| json!(word).to_string();
    let target = match trigger {
        Words::One(word) => text(word),
        Words::Command(words) => format!("[{}]", words.iter().map(text).collect::<Vec<_>>().join(", ")),
    };
    TEXT.replace("TARGET", &target)
}

const TEXT: &str = r#"#:schema https://raw.githubusercontent.com/pretoken/pretoken/main/schemas/config.json

# What pretoken has to know of this trigger. Options on the command line win over it.

# The trigger. Relative paths start at the folder of this file.
target = TARGET

# The event versions that your user pools are configured for: a list such as [1, 2].
# "auto" tells from the trigger's answers which it is for.
event-versions = "auto"

# The level from which on a finding fails the check: "error", "warning" or "advice".
deny = "error"

# How many random situations there are, beside the documented examples and the boundaries.
#cases = 1000

# How long the trigger may take for an event. Cognito itself waits for 5 seconds.
#timeout = "5s"

# The folder of saved counterexamples. They are run first by the next check: commit them.
#saved = ".pretoken"

# Errors by which the trigger refuses a sign-in on purpose: text or type, `*` stands for any text.
#denials = ["Tenant * is suspended"]

# How many bytes a signed token may have.
#token-budget = { id = 8192, access = 8192 }

# Claims whose values are meant to differ from one call to the next.
#volatile-claims = ["session_started"]

# What your tokens always are: a broken promise is an error.
#[[promise]]
#name = "the tenant is the user's own"
#claim = "tenant"
#equals-attribute = "custom:tenant"

# Findings that you know of and live with, for as long as you say.
#[[allow]]
#rule = "groups-replaced"
#event-versions = [1]
#reason = "the API knows groups by their short names"
#expires = 2099-12-31
"#;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;

    #[test]
    fn what_is_written_is_read_also_with_every_setting_on() {
        for trigger in
            [Words::One("a \"b\"\\é.py".to_owned()), Words::Command(vec!["java".to_owned(), "-jar".to_owned()])]
        {
            let text = text(&trigger);
            let off = Config::parse(&text, Path::new("pretoken.toml")).unwrap();
            assert!(off.cases.is_none() && off.allowances.is_empty());
            let is_setting = |rest: &str| !rest.is_empty() && !rest.starts_with([' ', ':']);
            let on: Vec<_> = text
                .lines()
                .map(|line| line.strip_prefix('#').filter(|rest| is_setting(rest)).unwrap_or(line))
                .collect();
            let on = Config::parse(&on.join("\n"), Path::new("pretoken.toml")).unwrap();
            assert_eq!((on.cases, on.allowances.len(), on.expectations.denials.len()), (Some(1_000), 1, 1));
            assert_eq!(on.expectations.promises.len(), 1);
            assert!(!on.allowances[0].expired);
        }
    }
}
