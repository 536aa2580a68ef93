//! Requests for the metadata service in web, proxy and load balancer logs: server-side request forgery that asks for the
//! credentials of an instance or container.
//!
//! It must not know the case, and it never asks DNS.

mod address;
mod line;
mod target;

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde::Serialize;

use crate::problem::{Problem, ProblemKind, Problems};

pub use target::Disguise;

/// Bytes of a line that are read.
const LINE: u64 = 1 << 20;
/// Requests that are kept.
const KEPT: usize = 100_000;

/// Request that names the metadata service. Escape its texts where they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebRequest {
    /// Log.
    pub file: String,
    /// Line, counted from 1.
    pub line: u64,
    /// Address that the log gives for the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Time as the log has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Status of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Bytes of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Part of the request that names the service, decoded.
    pub target: String,
    /// Way of naming it.
    pub disguise: Disguise,
    /// It asks for credentials or a token, and not only for the service.
    pub asks_for_credentials: bool,
}

/// Result of reading logs.
#[derive(Debug, Default)]
pub struct WebScan {
    /// Requests in the order of the logs.
    pub requests: Vec<WebRequest>,
    /// Requests that are only counted.
    pub more_requests: u64,
    /// Lines read.
    pub lines: u64,
    /// Parts that were not read.
    pub problems: Vec<Problem>,
}

/// Reads logs: files, folders, compressed or not.
#[must_use]
pub fn scan_web_logs(paths: &[PathBuf]) -> WebScan {
    let mut scan = WebScan::default();
    let mut problems = Problems::default();
    for path in paths {
        for file in files(path, &mut problems) {
            one(&file, &mut scan, &mut problems);
        }
    }
    scan.problems = problems.finish().0;
    scan
}

fn files(path: &Path, problems: &mut Problems) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut stack = vec![path.to_owned()];
    while let Some(path) = stack.pop() {
        if !path.is_dir() {
            found.push(path);
            continue;
        }
        match std::fs::read_dir(&path) {
            Ok(entries) => {
                let inner = entries
                    .filter_map(Result::ok)
                    .filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()));
                stack.extend(inner.map(|entry| entry.path()));
            }
            Err(error) => problems.add(
                ProblemKind::Unreadable,
                path.display().to_string(),
                error.to_string(),
                0,
            ),
        }
    }
    found.sort();
    found
}

fn one(path: &Path, scan: &mut WebScan, problems: &mut Problems) {
    let name = path.display().to_string();
    let opened = File::open(path).and_then(|file| {
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            Err(std::io::Error::other("not a plain file"))
        }
    });
    let mut input = match opened {
        Ok(file) => BufReader::with_capacity(256 << 10, file),
        Err(error) => return problems.add(ProblemKind::Unreadable, name, error.to_string(), 0),
    };
    let is_gzip = input
        .fill_buf()
        .is_ok_and(|start| start.starts_with(&[0x1f, 0x8b]));
    let result = if is_gzip {
        lines(
            &name,
            BufReader::with_capacity(256 << 10, MultiGzDecoder::new(input)),
            scan,
        )
    } else {
        lines(&name, input, scan)
    };
    match result {
        Err(error) => problems.add(
            ProblemKind::Damaged,
            name,
            format!("the log can't be read to its end: {error}"),
            0,
        ),
        Ok(0) => {}
        Ok(cut) => problems.add(
            ProblemKind::TooLarge,
            name,
            "lines longer than 1 MiB were read only in part",
            cut,
        ),
    }
}

/// Reads lines, and returns the number of those that were too long.
fn lines(name: &str, mut input: impl BufRead, scan: &mut WebScan) -> std::io::Result<u64> {
    let mut format = line::Format::default();
    let mut bytes = Vec::new();
    let mut cut = 0;
    let mut number = 0;
    loop {
        bytes.clear();
        let count = (&mut input).take(LINE).read_until(b'\n', &mut bytes)?;
        if count == 0 {
            return Ok(cut);
        }
        number += 1;
        scan.lines += 1;
        if count as u64 == LINE && bytes.last() != Some(&b'\n') {
            cut += 1;
            rest_of_line(&mut input)?;
        }
        format.note(&bytes);
        let Some((target, hit)) = target::find(&bytes) else {
            continue;
        };
        if scan.requests.len() >= KEPT {
            scan.more_requests += 1;
            continue;
        }
        let fields = format.fields(&bytes);
        scan.requests.push(WebRequest {
            file: name.to_owned(),
            line: number,
            client: fields.client,
            time: fields.time,
            status: fields.status,
            bytes: fields.bytes,
            target: stanch_core::text::bounded(&target, 300),
            disguise: hit.disguise,
            asks_for_credentials: hit.asks_for_credentials,
        });
    }
}

fn rest_of_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let (used, is_end) = {
            let buffer = input.fill_buf()?;
            match memchr::memchr(b'\n', buffer) {
                Some(at) => (at + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            }
        };
        input.consume(used);
        if is_end {
            return Ok(());
        }
    }
}

/// Reads one line that nobody vouches for, for fuzzing: it must neither panic nor take long.
#[must_use]
pub fn read_line(bytes: &[u8]) -> bool {
    let mut format = line::Format::default();
    format.note(bytes);
    let fields = format.fields(bytes);
    target::find(bytes).is_some() || fields.status.is_some()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
