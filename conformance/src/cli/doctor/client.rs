/// A trigger's own Lambda client in plain words, from how it calls itself.
pub(super) fn words(client: &str) -> String {
    let (name, more) = client.split_once(' ').unwrap_or((client, ""));
    match name.split_once('/') {
        Some(("aws-lambda-python", versions)) => {
            let (python, client) = versions.split_once('-').unwrap_or((versions, ""));
            format!("Lambda's own, `awslambdaric` {client}, on Python {python}")
        }
        Some(("pretoken-python", python)) => format!(
            "pretoken's own, which does what Lambda's does, on Python {python}; once `awslambdaric` is installed \
             there, Lambda's is used"
        ),
        Some(("pretoken-node", node)) => {
            format!("pretoken's own, which does what Lambda's does, on Node {node}{}", typescript(more))
        }
        _ => format!("`{client}`"),
    }
}

fn typescript(translator: &str) -> String {
    match translator.split_once('/').unwrap_or((translator, "")) {
        ("", _) => String::new(),
        ("type-stripping", _) => "; Node itself strips the types".to_owned(),
        (name, "") => format!("; TypeScript is translated by the project's `{name}`"),
        (name, version) => format!("; TypeScript is translated by the project's `{name}` {version}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_client_that_can_be_met_has_its_words() {
        for (client, expected) in [
            ("aws-lambda-python/3.13.1-4.2.2", "Lambda's own, `awslambdaric` 4.2.2, on Python 3.13.1"),
            ("pretoken-python/3.11.7", "on Python 3.11.7; once `awslambdaric` is installed"),
            ("pretoken-node/20.20.2", "pretoken's own, which does what Lambda's does, on Node 20.20.2"),
            ("pretoken-node/24.1.0 type-stripping", "on Node 24.1.0; Node itself strips the types"),
            ("pretoken-node/20.20.2 tsx", "; TypeScript is translated by the project's `tsx`"),
            ("pretoken-node/20.20.2 esbuild/0.28.2", "; TypeScript is translated by the project's `esbuild` 0.28.2"),
            ("aws-lambda-rust/1.5.0", "`aws-lambda-rust/1.5.0`"),
        ] {
            assert!(words(client).contains(expected), "{client}: {}", words(client));
        }
    }
}
