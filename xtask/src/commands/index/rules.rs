//! Registry of the Sigma rules that are built in.

use std::fmt::Write as _;
use std::path::Path;

use crate::error::TaskError;
use crate::root::{files, formatted, relative};

pub(super) const FILE: &str = "crates/stanch-detect/src/rules/index.rs";

/// Returns the file.
pub(super) fn text(root: &Path) -> Result<String, TaskError> {
    let folder = root.join("rules");
    let mut text = String::from(
        "//! The rules that are built in. Written by `cargo xtask index`; not edited by hand.\n\n\
         /// Paths below `rules/`, each with the text of its file.\n\
         macro_rules! embedded {\n\
         \x20   ($($path:literal,)*) => { &[$(($path, include_str!(concat!(\"../../../../rules/\", $path)))),*] };\n\
         }\n\n\
         /// Path below `rules/`, and text, in the order of the paths.\n\
         pub(crate) const EMBEDDED: &[(&str, &str)] = embedded![\n",
    );
    for path in files(&folder, &["yml"])? {
        // Writing to a string can't fail.
        let _ = writeln!(text, "{:?},", relative(&path, &folder));
    }
    text.push_str("];\n");
    formatted(&text)
}
