//! Everyday work in every account: people, deliveries, services, watchers.

mod deliveries;
mod people;
mod services;
mod watchers;

use crate::stage::Stage;

pub(crate) use deliveries::plan;
pub(crate) use people::{look, session};
pub(crate) use services::instance_session;
pub(crate) use watchers::SCAN;

/// Writes all days. `density` is the number of events per account and day, roughly.
pub(crate) fn write(stage: &mut Stage, density: u64) {
    for day in 0..stage.days {
        for account in 0..stage.org.accounts.len() {
            let density = if account == 0 { density } else { density / 2 };
            let work = is_workday(day);
            people::day(stage, account, day, work, density / 5);
            deliveries::day(stage, account, day, work, density / 5);
            services::day(stage, account, day, density / 2);
            watchers::day(stage, account, day, density / 10);
        }
    }
}

/// True from Monday to Friday; the first day is a Monday.
fn is_workday(day: u32) -> bool {
    day % 7 < 5
}
