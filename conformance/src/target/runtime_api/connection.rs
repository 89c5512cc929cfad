use std::cell::RefCell;
use std::io::{self, IoSlice, Read as _, Write as _};
use std::net::TcpStream;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};

use super::respond::HungUp;

/// How much is read at once: more than an event and its head.
const PORTION: usize = 64 * 1024;

/// Serves one connection on this thread, until the other side hangs up.
///
/// hyper speaks HTTP, but no event loop stands between it and the system: whatever it writes is written at once, and only
/// when it has nothing left to do is more read for it, by a plain blocking call. So each request costs a read and a write, as
/// in the simplest server there can be; an event loop asks for news before each read besides, and changes from task to task.
/// `respond` may block, since the thread has nothing else to do.
pub(super) fn serve<F>(stream: &TcpStream, respond: impl Fn(Request<Incoming>) -> F)
where
    F: Future<Output = Result<Response<Full<Bytes>>, HungUp>>,
{
    let input = RefCell::new(Input::default());
    let mut http = http1::Builder::new();
    // Header names are written as Lambda writes them: not every hand-made client reads them in any case.
    http.title_case_headers(true).auto_date_header(false);
    let mut connection = pin!(http.serve_connection(Socket { stream, input: &input }, service_fn(respond)));
    let again = Arc::new(Again(AtomicBool::new(false)));
    let waker = Waker::from(Arc::clone(&again));
    let mut portion = vec![0; PORTION];
    // A connection that ends in an error ends: the process, not the connection, is what is waited for.
    while connection.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
        if again.0.swap(false, Ordering::Relaxed) {
            continue;
        }
        // Nothing more comes, and hyper has nothing left to do with what came.
        if input.borrow().has_ended {
            return;
        }
        match { stream }.read(&mut portion) {
            Ok(read) => input.borrow_mut().add(portion.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// What was read and not taken yet.
#[derive(Default)]
struct Input {
    bytes: Vec<u8>,
    taken: usize,
    has_ended: bool,
}

impl Input {
    fn add(&mut self, bytes: &[u8]) {
        self.has_ended = bytes.is_empty();
        self.bytes.drain(..self.taken);
        self.taken = 0;
        self.bytes.extend_from_slice(bytes);
    }
}

struct Socket<'s> {
    stream: &'s TcpStream,
    input: &'s RefCell<Input>,
}

impl Read for Socket<'_> {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, mut into: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let mut input = self.input.borrow_mut();
        let rest = input.bytes.get(input.taken..).unwrap_or_default();
        if rest.is_empty() && !input.has_ended {
            return Poll::Pending;
        }
        let count = rest.len().min(into.remaining());
        into.put_slice(rest.get(..count).unwrap_or_default());
        input.taken += count;
        Poll::Ready(Ok(()))
    }
}

impl Write for Socket<'_> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(uninterrupted(|| { self.stream }.write(bytes)))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(uninterrupted(|| { self.stream }.write_vectored(bytes)))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.stream.shutdown(std::net::Shutdown::Write))
    }
}

fn uninterrupted(mut write: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match write() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            written => return written,
        }
    }
}

/// Whether hyper wants to be asked again before more is read: it says so of its own parts, too.
struct Again(AtomicBool);

impl Wake for Again {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
