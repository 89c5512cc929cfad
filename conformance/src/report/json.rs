use super::Report;

/// The report as one JSON document that satisfies `schemas/report.json`, with a line break at its end.
pub fn json(report: &Report, _width: usize) -> String {
    // Every key is a text and no map is read in parallel, so this cannot fail; if it did, the text would say why.
    let mut text = serde_json::to_string_pretty(report).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"));
    text.push('\n');
    text
}
