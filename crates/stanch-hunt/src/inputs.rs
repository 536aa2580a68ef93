//! Lists the inputs of a hunt: everything that was named, except what this program wrote itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use stanch_case::{Case, CaseView};
use stanch_trail::{Input, Limits, Listing};

use crate::InputError;
use crate::real_paths::RealPaths;

/// Files and folders of every case, besides its documents.
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

/// Inputs that this program wrote itself and that are not read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Number of files.
    pub files: u64,
    /// Folders of cases, and files of earlier outputs.
    pub places: BTreeSet<PathBuf>,
}

/// Lists the files below `inputs`, without the cases in them and without `outputs`. `-` is standard input.
///
/// # Errors
///
/// When an input does not exist or can't be read.
pub fn list(
    inputs: &[PathBuf],
    outputs: &[PathBuf],
    limits: &Limits,
) -> Result<(Listing, LeftOut), InputError> {
    let named: Result<Vec<Input>, InputError> = inputs.iter().map(|path| input(path)).collect();
    let mut listing = stanch_trail::list(&named?, limits);
    let mut own = Own::new(inputs, outputs);
    let mut real_paths = RealPaths::default();
    listing.sources.retain(|source| {
        !real_paths
            .of_file(&source.path)
            .is_some_and(|real| own.holds(&real))
    });
    Ok((listing, own.left_out))
}

fn input(path: &Path) -> Result<Input, InputError> {
    if path == Path::new("-") {
        return Ok(Input::StandardInput);
    }
    match std::fs::symlink_metadata(path) {
        Ok(_) => Ok(Input::Path(path.to_owned())),
        Err(source) => Err(InputError {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Files that this program wrote: cases in the inputs, and the outputs of an earlier run like this.
struct Own {
    roots: Vec<PathBuf>,
    outputs: BTreeSet<PathBuf>,
    /// The folders looked at, with the first part of every path that the case there wrote.
    folders: BTreeMap<PathBuf, Option<BTreeSet<String>>>,
    left_out: LeftOut,
    /// The folder of the last file, if no case lies around it: files come folder by folder.
    foreign: Option<PathBuf>,
}

impl Own {
    fn new(inputs: &[PathBuf], outputs: &[PathBuf]) -> Self {
        let real = |path: &PathBuf| std::fs::canonicalize(path).ok();
        Self {
            roots: inputs.iter().filter_map(real).collect(),
            outputs: outputs.iter().filter_map(real).collect(),
            folders: BTreeMap::new(),
            left_out: LeftOut::default(),
            foreign: None,
        }
    }

    /// Returns whether a file, by its real path, is not to be read. Whoever names a folder within a case means it, so
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
        self.left_out.files += 1;
        self.left_out.places.insert(place.to_owned());
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
}

/// If a folder is a case: the first part of every path that is the case's own. Two files of the right names make
/// no case, and logs next to the case's own files are read: whoever can write to the logs could hide them else.
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
