//! Registry of the seeds of the contract tests: the resources that each action needs before it can be tried.

use std::path::Path;

use super::registry::{between_markers, folder_of, lines, modules};
use crate::error::TaskError;

pub(super) const FILE: &str = "tests/contract/src/seeds/mod.rs";

/// Returns the file.
pub(super) fn text(root: &Path) -> Result<String, TaskError> {
    between_markers(root, FILE, (folder_of(FILE), "rs"), |names, _| {
        let all = lines(names, |name| {
            format!("({name:?}, Try::Seed(|world| Box::pin({name}::seed(world)))),")
        });
        format!(
            "{}/// Every action's seed, by the name of its file.\nstatic ALL: &[(&str, Try)] = &[\n{all}];\n",
            modules(names)
        )
    })
}
