use clap::Args;
use pretoken_schemas::VECTORS;
use serde_json::{Map, Value};

use super::Exit;
use super::streams::{Failure, Streams};

/// Print the test vectors: what tokens become, for whoever builds an emulator or a model of Cognito
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Vectors {
    /// Print the vector with this id alone, indented
    #[arg(value_name = "ID", conflicts_with = "list")]
    id: Option<String>,
    /// Print ids and titles
    #[arg(long)]
    list: bool,
}

const EXAMPLES: &str = "\
Examples:
  pretoken vectors > vectors.jsonl
  pretoken vectors --list
  pretoken vectors groups-v2-null-object";

impl Vectors {
    pub(super) fn run(&self, streams: &mut Streams) -> Result<Exit, Failure> {
        let vectors = all()?;
        if let Some(id) = &self.id {
            let vector = vectors.iter().find(|vector| text(vector, "id") == id).ok_or_else(|| unknown(id, &vectors))?;
            streams.write(&format!("{vector:#}\n"))?;
            return Ok(Exit::Success);
        }
        let longest = vectors.iter().map(|vector| text(vector, "id").len()).max().unwrap_or_default();
        for vector in &vectors {
            let line = if self.list {
                format!("{:longest$}  {}\n", text(vector, "id"), text(vector, "title"))
            } else {
                format!("{vector}\n")
            };
            streams.write(&line)?;
        }
        Ok(Exit::Success)
    }
}

/// Every vector, each with its event and the whole answer in place of their short forms.
fn all() -> Result<Vec<Value>, Failure> {
    let mut vectors = Vec::new();
    for file in VECTORS {
        let unusable = |why: &str| Failure::NoVerdict(format!("the built-in `{}` cannot be used: {why}", file.name()));
        let json: Value = serde_json::from_str(file.text()).map_err(|error| unusable(&error.to_string()))?;
        let short = json.get("vectors").and_then(Value::as_array).ok_or_else(|| unusable("it has no vectors"))?;
        for vector in short {
            let whole = whole(vector, json.get("events"));
            vectors.push(whole.ok_or_else(|| unusable(&format!("`{}` has no event", text(vector, "id"))))?);
        }
    }
    Ok(vectors)
}

/// The vector, with all that the file says of its event.
fn whole(vector: &Value, events: Option<&Value>) -> Option<Value> {
    let mut whole: Map<String, Value> = vector.as_object()?.clone();
    let sent = events?.get(vector.get("event")?.as_str()?)?;
    for member in ["event", "event_version", "before"] {
        whole.insert(member.to_owned(), sent.get(member)?.clone());
    }
    if let Some(response) = whole.remove("response") {
        let mut answer = sent.get("event")?.as_object()?.clone();
        answer.insert("response".to_owned(), response);
        whole.insert("answer".to_owned(), answer.into());
    }
    Some(whole.into())
}

fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector.get(member).and_then(Value::as_str).unwrap_or_default()
}

fn unknown(id: &str, vectors: &[Value]) -> Failure {
    let alike = |vector: &Value| strsim::normalized_damerau_levenshtein(id, text(vector, "id"));
    let nearest = vectors.iter().max_by(|a, b| alike(a).total_cmp(&alike(b))).filter(|nearest| alike(nearest) > 0.6);
    let hint = nearest.map(|nearest| format!(", did you mean `{}`?", text(nearest, "id"))).unwrap_or_default();
    Failure::Usage(format!("`{id}` is no vector{hint}; `pretoken vectors --list` lists them"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::cli::{Exit, printed};

    use super::*;

    #[test]
    fn every_vector_is_printed_on_a_line_with_its_event_and_what_the_trigger_does() {
        let printed = printed(["pretoken", "vectors"]);
        assert_eq!((printed.exit, printed.err.as_str()), (Exit::Success, ""));
        let files: Vec<Value> = VECTORS.iter().map(|file| serde_json::from_str(file.text()).unwrap()).collect();
        let short: Vec<&Value> = files.iter().flat_map(|file| file["vectors"].as_array().unwrap()).collect();
        let lines: Vec<Value> = printed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), short.len());
        for (line, short) in lines.iter().zip(short) {
            assert_eq!(line["id"], short["id"]);
            assert!(line["event"]["request"].is_object() && line["before"]["access"].is_object(), "{line}");
            assert_eq!(line.as_object().unwrap().len(), 8, "{line}");
            if let Some(response) = short.get("response") {
                assert_eq!(line["answer"]["response"], *response);
                assert_eq!(line["answer"]["request"], line["event"]["request"]);
            }
        }
    }

    #[test]
    fn the_list_has_an_id_and_a_title_on_each_line() {
        let list = printed(["pretoken", "vectors", "--list"]).out;
        assert_eq!(list.lines().count(), all().unwrap().len());
        let line = list.lines().find(|line| line.starts_with("groups-v2-null-object ")).unwrap();
        assert!(line.ends_with("  A null `groupOverrideDetails` suppresses the groups under V2."), "{line}");
    }

    #[test]
    fn one_vector_is_printed_by_its_id() {
        let one: Value = serde_json::from_str(&printed(["pretoken", "vectors", "groups-v2-null-object"]).out).unwrap();
        assert_eq!(one["answer"]["response"]["claimsAndScopeOverrideDetails"], json!({"groupOverrideDetails": null}));
    }

    #[test]
    fn an_id_that_no_vector_has_is_wrong_usage_and_the_nearest_is_named() {
        let printed = printed(["pretoken", "vectors", "groups-v2-null-objekt"]);
        assert_eq!(printed.exit, Exit::Usage);
        assert!(printed.err.contains("did you mean `groups-v2-null-object`?"), "{}", printed.err);
    }
}
