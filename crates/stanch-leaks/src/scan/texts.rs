//! Finds in files and in members of archives.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::ScanLimits;
use crate::credential::{Found, Matcher};
use crate::problem::{ProblemKind, Problems};
use crate::unpack::{Texts, Unpacker, Window};

/// Finds that are kept of one file or object.
const MOST: usize = 1000;

/// Find in a text.
#[derive(Debug)]
pub(super) struct TextHit {
    pub(super) found: Found,
    /// File, and member within it.
    pub(super) name: String,
    /// Line, counted from 1.
    pub(super) line: u64,
}

/// Receiver of texts that looks for credentials.
#[derive(Debug)]
pub(super) struct TextScan<'m> {
    matcher: &'m Matcher,
    pub(super) hits: Vec<TextHit>,
    pub(super) bytes: u64,
    pub(super) left_out: u64,
}

impl<'m> TextScan<'m> {
    pub(super) const fn new(matcher: &'m Matcher) -> Self {
        Self {
            matcher,
            hits: Vec::new(),
            bytes: 0,
            left_out: 0,
        }
    }
}

impl Texts for TextScan<'_> {
    fn text(&mut self, name: &str, window: &Window<'_>) {
        self.bytes += window.counts.len() as u64;
        let mut line = window.lines + 1;
        let mut counted = 0;
        self.matcher.find(window.bytes, &mut |found| {
            if !window.counts.contains(&found.offset) {
                return;
            }
            if self.hits.len() >= MOST {
                self.left_out += 1;
                return;
            }
            if found.offset < counted {
                (line, counted) = (window.lines + 1, 0);
            }
            line += memchr::memchr_iter(b'\n', &window.bytes[counted..found.offset]).count() as u64;
            counted = found.offset;
            self.hits.push(TextHit {
                found,
                name: name.to_owned(),
                line,
            });
        });
    }
}

/// Scans files on several threads, and returns the finds and the bytes read.
pub(super) fn scan(
    files: &[PathBuf],
    matcher: &Matcher,
    limits: ScanLimits,
    problems: &mut Problems,
) -> (Vec<TextHit>, u64) {
    let next = AtomicUsize::new(0);
    let parts: Vec<_> = std::thread::scope(|scope| {
        let work = || part(files, &next, matcher, limits);
        let threads: Vec<_> = (0..limits.threads.min(files.len()))
            .map(|_| scope.spawn(work))
            .collect();
        let failed = |_| (Vec::new(), 0, Problems::of_panic(&files[0]));
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(failed))
            .collect()
    });
    let mut hits = Vec::new();
    let mut bytes = 0;
    for (found, read, own) in parts {
        hits.extend(found);
        bytes += read;
        problems.append(own);
    }
    (hits, bytes)
}

fn part(
    files: &[PathBuf],
    next: &AtomicUsize,
    matcher: &Matcher,
    limits: ScanLimits,
) -> (Vec<TextHit>, u64, Problems) {
    let mut problems = Problems::default();
    let mut hits = Vec::new();
    let mut bytes = 0;
    while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
        let name = path.display().to_string();
        match open(path) {
            Ok(mut file) => {
                let mut texts = TextScan::new(matcher);
                Unpacker::new(&mut texts, &mut problems, limits.unpacked).read(&name, &mut file, 0);
                bytes += texts.bytes;
                if texts.left_out > 0 {
                    problems.add(
                        ProblemKind::TooLarge,
                        &name,
                        "more finds than 1,000; the rest is only counted",
                        texts.left_out,
                    );
                }
                hits.extend(texts.hits);
            }
            Err(error) => problems.add(ProblemKind::Unreadable, &name, error.to_string(), 0),
        }
    }
    (hits, bytes, problems)
}

/// Opens a plain file; devices and pipes might never end.
fn open(path: &Path) -> io::Result<impl Read> {
    let file = File::open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("not a plain file"))
    }
}
