//! Search for the executable of the query engine.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// File name of the query engine, without the ending that Windows adds.
pub const EXECUTABLE: &str = "stanch-query";

/// The query engine is in none of the places where it may be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the query engine `stanch-query` is not installed: it is neither in {} nor in PATH", folders(.looked_in))]
pub struct NotInstalled {
    /// Folders that were searched before PATH; the first is that of the running program.
    pub looked_in: Vec<PathBuf>,
}

/// Returns the executable of the query engine: next to the program, in `../libexec/stanch` or `../lib/stanch` from there, or in
/// a folder of PATH. Relative folders of PATH are skipped, because the current folder may hold an attacker's files.
///
/// # Errors
/// When it is in none of these places.
pub fn locate(program: &Path, path: Option<&OsStr>) -> Result<PathBuf, NotInstalled> {
    let program = program.canonicalize().unwrap_or_else(|_| program.to_owned());
    let folder = program.parent().unwrap_or(&program).to_owned();
    let mut looked_in = vec![folder.clone()];
    if let Some(prefix) = folder.parent() {
        looked_in.extend(["libexec/stanch", "lib/stanch"].map(|folder| prefix.join(folder)));
    }
    let in_path = path.into_iter().flat_map(std::env::split_paths);
    let name = format!("{EXECUTABLE}{}", std::env::consts::EXE_SUFFIX);
    let found = looked_in
        .iter()
        .cloned()
        .chain(in_path.filter(|folder| folder.is_absolute()))
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file());
    found.ok_or(NotInstalled { looked_in })
}

fn folders(folders: &[PathBuf]) -> String {
    let shown: Vec<String> = folders
        .iter()
        .map(|folder| folder.display().to_string())
        .collect();
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_is_found_next_to_the_program_then_in_libexec_then_in_path_and_never_in_a_relative_folder() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let program = root.join("bin/stanch");
        let name = format!("{EXECUTABLE}{}", std::env::consts::EXE_SUFFIX);
        let places = ["elsewhere", "lib/stanch", "libexec/stanch", "bin"];
        for place in places {
            std::fs::create_dir_all(root.join(place)).unwrap();
        }
        std::fs::write(&program, "").unwrap();
        let path = std::env::join_paths([Path::new(""), Path::new("."), &root.join("elsewhere")]).unwrap();
        let missing = locate(&program, Some(&path)).unwrap_err();
        assert_eq!(missing.looked_in[0], root.join("bin"));
        assert!(missing.to_string().contains("libexec"), "{missing}");
        // Each place goes before those that were filled earlier.
        for place in places {
            let file = root.join(place).join(&name);
            std::fs::write(&file, "").unwrap();
            assert_eq!(locate(&program, Some(&path)), Ok(file));
        }
        assert!(locate(&root.join("elsewhere/stanch"), None).is_ok());
        assert_eq!(
            locate(&root.join("bin/stanch"), None),
            Ok(root.join("bin").join(&name))
        );
    }
}
