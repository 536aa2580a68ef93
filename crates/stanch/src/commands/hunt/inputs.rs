//! What is read: everything that was named, but nothing that this program wrote itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use stanch_case::{Case, CaseView};
use stanch_core::text::shown;
use stanch_trail::{Input, Limits, Listing};

use super::elsewhere::is_remote;
use crate::arguments::HuntArguments;
use crate::error::Failure;
use crate::output::Console;
use crate::real::RealPaths;

/// What lies in every case, beside its documents.
const CASE_PARTS: [&str; 9] = [
    "case.json",
    "journal.jsonl",
    "lock",
    "sources.jsonl",
    "staging",
    "events",
    "evidence",
    "hunts",
    "recovered",
];

/// Lists the inputs, and says what is left out.
pub(super) fn list(
    arguments: &HuntArguments,
    limits: &Limits,
    console: &Console,
) -> Result<Listing, Failure> {
    let here = arguments.inputs.iter().filter(|path| !is_remote(path));
    let inputs: Result<Vec<Input>, Failure> = here.map(|path| input(path)).collect();
    let mut listing = stanch_trail::list(&inputs?, limits);
    let mut own = Own::new(arguments);
    let mut real_paths = RealPaths::default();
    listing.sources.retain(|source| {
        !real_paths
            .of_file(&source.path)
            .is_some_and(|real| own.holds(&real))
    });
    if own.left_out > 0 {
        console.say(&own.told());
    }
    Ok(listing)
}

fn input(path: &Path) -> Result<Input, Failure> {
    if path == Path::new("-") {
        return Ok(Input::StandardInput);
    }
    match std::fs::symlink_metadata(path) {
        Ok(_) => Ok(Input::Path(path.to_owned())),
        Err(error) => {
            let what = format!("{} can't be read", path.display());
            Err(Failure::because(
                what,
                &error,
                "name a folder, file or archive that is there, or - for standard input",
            ))
        }
    }
}

/// What this program wrote: cases that lie in the inputs, and the outputs of an earlier run like this.
struct Own {
    roots: Vec<PathBuf>,
    outputs: BTreeSet<PathBuf>,
    /// The folders looked at, with the first part of every path that the case there wrote.
    folders: BTreeMap<PathBuf, Option<BTreeSet<String>>>,
    left_out: u64,
    places: BTreeSet<PathBuf>,
    /// The folder of the last file, if no case lies around it: files come folder by folder.
    foreign: Option<PathBuf>,
}

impl Own {
    fn new(arguments: &HuntArguments) -> Self {
        let real = |path: &PathBuf| std::fs::canonicalize(path).ok();
        Self {
            roots: arguments.inputs.iter().filter_map(real).collect(),
            outputs: arguments.outputs.iter().filter_map(real).collect(),
            folders: BTreeMap::new(),
            left_out: 0,
            places: BTreeSet::new(),
            foreign: None,
        }
    }

    /// Whether a file, by its real path, is not to be read. Whoever names a folder within a case means it, so
    /// only cases at or below an input count.
    fn holds(&mut self, real: &Path) -> bool {
        if self.outputs.contains(real) {
            return self.leave_out(real);
        }
        if self.foreign.is_some() && self.foreign.as_deref() == real.parent() {
            return false;
        }
        let folders: Vec<&Path> = real.ancestors().skip(1).collect();
        let mut beside_a_case = false;
        for folder in folders {
            let within_input = self.roots.iter().any(|root| folder.starts_with(root));
            if within_input && self.case_wrote(folder, real) {
                return self.leave_out(folder);
            }
            beside_a_case |= self.folders.get(folder).is_some_and(Option::is_some);
        }
        self.foreign = real.parent().filter(|_| !beside_a_case).map(Path::to_owned);
        false
    }

    fn leave_out(&mut self, place: &Path) -> bool {
        self.left_out += 1;
        self.places.insert(place.to_owned());
        true
    }

    fn case_wrote(&mut self, folder: &Path, real: &Path) -> bool {
        if !self.folders.contains_key(folder) {
            self.folders.insert(folder.to_owned(), case_parts(folder));
        }
        let Some(Some(parts)) = self.folders.get(folder) else {
            return false;
        };
        let below = real.strip_prefix(folder).ok();
        let first = below.and_then(|below| below.iter().next());
        first
            .and_then(|first| first.to_str())
            .is_some_and(|first| parts.contains(first))
    }

    fn told(&self) -> String {
        let files = if self.left_out == 1 { "file" } else { "files" };
        let named: Vec<String> = self
            .places
            .iter()
            .take(3)
            .map(|place| shown(&place.to_string_lossy(), 200))
            .collect();
        let more = match self.places.len().saturating_sub(named.len()) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!(
            "Left out: {} {files} that stanch itself wrote, in {}{more}",
            self.left_out,
            named.join(", ")
        )
    }
}

/// If a folder is a case: the first part of every path that is the case's own. Two files of the right names make
/// no case, and logs beside the case's own files are read: whoever can write to the logs could hide them else.
fn case_parts(folder: &Path) -> Option<BTreeSet<String>> {
    if !folder.join("case.json").is_file() || !folder.join("journal.jsonl").is_file() {
        return None;
    }
    let view: CaseView = Case::open_read_only(folder).ok()?;
    let documents = view
        .documents()
        .filter_map(|document| document.path.split('/').next());
    let parts = documents.chain(CASE_PARTS);
    Some(parts.map(str::to_owned).collect())
}
