use super::Trigger;
use crate::rules::{Level, Rule};
use crate::situation::EventVersion;

/// The name of a finding's file, such as `reserved-claim-set.unchangeable-claim.v2.json`.
///
/// A finding that weighs less than its rule, because the form of its event is only inferred, says so in its name: the
/// same fault on an event that is known to come is another finding. A broken promise is told by its name.
///
/// ```
/// use pretoken::rules::{self, Level};
/// use pretoken::saved::file_name;
/// use pretoken::situation::EventVersion;
/// let rule = rules::find("reserved-claim-set").unwrap();
/// let name = file_name(rule, "unchangeable-claim", None, EventVersion::V2, Level::Error);
/// assert_eq!(name, "reserved-claim-set.unchangeable-claim.v2.json");
/// ```
pub fn file_name(rule: &Rule, reason: &str, promise: Option<&str>, version: EventVersion, level: Level) -> String {
    let inferred = if level < rule.level { ".inferred" } else { "" };
    let promise = promise.map(|name| format!(".{}", plain(name))).unwrap_or_default();
    format!("{}.{reason}{promise}.v{}{inferred}.json", rule.id, version.as_str())
}

/// The name of a trigger's folder: its own name as far as that can be the name of a folder, so that two triggers never
/// share one.
///
/// ```
/// use pretoken::saved::{Trigger, folder_name};
/// assert_eq!(folder_name(&Trigger::new("python", "app.py", None)), "app.py");
/// assert_eq!(folder_name(&Trigger::new("python", "src/app.py", None)), "src-app.py-f8725a");
/// ```
pub fn folder_name(trigger: &Trigger) -> String {
    plain(&trigger.display)
}

/// A text as far as it can stand in the name of a file, with some digits where that is not all of it.
fn plain(text: &str) -> String {
    let mut name = String::new();
    for character in text.chars().take(LONGEST) {
        let plain = character.is_ascii_alphanumeric() || matches!(character, '.' | '_');
        if plain {
            name.push(character);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_matches(['-', '.']);
    if name == text {
        return name.to_owned();
    }
    // Two names may have become one by now.
    let digits = digest(text) & 0x00ff_ffff;
    format!("{name}{}{digits:06x}", if name.is_empty() { "" } else { "-" })
}

/// Enough to recognise a trigger by; file systems allow 255 bytes.
const LONGEST: usize = 60;

/// FNV-1a: the same on every machine and in every version, which the standard library's hasher does not promise.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::rules;

    #[test]
    fn triggers_with_like_names_have_folders_of_their_own() {
        let displays = [
            "a/b.py",
            "a-b.py",
            "a:b.py",
            "a b.py",
            "b.py",
            "../b.py",
            ".b.py",
            "b.py-",
            "http://127.0.0.1:9000",
            "http://127.0.0.1:9001",
            "..",
            "/",
            "木.py",
            &"x".repeat(300),
            &"x".repeat(301),
        ];
        let names: HashSet<String> =
            displays.iter().map(|display| folder_name(&Trigger::new("python", display, None))).collect();
        assert_eq!(names.len(), displays.len(), "{names:?}");
        for name in names {
            assert!(name.len() <= 100 && !name.starts_with(['.', '-']), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)), "{name}");
        }
    }

    #[test]
    fn every_reason_of_every_rule_can_stand_in_a_name() {
        let mut names = HashSet::new();
        for rule in rules::ALL {
            for reason in rule.reasons {
                for version in EventVersion::ALL {
                    for level in
                        [rule.level, Level::Advice].into_iter().take(1 + usize::from(rule.level > Level::Advice))
                    {
                        let name = file_name(rule, reason, None, version, level);
                        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c)), "{name}");
                        assert!(names.insert(name), "{} {reason}", rule.id);
                    }
                }
            }
        }
    }
}
