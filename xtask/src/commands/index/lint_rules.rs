//! Registry of the rules of the plan linter.

use std::path::Path;

use super::registry::{between_markers, folder_of, kebab, lines, modules};
use crate::error::TaskError;

pub(super) const FILE: &str = "crates/stanch-respond/src/lint/rules/mod.rs";

/// Returns the file.
pub(super) fn text(root: &Path) -> Result<String, TaskError> {
    between_markers(root, FILE, (folder_of(FILE), "rs"), |names, _| {
        let all = lines(names, |name| format!("({:?}, {name}::rule),", kebab(name)));
        format!(
            "{}/// Every rule, by name.\npub(super) static ALL: &[(&str, Rule)] = &[\n{all}];\n",
            modules(names)
        )
    })
}
