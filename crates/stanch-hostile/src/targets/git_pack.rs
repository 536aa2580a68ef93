//! Packs and indexes of git, and loose objects.

use std::fs;
use std::path::Path;

use stanch_leaks::{Scan, ScanLimits, SecretKey};

use crate::properties;

/// Magic of an index, at which the input is cut into pack and index.
const INDEX: &[u8] = b"\xfftOc";

/// Reads bytes as a pack, with what follows the magic of an index as its index, and as a loose object.
///
/// # Panics
/// When a reader panics, or the number of threads changes the result.
pub fn git_pack(bytes: &[u8]) {
    properties::in_bounded_time(|| {
        let folder = std::env::temp_dir().join(format!(
            "stanch-git-pack-{}-{:?}",
            std::process::id(),
            std::thread::current().id()
        ));
        let written = write(&folder, bytes);
        if written.is_ok() {
            let one = read(&folder, 1);
            let two = read(&folder, 2);
            assert_eq!(one.credentials, two.credentials, "threads change the finds");
            assert_eq!(one.totals, two.totals, "threads change what is read");
            let lost = one
                .problems
                .iter()
                .find(|problem| problem.detail.contains("a reader failed"));
            assert!(lost.is_none(), "a reader panicked: {lost:?}");
        }
        drop(fs::remove_dir_all(&folder));
    });
}

fn write(folder: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let at = bytes.windows(INDEX.len()).position(|window| window == INDEX);
    let (pack, index) = bytes.split_at(at.unwrap_or(bytes.len()));
    let objects = folder.join("objects");
    fs::create_dir_all(objects.join("pack"))?;
    fs::create_dir_all(objects.join("ab"))?;
    fs::write(folder.join("HEAD"), "ref: refs/heads/main\n")?;
    fs::write(objects.join("pack/a.pack"), pack)?;
    fs::write(objects.join("ab").join("c".repeat(38)), pack)?;
    if index.is_empty() {
        Ok(())
    } else {
        fs::write(objects.join("pack/a.idx"), index)
    }
}

fn read(folder: &Path, threads: usize) -> Scan {
    let limits = ScanLimits {
        threads,
        unpacked: 1 << 20,
        object: 1 << 20,
    };
    stanch_leaks::scan(&[folder.to_owned()], SecretKey::new(&[0; 32]), limits).unwrap_or_default()
}
