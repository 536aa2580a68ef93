//! Shared parts of the registries: the lines between two markers of a file, made from the names of the files next to
//! it.
//!
//! It must not know any registry.

use std::fmt::Write as _;
use std::path::Path;

use crate::error::TaskError;
use crate::root::{files, formatted, read};

const OPEN: &str = "// <index>";
const CLOSE: &str = "// </index>";

/// Returns the text of a file with the lines between its markers replaced. `make` gets the names of the items, sorted, and the
/// old lines.
///
/// Items are the files with an ending in a folder. A module that the file declares outside the markers is not an item.
pub(super) fn between_markers(
    root: &Path,
    file: &str,
    (folder, ending): (&str, &str),
    make: impl Fn(&[String], &str) -> String,
) -> Result<String, TaskError> {
    let text = read(&root.join(file))?;
    let missing = || {
        TaskError::Unfit(format!(
            "{file} has no lines `{OPEN}` and `{CLOSE}` to write between"
        ))
    };
    let (before, rest) = text.split_once(OPEN).ok_or_else(missing)?;
    let (old, after) = rest.split_once(CLOSE).ok_or_else(missing)?;
    let folder = root.join(folder);
    let is_declared = |name: &String| {
        [before, after]
            .iter()
            .any(|text| text.contains(&format!("mod {name};")))
    };
    let names: Vec<String> = files(&folder, &[ending])?
        .into_iter()
        .filter(|path| path.parent() == Some(folder.as_path()))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|name| name != "mod" && !is_declared(name))
        .collect();
    formatted(&format!("{before}{OPEN}\n{}{CLOSE}{after}", make(&names, old)))
}

/// Returns the folder of a file.
pub(super) fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns a declaration for each module, and an empty line.
pub(super) fn modules(names: &[String]) -> String {
    let mut text = String::new();
    for name in names {
        let _ = writeln!(text, "mod {name};");
    }
    text.push('\n');
    text
}

/// Returns a line for each name.
pub(super) fn lines<N: AsRef<str>>(names: &[N], line: impl Fn(&str) -> String) -> String {
    names.iter().map(|name| line(name.as_ref()) + "\n").collect()
}

/// Returns the names in the order in which the old lines have them, for lists whose order matters; new names come last.
pub(super) fn in_old_order<'n>(
    names: &'n [String],
    old: &str,
    token: impl Fn(&str) -> String,
) -> Vec<&'n str> {
    let mut ordered: Vec<&str> = names.iter().map(String::as_str).collect();
    ordered.sort_by_key(|name| old.find(&token(name)).unwrap_or(usize::MAX));
    ordered
}

/// Returns a file name in kebab case.
pub(super) fn kebab(name: &str) -> String {
    name.replace('_', "-")
}

/// Returns the name of the type in a file.
pub(super) fn upper_camel(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
                .unwrap_or_default()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_gives_the_name_of_its_type() {
        assert_eq!(upper_camel("enumeration_burst"), "EnumerationBurst");
        assert_eq!(upper_camel("s3_mass_read"), "S3MassRead");
    }

    #[test]
    fn an_order_is_kept_and_new_names_come_last() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let token = |name: &str| format!("&{name}::X");
        assert_eq!(in_old_order(&names, "&c::X, &a::X", token), ["c", "a", "b"]);
    }
}
