//! Registry of the collectors, in the order in which they run.

use std::path::Path;

use super::registry::{between_markers, folder_of, in_old_order, lines, modules};
use crate::error::TaskError;

pub(super) const FILE: &str = "crates/stanch-collect/src/collectors/mod.rs";

/// Returns the file.
pub(super) fn text(root: &Path) -> Result<String, TaskError> {
    between_markers(root, FILE, (folder_of(FILE), "rs"), |names, old| {
        let item = |name: &str| format!("&{name}::COLLECTOR,");
        let all = lines(&in_old_order(names, old, item), item);
        format!(
            "{}/// All collectors, in the order in which they run: the most relevant first where time is short. A line can be moved by\n\
             /// hand; a new one is added at the end.\n\
             pub const ALL: &[&Collector] = &[\n{all}];\n",
            modules(names)
        )
    })
}
