//! Every action against what the stand-in answered when it was recorded: each call fails in turn, the run is killed at each line of its
//! journal, is repeated, undone and undone twice. In seconds, since no time passes and nothing is sent.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should end there")]

/// Parts that run at the same time.
const PARTS: usize = 4;

/// Actions without a recording, which only `make contract` tries. It may only fall.
const UNRECORDED: usize = 3;

#[test]
fn the_number_of_actions_without_a_recording_only_falls() {
    let unrecorded = stanch_contract::unrecorded();
    assert!(
        unrecorded.len() <= UNRECORDED,
        "run `make record`: {unrecorded:?}"
    );
}

fn replayed(part: usize) {
    let wrong = stanch_contract::replay(part, PARTS).unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn actions_keep_their_contract_first_part() {
    replayed(0);
}

#[test]
fn actions_keep_their_contract_second_part() {
    replayed(1);
}

#[test]
fn actions_keep_their_contract_third_part() {
    replayed(2);
}

#[test]
fn actions_keep_their_contract_fourth_part() {
    replayed(3);
}
