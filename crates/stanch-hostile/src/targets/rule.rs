//! Bytes as a rule of the user's: refused with a reason or loaded, and then asked about a few events.

use std::sync::OnceLock;

use stanch_core::{Event, Timestamp};
use stanch_detect::detector::JudgeContext;
use stanch_detect::sigma::{RuleSet, RuleState};
use stanch_detect::{Keep, Networks, Observation};

use crate::{properties, reading};

/// Number of events a finding cites here.
const CITED: usize = 10;

/// What rules are asked about: calls that differ in who, what, how they ended, and in the shapes of their values.
const EVENTS: &str = include_str!("../../data/events.jsonl");

/// Loads bytes as a rule file, asks what it holds about events, and judges.
///
/// # Panics
/// When a rule is neither loaded nor refused, or what it finds depends on the order of events.
pub fn rule(bytes: &[u8]) {
    static NETWORKS: OnceLock<Networks> = OnceLock::new();
    let text = String::from_utf8_lossy(bytes).into_owned();
    let networks = NETWORKS.get_or_init(Networks::default);
    properties::in_bounded_time(|| {
        let (set, refused) = RuleSet::load(&[], &[("mine.yml".to_owned(), text)]);
        for rule in &refused {
            assert!(!rule.reason.is_empty() && rule.path == "mine.yml");
        }
        for about in set.abouts() {
            assert!(!about.id.as_str().is_empty());
        }
        let (mut all, mut even, mut odd) = (RuleState::default(), RuleState::default(), RuleState::default());
        let mut count = 0_usize;
        let mut see = |event: &Event<'_>| {
            let observation = Observation::new(event, networks, CITED, Keep::Place);
            set.observe(&mut all, &observation);
            set.observe(
                if count.is_multiple_of(2) {
                    &mut even
                } else {
                    &mut odd
                },
                &observation,
            );
            count += 1;
        };
        reading::each(EVENTS.as_bytes(), &mut see);
        assert!(count >= 10, "the events of this target were not read");
        odd.merge(even, CITED);
        let context = JudgeContext {
            networks,
            object_logs: &stanch_detect::activity::ObjectLogs::default(),
            recorded: &stanch_detect::activity::Recorded::default(),
            first: Timestamp(0),
            last: Timestamp(i64::MAX / 2),
            cited_limit: CITED,
        };
        assert_eq!(
            set.judge(all, &context),
            set.judge(odd, &context),
            "findings depend on the order of events"
        );
    });
}
