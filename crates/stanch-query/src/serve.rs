//! The engine as a process: one request on standard input, its result in frames on standard output.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use stanch_query_api::{Document, EngineError, ErrorKind, Frame, FrameKind, PROTOCOL, Request, Shown};

use crate::database::{Database, Inputs, Loader, Options};
use crate::error::QueryError;

/// Bytes of the result in one frame.
const CHUNK: usize = 64 * 1024;

/// Answers the request on standard input.
pub fn serve() -> ExitCode {
    let frames = Arc::new(Mutex::new(read_in_background()));
    let result = answer(&frames);
    let sent = serde_json::to_vec(&result)
        .map_err(io::Error::other)
        .and_then(|end| Frame::write(&mut io::stdout().lock(), FrameKind::End, &end));
    ExitCode::from(u8::from(sent.is_err()))
}

/// Reads frames on a thread of its own, which ends the process when standard input closes: whoever asked is gone, and a long
/// query would run for nobody.
fn read_in_background() -> Receiver<Frame> {
    let (send, frames) = sync_channel(1);
    std::thread::spawn(move || {
        let mut from = io::stdin();
        while let Ok(Some(frame)) = Frame::read(&mut from) {
            if send.send(frame).is_err() {
                return;
            }
        }
        abandon();
    });
    frames
}

#[expect(
    clippy::disallowed_methods,
    clippy::exit,
    reason = "nobody waits for an answer, and nothing is held but temporary files"
)]
fn abandon() {
    std::process::exit(1);
}

fn answer(frames: &Arc<Mutex<Receiver<Frame>>>) -> Result<Shown, EngineError> {
    let request = next(frames, FrameKind::Request)?;
    // Read first by itself: another version may have other members.
    let protocol = serde_json::from_slice::<serde_json::Value>(&request)
        .ok()
        .and_then(|value| value.get("protocol")?.as_u64());
    if protocol != Some(u64::from(PROTOCOL)) {
        return Err(EngineError::new(
            ErrorKind::Engine,
            "the query engine `stanch-query` is of another version than `stanch`",
        ));
    }
    let request: Request = serde_json::from_slice(&request)
        .map_err(|error| EngineError::because(ErrorKind::Engine, "the request can't be read", &error))?;
    run(request, frames).map_err(super::error::QueryError::into_reply)
}

fn run(request: Request, frames: &Arc<Mutex<Receiver<Frame>>>) -> Result<Shown, QueryError> {
    let inputs = Inputs {
        parts: request.parts,
        analysis: document(frames, Document::Analysis),
        sources: document(frames, Document::Sources),
    };
    let mut options = Options::default();
    if let Some(threads) = request.threads {
        options.threads = threads;
    }
    let database = Database::open(inputs, options)?;
    let mut out = io::BufWriter::with_capacity(CHUNK, Chunks);
    let shown = database.run(&request.sql, &request.parameters, &request.format, &mut out)?;
    out.flush()?;
    Ok(shown)
}

/// Returns a loader that asks the starter for a document.
fn document<T: serde::de::DeserializeOwned + 'static>(
    frames: &Arc<Mutex<Receiver<Frame>>>,
    which: Document,
) -> Loader<T> {
    let frames = Arc::clone(frames);
    Box::new(move || {
        let name = serde_json::to_vec(&which)?;
        Frame::write(&mut io::stdout().lock(), FrameKind::Needed, &name)?;
        Ok(serde_json::from_slice(&next(&frames, FrameKind::Document)?)?)
    })
}

fn next(frames: &Mutex<Receiver<Frame>>, kind: FrameKind) -> Result<Vec<u8>, EngineError> {
    let frames = frames.lock().unwrap_or_else(PoisonError::into_inner);
    match frames.recv() {
        Ok(frame) if frame.kind == kind => Ok(frame.bytes),
        _ => Err(EngineError::new(
            ErrorKind::Engine,
            "the query engine was not sent what it asked for",
        )),
    }
}

/// Standard output, each write as one frame.
struct Chunks;

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Frame::write(&mut io::stdout().lock(), FrameKind::Bytes, bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
