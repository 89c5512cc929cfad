use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// The time that a process has for an event.
///
/// One timer serves all events: it is set anew only when it goes off, and then for the event of that time. To set it costs
/// a system call and a needless turn of the event loop.
#[derive(Debug)]
pub(super) struct TimeLimit {
    timer: Pin<Box<Sleep>>,
    end: Instant,
}

impl TimeLimit {
    pub(super) fn new(limit: Duration) -> Self {
        let end = Instant::now() + limit;
        Self { timer: Box::pin(sleep_until(end)), end }
    }

    /// From now on.
    pub(super) fn start(&mut self, limit: Duration) {
        self.end = Instant::now() + limit;
        if self.timer.deadline() > self.end {
            self.timer.as_mut().reset(self.end);
        }
    }

    pub(super) async fn is_over(&mut self) {
        poll_fn(|context| {
            loop {
                ready!(self.timer.as_mut().poll(context));
                if self.timer.deadline() >= self.end {
                    return Poll::Ready(());
                }
                self.timer.as_mut().reset(self.end);
            }
        })
        .await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_millis(30);

    fn took(steps: impl AsyncFnOnce()) -> Duration {
        let executor = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let started = Instant::now();
        executor.block_on(steps());
        started.elapsed()
    }

    #[test]
    fn time_runs_from_the_last_start() {
        let took = took(async || {
            let mut time = TimeLimit::new(LIMIT);
            tokio::time::sleep(LIMIT / 2).await;
            time.start(LIMIT);
            time.is_over().await;
        });
        assert!(took >= LIMIT / 2 + LIMIT, "{took:?}");
    }

    #[test]
    fn time_that_ran_out_before_the_start_does_not_count() {
        let took = took(async || {
            let mut time = TimeLimit::new(LIMIT);
            time.is_over().await;
            time.start(LIMIT);
            time.is_over().await;
        });
        assert!(took >= 2 * LIMIT, "{took:?}");
    }

    #[test]
    fn a_shorter_limit_ends_sooner() {
        let took = took(async || {
            let mut time = TimeLimit::new(Duration::from_secs(60));
            time.start(LIMIT);
            time.is_over().await;
        });
        assert!(took < Duration::from_secs(30), "{took:?}");
    }
}
