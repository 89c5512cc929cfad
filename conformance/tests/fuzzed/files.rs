//! Files as they ought to be, and what accidents make of them.

use pretoken_schemas::Schema;
use serde_json::Value;

use super::dice::Dice;

/// Files as they ought to be: the examples of the schemas, the test vectors' events, a pool, a configuration.
pub(crate) fn corpus() -> Vec<Vec<u8>> {
    let mut files: Vec<Vec<u8>> = Schema::ALL
        .iter()
        .map(|schema| serde_json::from_str::<Value>(schema.text()).unwrap())
        .flat_map(|schema| schema["examples"].as_array().cloned().unwrap_or_default())
        .map(|example| example.to_string().into_bytes())
        .collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pool");
    let pools = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.extend(pools.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap()));
    files.push(CONFIG.as_bytes().to_vec());
    files.push(Vec::new());
    files
}

const CONFIG: &str = r#"
target = ["java", "-jar", "trigger.jar"]
event-versions = [1, "V2_0"]
cases = 200
seed = "18446744073709551615"
timeout = "500ms"
deny = "warning"
denials = ["Tenant * is suspended"]
token-budget = { id = 6000 }
volatile-claims = ["session_started"]

[[allow]]
rule = "groups-replaced"
reason = "known"
expires = 2027-01-31

[[promise]]
name = "plans are known"
token = "id"
for = ["users"]
claim = "plan"
one-of = ["free", "gold", 1, 1.5, true]

[[promise]]
name = "no address"
token = "access"
for = ["machines", "TokenGeneration_RefreshTokens"]
claim = "address"
absent = true
"#;

/// A file after a few accidents: bytes changed, lost, doubled, or taken from elsewhere.
pub(crate) fn damaged(file: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..dice.below(8) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, u8::try_from(dice.below(256)).unwrap()),
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << dice.below(8);
                }
            }
            3 => {
                let end = (at + dice.below(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + dice.below(40)).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            _ => {
                let word = dice.pick(&["null", "[]", "{}", "\"\"", "1e999", "-1", "[[", "{\"a\":", "\u{0}", "𝄞"]);
                bytes.splice(at..at, word.bytes());
            }
        }
    }
    bytes
}
