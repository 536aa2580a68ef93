//! EventBridge Scheduler: schedules that run with a role of their own.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "schedules",
    purpose: "Schedules and pipes, with the roles they use",
    steps: &["8", "12"],
    service: "scheduler",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListScheduleGroups"),
        Ask::new("ListSchedules").each(
            "Schedules[]",
            &[with(
                "GetSchedule",
                &[("Name", "Name"), ("GroupName", "GroupName")],
            )],
        ),
        Ask::new("ListPipes")
            .of("pipes")
            .each("Pipes[]", &[with("DescribePipe", &[("Name", "Name")])]),
    ],
};
