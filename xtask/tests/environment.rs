//! Every environment variable of Stanch's own is described in `docs/environment.md`, and nothing else is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The beginning of the names of Stanch's own variables, in two parts so that this file holds no name.
const OWN: &str = concat!("STANCH", "_");

fn root() -> PathBuf {
    PathBuf::from("..")
}

fn names(text: &str) -> impl Iterator<Item = String> + '_ {
    text.match_indices(OWN).map(|(start, _)| {
        text[start..]
            .chars()
            .take_while(|letter| letter.is_ascii_uppercase() || *letter == '_')
            .collect()
    })
}

/// Names in all sources below a folder.
fn collect(folder: &Path, found: &mut BTreeSet<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", "recorded", "docs", ".git"].contains(&name.as_str()) {
                collect(&path, found)?;
            }
            continue;
        }
        let is_source = ["rs", "py", "sh"]
            .iter()
            .any(|ending| name.ends_with(&format!(".{ending}")));
        if is_source || ["Makefile", "run"].contains(&name.as_str()) {
            found.extend(names(&std::fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

#[test]
fn the_page_lists_every_variable_and_no_other() {
    let mut used = BTreeSet::new();
    collect(&root(), &mut used).unwrap();
    // A word of a usage line, and the beginning by which the Python suites drop all of them: no variables.
    used.remove(&format!("{OWN}BINARY"));
    used.remove(OWN);
    let page = std::fs::read_to_string(root().join("docs/environment.md")).unwrap();
    let listed: BTreeSet<String> = names(&page).collect();
    assert!(used.len() > 5, "{used:?}");
    assert_eq!(
        used, listed,
        "the sources and docs/environment.md must name the same variables"
    );
}
