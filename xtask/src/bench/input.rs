//! The files that everything is measured over.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::error::TaskError;
use crate::program::target_folder;
use crate::root::{files, write};

/// The files, and what is in them.
pub(super) struct Input {
    /// The folder.
    pub(super) tree: PathBuf,
    /// A file that names them all, each with a zero byte behind it.
    pub(super) list: PathBuf,
    /// How many.
    pub(super) files: usize,
    /// Bytes on disk.
    pub(super) packed: u64,
    /// Bytes unpacked, as the files say.
    pub(super) unpacked: u64,
    /// Events, copies included.
    pub(super) events: u64,
}

impl Input {
    /// Looks at a folder of gzip files, and lets the program read it once: for the number of events, and so that no
    /// contender reads from a cold disk.
    pub(super) fn of(tree: &Path, stanch: &Path, scratch: &Path) -> Result<Self, TaskError> {
        let paths = files(tree, &["gz"])?;
        if paths.is_empty() {
            return Err(TaskError::Unfit(format!("{} holds no .gz files", tree.display())));
        }
        let (mut names, mut packed, mut unpacked) = (Vec::new(), 0, 0);
        for path in &paths {
            names.extend(path.as_os_str().as_encoded_bytes());
            names.push(0);
            let (on_disk, inside) = sizes(path).map_err(TaskError::file(path))?;
            packed += on_disk;
            unpacked += inside;
        }
        let list = scratch.join("files");
        write(&list, &names)?;
        Ok(Self {
            tree: tree.to_owned(),
            list,
            files: paths.len(),
            packed,
            unpacked,
            events: events(tree, stanch)?,
        })
    }
}

/// The size of a gzip file and of what it holds, by its last four bytes.
fn sizes(path: &Path) -> std::io::Result<(u64, u64)> {
    let mut file = File::open(path)?;
    let size = file.seek(SeekFrom::End(0))?;
    let mut last = [0; 4];
    if size >= 18 {
        file.seek(SeekFrom::End(-4))?;
        file.read_exact(&mut last)?;
    }
    Ok((size, u64::from(u32::from_le_bytes(last))))
}

fn events(tree: &Path, stanch: &Path) -> Result<u64, TaskError> {
    let failed = |reason: String| TaskError::Tool {
        command: format!("{} hunt", stanch.display()),
        reason,
    };
    let output = Command::new(stanch)
        .args(["hunt", "--quiet", "--format", "json"])
        .arg(tree)
        .output()
        .map_err(|error| failed(format!("could not be started: {error}")))?;
    let report: Value = serde_json::from_slice(&output.stdout).map_err(|error| {
        failed(format!(
            "gave no report: {error}; {}",
            String::from_utf8_lossy(&output.stderr)
        ))
    })?;
    let count = |name: &str| report["coverage"][name].as_u64().unwrap_or(0);
    Ok(count("events") + count("duplicates"))
}

/// The made-up logs, made unless they are there from before.
pub(super) fn made(events: u64) -> Result<PathBuf, TaskError> {
    let folder = target_folder().join("bench").join(format!("tree-{events}"));
    let done = folder.with_extension("made");
    if !done.exists() {
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(TaskError::file(&folder))?;
        }
        let failed = |reason: String| TaskError::Tool {
            command: "cargo xtask bench --make".to_owned(),
            reason,
        };
        // A process of its own: what it takes would otherwise count as the least that any contender takes.
        let status = Command::new(std::env::current_exe()?)
            .args(["bench", "--events", &events.to_string(), "--make"])
            .arg(&folder)
            .status()
            .map_err(|error| failed(format!("could not be started: {error}")))?;
        if !status.success() {
            return Err(failed(format!("ended with {status}")));
        }
        write(&done, b"")?;
    }
    Ok(folder)
}

/// Makes them up: always the same, undamaged.
pub(super) fn make(folder: &Path, events: u64) -> Result<(), TaskError> {
    let options = stanch_demo::Options {
        events,
        damaged: false,
        ..stanch_demo::Options::default()
    };
    stanch_demo::write(folder, &options)
        .map(drop)
        .map_err(|error| TaskError::Unfit(error.to_string()))
}
