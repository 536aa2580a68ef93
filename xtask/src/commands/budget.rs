//! `cargo xtask budget`: the sizes the house holds itself to and no other tool checks.
//!
//! The length of functions is clippy's (`too_many_lines` with `clippy.toml`), so it is not measured here.

use std::io::Write;
use std::path::Path;

use super::Outcome;
use crate::error::TaskError;
use crate::root::{files, read, relative, root};

/// Lines of a source file.
const FILE_LINES: usize = 600;
/// Lines of a program's `main.rs`.
const MAIN_LINES: usize = 60;
/// Packages in `Cargo.lock`, ours included. Raised only on purpose: every package is somebody to trust. The query engine
/// (DataFusion with Arrow, Parquet, its SQL parser and its runtime) brought about 180 of them, all behind `stanch-query`:
/// see `docs/decisions/0010-store-and-query.md`. Speaking to AWS (the SDK's runtime, TLS, HTTP) brought about 85, all behind
/// `stanch-aws`: see `docs/decisions/0012-aws-as-data.md`. Sealing to a key (age) brought 77, all behind `stanch-collect`: see
/// `docs/decisions/0015-sealing.md`. Profiles of `aws login` brought 8: see `docs/decisions/0014-the-client.md`.
const PACKAGES: usize = 552;
/// Written in two parts so that this file passes its own check.
const ALLOW: [&str; 2] = [concat!("#[", "allow("), concat!("#![", "allow(")];

/// Checks, and says everything that is over.
pub(crate) fn run(out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let root = root();
    let mut complaints = Vec::new();
    let mut sources = files(&root.join("crates"), &["rs"])?;
    sources.extend(files(&root.join("xtask"), &["rs"])?);
    sources.extend(files(&root.join("tests"), &["rs"])?);
    for path in &sources {
        complaints.extend(source_complaints(path, &relative(path, &root), &read(path)?));
    }
    let lock = read(&root.join("Cargo.lock"))?;
    let packages = lock.lines().filter(|line| *line == "[[package]]").count();
    if packages > PACKAGES {
        complaints.push(format!("Cargo.lock: {packages} packages, at most {PACKAGES}"));
    }
    for complaint in &complaints {
        writeln!(out, "{complaint}")?;
    }
    writeln!(
        out,
        "{} source files, {packages} of {PACKAGES} packages, {} over budget",
        sources.len(),
        complaints.len()
    )?;
    Ok(Outcome::when(complaints.is_empty()))
}

fn source_complaints(path: &Path, name: &str, text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let is_main = path.file_name().is_some_and(|file| file == "main.rs")
        && path
            .parent()
            .is_some_and(|folder| folder.file_name().is_some_and(|folder| folder == "src"));
    let limit = if is_main { MAIN_LINES } else { FILE_LINES };
    let lines = text.lines().count();
    if lines > limit {
        complaints.push(format!("{name}: {lines} lines, at most {limit}"));
    }
    if !text.starts_with("//!") {
        complaints.push(format!("{name}: does not open with `//!` and what it is for"));
    }
    if let Some((number, _)) = text
        .lines()
        .enumerate()
        .find(|(_, line)| ALLOW.iter().any(|allow| line.contains(allow)))
    {
        complaints.push(format!("{name}:{}: use `expect` with a reason", number + 1));
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_file_is_held_to_every_budget() {
        let fine = format!("//! Fine.\n{}", "\n".repeat(FILE_LINES - 1));
        assert!(source_complaints(Path::new("a/src/lib.rs"), "lib.rs", &fine).is_empty());
        assert_eq!(
            source_complaints(Path::new("a/src/main.rs"), "main.rs", &fine).len(),
            1
        );
        let bad = format!(
            "{}\nfn f() {{}}\n{}dead_code)]\n",
            "\n".repeat(FILE_LINES),
            ALLOW[0]
        );
        assert_eq!(
            source_complaints(Path::new("a/src/lib.rs"), "lib.rs", &bad).len(),
            3
        );
    }
}
