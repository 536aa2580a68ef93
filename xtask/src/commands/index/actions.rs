//! Registry of the actions.

use std::path::Path;

use super::registry::{between_markers, folder_of, lines, modules, upper_camel};
use crate::error::TaskError;

pub(super) const FILE: &str = "crates/stanch-respond/src/actions/mod.rs";

/// Returns the file.
pub(super) fn text(root: &Path) -> Result<String, TaskError> {
    between_markers(root, FILE, (folder_of(FILE), "rs"), |names, _| {
        let all = lines(names, |name| format!("&{name}::{},", upper_camel(name)));
        format!(
            "{}/// Every action, by name.\npub static ALL: &[&dyn Action] = &[\n{all}];\n",
            modules(names)
        )
    })
}
