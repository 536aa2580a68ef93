//! Registry of the checks of an account, and of their examples.

use std::path::Path;

use super::registry::{between_markers, folder_of, kebab, lines, modules, upper_camel};
use crate::error::TaskError;

pub(super) const FILE: &str = "crates/stanch-assess/src/checks/mod.rs";

/// Returns the file. It has tables, not functions: there are more checks than a function may have lines.
pub(super) fn text(root: &Path) -> Result<String, TaskError> {
    between_markers(root, FILE, (folder_of(FILE), "rs"), |names, _| {
        let all = lines(names, |name| format!("&{name}::{},", upper_camel(name)));
        let examples = lines(names, |name| format!("({:?}, {name}::examples),", kebab(name)));
        format!(
            "{}/// Every check.\nconst ALL: &[&dyn Check] = &[\n{all}];\n\n\
             /// Functions that make the examples of every check, by its name.\n#[cfg(test)]\n\
             const EXAMPLES: &[Examples] = &[\n{examples}];\n",
            modules(names)
        )
    })
}
