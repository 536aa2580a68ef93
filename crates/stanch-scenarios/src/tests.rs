//! The generator: the same bytes for a seed, labels that exist, scenarios of their kinds.

use std::collections::BTreeSet;

use super::*;

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for scenario in all().iter().step_by(5) {
        let bytes = |seed| serde_json::to_string(&scenario.make(seed).records).unwrap();
        assert_eq!(bytes(3), bytes(3), "{}", scenario.name);
        assert_ne!(bytes(3), bytes(4), "{}", scenario.name);
    }
}

#[test]
fn labels_name_events_of_the_records() {
    for scenario in all() {
        let made = scenario.make(1);
        let ids: BTreeSet<&str> = made
            .records
            .iter()
            .filter_map(|record| record["eventID"].as_str())
            .collect();
        assert_eq!(ids.len(), made.records.len(), "{}", scenario.name);
        assert!(
            made.labels.events.iter().all(|id| ids.contains(id.as_str())),
            "{}",
            scenario.name
        );
        assert_eq!(
            scenario.kind == Kind::Attack,
            made.labels.vector.is_some(),
            "{}",
            scenario.name
        );
        assert_eq!(
            scenario.kind == Kind::Attack,
            !made.labels.events.is_empty(),
            "{}",
            scenario.name
        );
        assert!(
            (3_000..25_000).contains(&ids.len()),
            "{}: {}",
            scenario.name,
            ids.len()
        );
    }
}

#[test]
fn a_mask_takes_labels_with_the_records() {
    let scenario = all()
        .iter()
        .find(|scenario| scenario.name == "metadata-theft")
        .unwrap();
    let mut made = scenario.make(1);
    let before = made.labels.events.len();
    Mask::DataEvents.apply(&mut made);
    assert!(made.labels.events.len() < before);
    assert!(
        made.records
            .iter()
            .all(|record| record["managementEvent"] != false)
    );
}
