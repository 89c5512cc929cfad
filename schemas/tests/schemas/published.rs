//! What holds for every schema of the crate.

use crate::table::{parsed, validator};
use pretoken_schemas::Schema;
use serde_json::Value;
use std::path::Path;

#[test]
fn every_schema_is_valid_json_schema_2020_12() {
    for schema in Schema::ALL {
        let json = parsed(*schema);
        assert_eq!(json["$schema"], "https://json-schema.org/draft/2020-12/schema", "{schema}");
        if let Err(e) = jsonschema::draft202012::meta::validate(&json) {
            panic!("{schema}: {e} at {}", e.instance_path());
        }
    }
}

#[test]
fn every_schema_has_an_id_made_of_its_name_a_title_and_a_description() {
    for schema in Schema::ALL {
        let json = parsed(*schema);
        let words = schema.name().trim_end_matches(".json").replace('/', ":");
        assert_eq!(json["$id"], format!("urn:pretoken:schema:{words}"));
        for member in ["title", "description"] {
            assert!(json[member].as_str().is_some_and(|text| !text.is_empty()), "{schema} has no {member}");
        }
    }
}

#[test]
fn every_example_satisfies_its_own_schema() {
    for schema in Schema::ALL {
        let json = parsed(*schema);
        let examples = json["examples"].as_array().unwrap_or_else(|| panic!("{schema} has no examples"));
        assert!(!examples.is_empty(), "{schema} has no examples");
        for (i, example) in examples.iter().enumerate() {
            if let Err(e) = validator(&json).validate(example) {
                panic!("{schema}, example {i}: {e} at {}", e.instance_path());
            }
        }
    }
}

#[test]
fn every_schema_file_of_the_folder_is_embedded_and_says_what_the_file_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect_json_files(folder, &mut files);
    let mut on_disk: Vec<_> =
        files.iter().filter_map(|file| Some(file.strip_prefix(folder).ok()?.to_str()?.replace('\\', "/"))).collect();
    on_disk.sort_unstable();
    let mut embedded: Vec<_> = Schema::ALL.iter().map(|schema| schema.name()).collect();
    embedded.sort_unstable();
    assert_eq!(on_disk, embedded);
    for schema in Schema::ALL {
        let text = std::fs::read_to_string(folder.join(schema.name())).expect("the file is there");
        assert_eq!(text, schema.text(), "{schema}");
    }
}

#[test]
fn a_schema_stands_alone() {
    for schema in Schema::ALL {
        for (place, reference) in strings_under("$ref", &parsed(*schema)) {
            let target = reference.strip_prefix('#').and_then(|pointer| parsed(*schema).pointer(pointer).cloned());
            assert!(target.is_some(), "{schema}{place} refers to {reference}");
        }
    }
}

/// JSON Schema is read in many languages. Python's `re` knows no `\p{L}`; `\w` and `\d` mean Unicode in one language and
/// ASCII in the next.
#[test]
fn patterns_keep_to_what_all_regular_expressions_share() {
    for schema in Schema::ALL {
        for (place, pattern) in strings_under("pattern", &parsed(*schema)) {
            let strange = [r"\p", r"\P", r"\w", r"\W", r"\d", r"\D", r"\b", r"\B", r"\A", r"\z", r"\Z", "(?"];
            assert!(!strange.iter().any(|part| pattern.contains(part)), "{schema}{place}: {pattern}");
        }
    }
}

fn collect_json_files(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        // What Cargo adds to an unpacked crate, and the test vectors, which are no schemas.
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name == "target" || name == "vectors" {
            continue;
        }
        if path.is_dir() {
            collect_json_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
}

/// Every string that is the value of `keyword`, with its place; `examples` are data and left out.
fn strings_under(keyword: &str, json: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let members: Vec<(String, &Value)> = match json {
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(entries) => entries.iter().enumerate().map(|(i, value)| (i.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (key, value) in members.into_iter().filter(|(key, _)| key != "examples") {
        match value {
            Value::String(text) if key == keyword => found.push((format!("/{key}"), text.clone())),
            _ => {
                let below = strings_under(keyword, value);
                found.extend(below.into_iter().map(|(place, text)| (format!("/{key}{place}"), text)));
            }
        }
    }
    found
}
