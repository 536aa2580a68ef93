//! Every action is tried, or says why not.

#[test]
fn every_action_has_a_seed_or_a_reason() {
    assert_eq!(stanch_contract::without_seed(), Vec::<&str>::new());
}
