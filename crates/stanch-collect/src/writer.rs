//! Appends lines to the file of what came in, on a thread of its own, and makes them durable at least every 200 ms.
//!
//! One file for all readings while they come: one flush covers them all, however many services answer. It must not know
//! what a line holds.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::error::CollectError;
use crate::files;

/// The longest a line waits until it is on the disk.
const DURABLE: Duration = Duration::from_millis(200);
/// Lines that may wait for the thread; who brings more waits too.
const WAITING: usize = 256;

/// Sends lines to the thread that writes them.
#[derive(Debug)]
pub(crate) struct Writer {
    path: PathBuf,
    sender: Option<SyncSender<Vec<u8>>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Writer {
    /// Opens the file, or continues with it.
    pub(crate) fn open(path: &Path) -> Result<Self, CollectError> {
        let file = files::append(path)?;
        if let Some(folder) = path.parent() {
            files::sync_folder(folder)?;
        }
        let (sender, receiver) = sync_channel(WAITING);
        let thread = std::thread::Builder::new()
            .name("snapshot".to_owned())
            .spawn(move || write(file, &receiver))
            .map_err(CollectError::io("write", path))?;
        Ok(Self {
            path: path.to_owned(),
            sender: Some(sender),
            thread: Some(thread),
        })
    }

    /// Adds a line with its line end.
    pub(crate) fn line(&mut self, line: Vec<u8>) -> Result<(), CollectError> {
        let sent = self
            .sender
            .as_ref()
            .is_some_and(|sender| sender.send(line).is_ok());
        if sent {
            Ok(())
        } else {
            self.close().and(Err(CollectError::Stopped))
        }
    }

    /// Writes what waits and ends.
    pub(crate) fn close(&mut self) -> Result<(), CollectError> {
        drop(self.sender.take());
        match self.thread.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(written)) => written.map_err(CollectError::io("write", &self.path)),
            Some(Err(_panicked)) => Err(CollectError::Stopped),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.sender.take());
        if let Some(thread) = self.thread.take() {
            // Whoever needs to know closes before.
            drop(thread.join());
        }
    }
}

fn write(file: File, lines: &Receiver<Vec<u8>>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, file);
    // When the oldest line that is not durable must be.
    let mut due: Option<Instant> = None;
    loop {
        let received = match due {
            None => lines.recv().map_err(|_closed| RecvTimeoutError::Disconnected),
            Some(due) => lines.recv_timeout(due.saturating_duration_since(Instant::now())),
        };
        if let Ok(line) = &received {
            out.write_all(line)?;
            due = due.or_else(|| Some(Instant::now() + DURABLE));
        }
        let is_over = received == Err(RecvTimeoutError::Disconnected);
        if is_over || due.is_some_and(|due| Instant::now() >= due) {
            out.flush()?;
            out.get_ref().sync_data()?;
            due = None;
        }
        if is_over {
            return Ok(());
        }
    }
}
