//! Files made to break it: each is read in full or named, and the program stays small and quick.

use std::fs::File;
use std::time::Duration;

use stanch_hostile::inputs::{self, Weight, complaints};
use stanch_hostile::measure;

use crate::harness::Scratch;

/// Bytes of memory that no input may make it take.
const MOST_MEMORY: u64 = 400 << 20;
/// For all of them together, unoptimised, on a busy host.
const LONGEST: Duration = Duration::from_secs(300);

#[test]
fn hostile_inputs_are_read_or_named_in_bounded_memory() {
    let scratch = Scratch::new();
    let light: Vec<_> = inputs::all()
        .filter(|input| input.weight == Weight::Light)
        .collect();
    let folder = scratch.path("logs");
    std::fs::create_dir(&folder).unwrap();
    for input in &light {
        input.write_below(&folder).unwrap();
    }
    let mut command = scratch.command(&["hunt", "logs", "--format", "json", "--threads", "2"]);
    let (out, err) = (scratch.path("out"), scratch.path("err"));
    command
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&err).unwrap());
    let used = measure::run(&mut command, LONGEST).unwrap();
    let said = std::fs::read_to_string(err).unwrap();
    assert!(!used.timed_out && used.status.code().is_some(), "{said}");
    let analysis = serde_json::from_reader(File::open(out).unwrap()).unwrap();
    assert_eq!(
        complaints(&light, &analysis, used.status.code()),
        [""; 0],
        "{said}"
    );
    assert!(
        used.peak_memory <= MOST_MEMORY,
        "it took {} MiB",
        used.peak_memory >> 20
    );
}
