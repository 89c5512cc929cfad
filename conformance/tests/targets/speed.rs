use std::time::Instant;

use pretoken::target::TargetOptions;

use crate::tools::{self, BARE_PYTHON, NODE, NODE_24, PYTHON, RUST, event, example, open, or_skip};

/// Not a test of speed, which depends on the machine: it prints a table.
#[test]
#[ignore = "measures"]
fn measure() {
    let rust = or_skip(&RUST).unwrap();
    let app = example("powertools-python/app.py");
    let index = example("node-plain/index.mjs");
    for (name, word, version, python, node) in [
        ("rust", rust, "2", None, None),
        ("awslambdaric", &app, "1", or_skip(&PYTHON).cloned(), None),
        ("own python", &tools::fixture("echo.py"), "1", or_skip(&BARE_PYTHON).cloned(), None),
        ("node", &index, "2", None, or_skip(&NODE).cloned()),
        ("node 24", &index, "2", None, or_skip(&NODE_24).cloned()),
    ] {
        let options = TargetOptions { python, node, ..TargetOptions::default() };
        let targets = open(&[word], &options);
        let mut target = targets.start().unwrap();
        let event = event(version);
        let reply = target.invoke(&event);
        let cold = reply.cold_start.unwrap();
        assert!(matches!(reply.outcome, pretoken::target::Outcome::Answered(_)), "{reply:?}");
        let n = 5000;
        let started = Instant::now();
        for _ in 0..n {
            target.invoke(&event);
        }
        let took = started.elapsed();
        eprintln!("{name:14} {:8.0}/s  cold {cold:?} client {:?}", f64::from(n) / took.as_secs_f64(), target.client());
    }
}
