use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::streams::Failure;
use super::target;
use crate::target::{StartError, end_all};

/// A flag that Ctrl-C raises; it also ends every process of the trigger, so that nothing waits for one that hangs. A second
/// Ctrl-C ends the command at once.
pub(super) fn flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&flag);
    let handler = move || {
        // First the flag: whoever sees a process end has to see why.
        if raised.swap(true, Ordering::SeqCst) {
            #[expect(clippy::exit, reason = "the person asked twice")]
            std::process::exit(i32::from(super::Exit::Interrupted.code()));
        }
        end_all();
    };
    // Without a handler Ctrl-C ends the process as ever: only what was found so far is then lost.
    let _ = ctrlc::set_handler(handler);
    flag
}

/// Why a trigger did not start. Ctrl-C ends a start too, which is then no failure of the trigger's.
pub(super) fn or_failed(stop: &AtomicBool, error: &StartError) -> Failure {
    if stop.load(Ordering::Relaxed) { Failure::Interrupted } else { target::not_started(error) }
}
