use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::target::end_all;

/// A flag that Ctrl-C raises. A second Ctrl-C ends the process and its triggers at once.
pub(super) fn flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&flag);
    let handler = move || {
        if raised.swap(true, Ordering::Relaxed) {
            end_all();
            #[expect(clippy::exit, reason = "the person asked twice, and a trigger may hang")]
            std::process::exit(i32::from(super::Exit::Interrupted.code()));
        }
    };
    // Without a handler Ctrl-C ends the process as ever: only what was found so far is then lost.
    let _ = ctrlc::set_handler(handler);
    flag
}
