# Lists the recipes.
[private]
default:
    @just --list --unsorted

# Runs every test of every crate.
test *args:
    cargo test --workspace {{ args }}

# Checks a trigger; the bundled reference trigger when none is named.
check *args:
    cargo run --release -- check {{ args }}

# Prints how fast everything is, in one table, beside what else there is: other generators, a bare loop, emulators.
bench *args:
    cargo bench -p pretoken --bench table -- {{ args }}

# Measures each stage of a case and whole cycles by themselves, with Criterion.
bench-stages *args:
    cargo bench -p pretoken --bench stages {{ args }}

# Measures events per second through triggers as processes, beside a bare loop; all of them, or those named.
bench-targets *args:
    cargo bench -p pretoken --bench targets -- {{ args }}

# Proves that each rule convicts: how soon each miniature is found out, and what shrinking costs.
proof:
    cargo bench -p pretoken --bench proof

# Runs triggers that are right through a million cases each, or through CASES: not one may be convicted.
innocence:
    cargo bench -p pretoken --bench innocence
    cargo test -p pretoken --test named_targets -- --ignored ten_thousand

# Runs `check` for so many minutes on a trigger that is killed, hangs, answers garbage and leaves daemons: nothing is lost or left.
endure minutes="20":
    MINUTES={{ minutes }} cargo bench -p pretoken --bench endurance

# Counts how many of a hundred runs find faults that show under one condition alone, beside generators for fast-check and Hypothesis.
needles:
    cargo bench -p pretoken --bench needles

# Sends so many arbitrary answers and files through everything that reads them.
fuzz count="10000000":
    PRETOKEN_FUZZ={{ count }} cargo test --release -p pretoken --test fuzzed -- --nocapture

# Hours for all of it; for one folder, `just mutants -F conformance/src/tokens`. Needs `cargo install --locked cargo-mutants` once.

# Changes the code that judges in each way that cargo-mutants knows, and lists the changes that no test notices.
[positional-arguments]
mutants *args:
    cargo mutants "$@"

# The same for what was changed since BASE only, committed or not: minutes.
mutants-of-change base="origin/main":
    mkdir -p target && git diff --merge-base {{ base }} > target/change.diff
    cargo mutants --in-diff target/change.diff

# Looks for so many seconds for answers, then for files, that reach code that no other did; needs `cargo install cargo-fuzz` and a C++ compiler, no nightly Rust.
fuzz-guided seconds="300":
    for target in answers files; do mkdir -p conformance/fuzz/corpus/$target && cargo fuzz run --fuzz-dir conformance/fuzz --sanitizer none -O -a $target conformance/fuzz/corpus/$target conformance/tests/fuzzed/corpus/$target -- -max_total_time={{ seconds }} -dict=conformance/fuzz/words.dict -max_len=12000 -timeout=25 -rss_limit_mb=2048 || exit 1; done

# Reviews what changed in the snapshots.
review:
    cargo insta review

# Formats, then lints with warnings denied.
lint:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- -D warnings

# Builds the documentation with warnings denied.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Runs all that CI runs.
ci:
    bash .ci/run

# Writes a rule's file and registers it, as in `just new-rule claims my-new-fault error`; its first test run fails on purpose.
new-rule family id level:
    bash .ci/new-rule {{ family }} {{ id }} {{ level }}
