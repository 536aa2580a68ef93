//! The estimated duration of a plan at the services' request rates: services work in parallel, each as fast as it allows.
//!
//! It must not know the purpose of the steps.

use std::collections::BTreeMap;

use stanch_core::plan::Step;

use crate::planner::situation::Rates;

/// Returns the seconds until the last check of the last step.
pub(in crate::planner) fn seconds(steps: &[Step], rates: &Rates) -> u64 {
    if steps.is_empty() {
        return 0;
    }
    let mut calls: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for step in steps {
        for write in &step.change.writes {
            calls.entry(write.call.service.as_str()).or_default().0 += 1;
        }
        for read in step.change.before.iter().chain(&step.change.after) {
            calls.entry(read.call.service.as_str()).or_default().1 += 1;
        }
    }
    let of_service = calls.iter().map(|(service, (writes, reads))| {
        let rate = rates.writes.get(*service).copied().unwrap_or(rates.other_writes);
        writes.div_ceil(u64::from(rate.max(1))) + reads.div_ceil(u64::from(rates.reads.max(1)))
    });
    of_service.max().unwrap_or_default() + u64::from(rates.last_look)
}
