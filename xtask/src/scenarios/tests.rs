//! The scenarios with one seed, held to the bars.

use super::*;

/// Each scenario with one seed. Seeds of the table are others: `cargo xtask scenarios` has all bars.
#[test]
fn every_scenario_is_told_as_it_was_made() {
    let mut args = Args {
        seeds: 1,
        seed: 101,
        only: None,
        mask: None,
        leave_one_out: false,
        explain: true,
        keep: None,
    };
    args.only = None;
    let mut text = Vec::new();
    let holds = run(&args, &mut text).unwrap();
    assert!(holds, "{}", String::from_utf8_lossy(&text));
}
