//! Every input of the fuzz targets' corpora through the function that the target runs, so that what fuzzing once
//! found stays found without it.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should end there")]

use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    PathBuf::from("../../fuzz/corpus")
}

fn inputs(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

#[test]
fn every_corpus_is_replayed() {
    let mut bytes = 0;
    for (name, target) in stanch_hostile::TARGETS {
        let paths = inputs(&corpus().join(name));
        assert!(paths.len() >= 5, "{name} has hardly any corpus");
        for path in paths {
            let input = std::fs::read(&path).unwrap();
            bytes += input.len();
            // The name is printed only when the target finds something, which it says by a panic.
            println!("{}", path.display());
            target(&input);
        }
    }
    assert!(
        bytes < 200_000,
        "the corpora hold {bytes} bytes; they are checked in and must stay small"
    );
}

#[test]
fn every_corpus_has_its_target() {
    let folders: Vec<String> = inputs(&corpus())
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(folders, stanch_hostile::TARGETS.map(|(name, _)| name));
    for name in folders {
        let target = corpus().join(format!("../fuzz_targets/{name}.rs"));
        assert!(
            std::fs::read_to_string(target)
                .unwrap()
                .contains(&format!("targets::{name}("))
        );
    }
}
