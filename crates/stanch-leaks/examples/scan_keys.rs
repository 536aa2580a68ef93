//! Scans a path and prints counts, for measurements of the crate alone: `scan_keys PATH [THREADS]`.

#![expect(clippy::print_stdout, reason = "an example prints its result")]

use std::path::PathBuf;

use stanch_leaks::{ScanLimits, SecretKey, scan};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let path = PathBuf::from(arguments.next().ok_or("name a path")?);
    let mut limits = ScanLimits::default();
    if let Some(threads) = arguments.next() {
        limits.threads = threads.to_string_lossy().parse()?;
    }
    let found = scan(&[path], SecretKey::new(&[0; 32]), limits)?;
    println!(
        "{:?}, {} credentials, {} problems",
        found.totals,
        found.credentials.len(),
        found.problems.len()
    );
    Ok(())
}
