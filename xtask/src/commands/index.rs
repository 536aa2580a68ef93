//! `cargo xtask index`: writes the lists that are checked in: the rules that are built in, the detectors, the checks
//! of an account, and the build profiles of the query engine. They are plain source so that a reader's search and the formatter see them.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use super::Outcome;
use crate::error::TaskError;
use crate::profiles;
use crate::root::{files, formatted, read, relative, root, write};

const RULES: &str = "crates/stanch-detect/src/rules/index.rs";
const DETECTORS: &str = "crates/stanch-detect/src/detectors/mod.rs";
const CHECKS: &str = "crates/stanch-assess/src/checks/mod.rs";
const OPEN: &str = "// <index>";
const CLOSE: &str = "// </index>";

/// How to run it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write nothing; leave with 1 when a list is out of date
    #[arg(long)]
    check: bool,
}

/// Writes, or compares.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let root = root();
    let mut current = true;
    for (path, wanted) in [
        (root.join(RULES), rules(&root)?),
        (root.join(DETECTORS), registered(&root, DETECTORS, registry)?),
        (root.join(CHECKS), registered(&root, CHECKS, check_registry)?),
        (root.join("Cargo.toml"), profiles::manifest(&root)?),
    ] {
        if path.exists() && read(&path)? == wanted {
            continue;
        }
        let name = relative(&path, &root);
        if args.check {
            current = false;
            writeln!(out, "{name} is out of date: run `cargo xtask index`")?;
        } else {
            write(&path, wanted.as_bytes())?;
            writeln!(out, "{name} written")?;
        }
    }
    Ok(Outcome::when(current))
}

/// The list of built-in rules.
fn rules(root: &Path) -> Result<String, TaskError> {
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

/// A module file with the part between the markers made anew.
fn registered(root: &Path, place: &str, registry: fn(&[String]) -> String) -> Result<String, TaskError> {
    let path = root.join(place);
    let text = read(&path)?;
    let missing = || {
        TaskError::Unfit(format!(
            "{place} has no lines `{OPEN}` and `{CLOSE}` to write between"
        ))
    };
    let (before, rest) = text.split_once(OPEN).ok_or_else(missing)?;
    let (_, after) = rest.split_once(CLOSE).ok_or_else(missing)?;
    let folder = path.parent().unwrap_or(root);
    let names: Vec<String> = files(folder, &["rs"])?
        .into_iter()
        .filter(|file| file.parent() == Some(folder))
        .filter_map(|file| module_name(&file))
        // A module that is declared by hand is no detector.
        .filter(|name| ![before, after].iter().any(|text| text.contains(&format!("mod {name};"))))
        .collect();
    formatted(&format!("{before}{OPEN}\n{}{CLOSE}{after}", registry(&names)))
}

fn module_name(path: &Path) -> Option<String> {
    let name = path.file_stem()?.to_str()?.to_owned();
    (name != "mod").then_some(name)
}

fn registry(names: &[String]) -> String {
    let mut text = String::new();
    for name in names {
        let _ = writeln!(text, "mod {name};");
    }
    text.push_str("\n/// Every coded detector.\n#[must_use]\n");
    text.push_str("pub fn all() -> Vec<Box<dyn ErasedDetector>> {\nvec![\n");
    for name in names {
        let _ = writeln!(text, "Box::new({name}::{}),", upper_camel(name));
    }
    text.push_str("]\n}\n");
    text
}

fn check_registry(names: &[String]) -> String {
    let mut text = String::new();
    for name in names {
        let _ = writeln!(text, "mod {name};");
    }
    // Tables, not functions: there are more checks than a function has lines.
    text.push_str("\n/// Every check.\nconst ALL: &[&dyn Check] = &[\n");
    for name in names {
        let _ = writeln!(text, "&{name}::{},", upper_camel(name));
    }
    text.push_str("];\n\n/// What makes the examples of every check, by its name.\n#[cfg(test)]\n");
    text.push_str("const EXAMPLES: &[Examples] = &[\n");
    for name in names {
        let _ = writeln!(text, "({:?}, {name}::examples),", name.replace('_', "-"));
    }
    text.push_str("];\n");
    text
}

fn upper_camel(name: &str) -> String {
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
    fn the_registry_lists_modules_and_constructors() {
        let text = registry(&["enumeration_burst".to_owned(), "first_seen".to_owned()]);
        assert!(text.starts_with("mod enumeration_burst;\nmod first_seen;\n"));
        assert!(text.contains("Box::new(first_seen::FirstSeen),"));
    }
}
