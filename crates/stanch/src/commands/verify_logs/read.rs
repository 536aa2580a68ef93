//! The files of the input, from disk on all processors, and from S3.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use stanch_core::text::shown;
use stanch_integrity::{FileKind, Verifier, file_kind};
use stanch_trail::{Input, Limits, Source};

use crate::arguments::VerifyLogsArguments;
use crate::commands::aws::Session;
use crate::commands::hunt::elsewhere::{is_remote, keys::Wanted, s3::Objects};
use crate::error::Failure;
use crate::output::Console;

/// Bytes of one file, packed and unpacked. CloudTrail writes files of some megabytes.
const PACKED: u64 = 256 << 20;
const UNPACKED: usize = 1 << 30;

/// Files of the input.
pub(super) struct Read {
    pub(super) verifier: Verifier,
    /// Files that could not be read, with the reason.
    pub(super) unread: Vec<String>,
    /// The session, where S3 was read.
    pub(super) session: Option<Session>,
}

/// Reads everything.
pub(super) fn inputs(arguments: &VerifyLogsArguments, console: &Console) -> Result<Read, Failure> {
    let (remote, local): (Vec<_>, Vec<_>) = arguments.inputs.iter().partition(|input| is_remote(input));
    let inputs: Vec<Input> = local.iter().map(|path| Input::Path((*path).clone())).collect();
    let listing = stanch_trail::list(&inputs, &Limits::default());
    let mut unread: Vec<String> = listing.refused.iter().map(|report| report.path.clone()).collect();
    let mut verifier = on_disk(&listing.sources, &mut unread);
    let session = if remote.is_empty() {
        None
    } else {
        let places: Vec<&str> = remote.iter().filter_map(|path| path.to_str()).collect();
        let mut objects = Objects::new(Session::open(&arguments.access.meant())?);
        objects.list(
            &places,
            &Wanted {
                with_digests: true,
                ..Wanted::default()
            },
        )?;
        objects.tell(console);
        unread.extend(objects.refused().into_iter().map(|report| report.path));
        in_s3(&objects, &mut verifier, &mut unread);
        Some(objects.into_session())
    };
    Ok(Read {
        verifier,
        unread,
        session,
    })
}

/// Reads files of the disk on all processors, each into a verifier of its own.
fn on_disk(sources: &[Source], unread: &mut Vec<String>) -> Verifier {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    let work = || {
        let mut verifier = Verifier::new(UNPACKED);
        while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
            match bytes(source) {
                Ok(bytes) => verifier.take(&source.shown, &bytes),
                Err(why) => {
                    let line = format!("{}: {why}", source.shown);
                    failed
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner)
                        .push(line);
                }
            }
        }
        verifier
    };
    let mut all = Verifier::new(UNPACKED);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for thread in running {
            match thread.join() {
                Ok(verifier) => all.merge(verifier),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    unread.extend(
        failed
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner),
    );
    unread.sort();
    all
}

/// Reads a file that is a log or a digest by its name; others are only counted.
fn bytes(source: &Source) -> Result<Vec<u8>, String> {
    if file_kind(&source.shown) == FileKind::Other {
        return Ok(Vec::new());
    }
    if source.size > PACKED {
        return Err(format!("larger than {} MiB", PACKED >> 20));
    }
    std::fs::read(Path::new(&source.path)).map_err(|error| error.to_string())
}

fn in_s3(objects: &Objects, verifier: &mut Verifier, unread: &mut Vec<String>) {
    let sources = objects.sources();
    let wanted: Vec<&Source> = sources
        .iter()
        .filter(|source| file_kind(&source.shown) != FileKind::Other)
        .collect();
    let taken = Mutex::new((verifier, unread));
    objects.fetch(&wanted, &mut |source, bytes| {
        let mut taken = taken.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match bytes {
            Ok(bytes) => taken.0.take(&source.shown, &bytes),
            Err(why) => taken.1.push(format!("{}: {}", source.shown, shown(&why, 400))),
        }
    });
}
