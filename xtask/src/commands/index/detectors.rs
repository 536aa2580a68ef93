//! Registry of the coded detectors.

use std::path::Path;

use super::registry::{between_markers, folder_of, lines, modules, upper_camel};
use crate::error::TaskError;

pub(super) const FILE: &str = "crates/stanch-detect/src/detectors/mod.rs";

/// Returns the file.
pub(super) fn text(root: &Path) -> Result<String, TaskError> {
    between_markers(root, FILE, (folder_of(FILE), "rs"), |names, _| {
        let all = lines(names, |name| format!("Box::new({name}::{}),", upper_camel(name)));
        format!(
            "{}/// Every coded detector.\n#[must_use]\npub fn all() -> Vec<Box<dyn ErasedDetector>> {{\nvec![\n{all}]\n}}\n",
            modules(names)
        )
    })
}
