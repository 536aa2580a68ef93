//! Registry of the guided steps, in the order in which they are done.

use std::path::Path;

use super::registry::{between_markers, folder_of, in_old_order, lines, modules};
use crate::error::TaskError;

pub(super) const FILE: &str = "crates/stanch-respond/src/playbook/guided/mod.rs";

/// Returns the file.
pub(super) fn text(root: &Path) -> Result<String, TaskError> {
    between_markers(root, FILE, (folder_of(FILE), "rs"), |names, old| {
        let item = |name: &str| format!("&{name}::STEP,");
        let all = lines(&in_old_order(names, old, item), item);
        format!(
            "{}/// All guided steps, in the order in which they are done: the mailbox before the password that can be reset\n\
             /// through it. A line can be moved by hand; a new one is added at the end.\n\
             pub const ALL: &[&Guided] = &[\n{all}];\n",
            modules(names)
        )
    })
}
