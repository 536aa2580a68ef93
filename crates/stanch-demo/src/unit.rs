//! One account, one region, one day: the piece of work that is written at a time.
//!
//! Records are made, written and forgotten file by file, so memory does not grow with the number of events.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::DemoError;
use crate::background::{Mix, timetable};
use crate::calendar::Day;
use crate::cast::Cast;
use crate::hostile;
use crate::layout::{FileNote, Tree};
use crate::plan::{Plan, Planned};
use crate::random::Random;
use crate::record::Scene;

/// Activity of each hour of a day.
const HOURS: [u64; 24] = [
    6, 6, 5, 5, 5, 6, 7, 9, 12, 13, 13, 13, 12, 13, 14, 13, 12, 11, 10, 9, 8, 8, 7, 6,
];
/// Share of the events of each region in use.
const REGION_WEIGHTS: [u64; 8] = [46, 26, 12, 7, 4, 2, 2, 1];
/// Events in one file at most.
const FILE_EVENTS: usize = 2_000;

/// A unit of work.
#[derive(Debug)]
pub(crate) struct Unit {
    account: usize,
    region: String,
    day: Day,
    /// Harmless events, without those of the timetable.
    events: u64,
}

/// Files of a unit.
#[derive(Debug, Default)]
pub(crate) struct UnitReport {
    pub(crate) account: usize,
    pub(crate) files: u64,
    pub(crate) events: u64,
    pub(crate) duplicates: u64,
    /// The files that the account's digest lists.
    pub(crate) digested: Vec<FileNote>,
}

impl Unit {
    /// Every unit of a plan, in the order of account, region and day.
    pub(crate) fn all(plan: &Plan) -> Vec<Self> {
        let mut weights = BTreeMap::new();
        for cast in &plan.casts {
            for (place, region) in cast.regions.iter().enumerate() {
                for day in &plan.days {
                    let week = if day.is_workday() { 10 } else { 5 };
                    let account = if cast.index == 0 { 6 } else { 4 };
                    let weight = REGION_WEIGHTS[place] * week * account;
                    weights.insert((cast.index, (*region).to_owned(), *day), weight);
                }
            }
        }
        for planned in &plan.incident.planned {
            let day = plan.days[planned.day as usize];
            weights
                .entry((planned.account, planned.region.clone(), day))
                .or_insert(0);
        }
        let sum: u64 = weights.values().sum();
        let mut before = 0;
        weights
            .into_iter()
            .map(|((account, region, day), weight)| {
                let events = share(plan.options.events, before, weight, sum);
                before += weight;
                Self {
                    account,
                    region,
                    day,
                    events,
                }
            })
            .collect()
    }

    /// Makes and writes the unit's files.
    pub(crate) fn write(&self, plan: &Plan, tree: &Tree) -> Result<UnitReport, DemoError> {
        let cast = &plan.casts[self.account];
        let mut random = cast.random(&["unit", &self.region, &self.day.key()]);
        let mut report = UnitReport {
            account: self.account,
            ..UnitReport::default()
        };
        let mut scheduled = self.scheduled(plan, cast).into_iter().peekable();
        let work = Work { plan, cast, tree };
        let seconds = self.window_seconds();
        let total: u64 = HOURS.iter().sum::<u64>() * 3600;
        for start in (0..86_400).step_by(seconds as usize) {
            let end = start + seconds;
            let count = share(
                self.events,
                busy_before(start),
                busy_before(end) - busy_before(start),
                total,
            );
            let mut due = Vec::new();
            while let Some(planned) = scheduled.next_if(|planned| planned.second < end) {
                due.push(planned);
            }
            self.write_window(&work, (start, end), count, due, &mut random, &mut report)?;
        }
        Ok(report)
    }

    /// The timetable and the attacker's steps, by time.
    fn scheduled(&self, plan: &Plan, cast: &Cast) -> Vec<Planned> {
        let scene = self.scene(cast, 0);
        let mut scheduled = timetable(&scene, &plan.casts);
        scheduled.extend(
            plan.incident
                .planned
                .iter()
                .filter(|planned| {
                    planned.account == self.account
                        && planned.region == self.region
                        && planned.day == self.day.index
                })
                .cloned(),
        );
        scheduled.sort_by_key(|planned| planned.second);
        scheduled
    }

    fn scene<'c>(&'c self, cast: &'c Cast, second: u32) -> Scene<'c> {
        Scene {
            cast,
            region: &self.region,
            day: self.day,
            second,
        }
    }

    /// Time span of one file's events: short where there are many.
    fn window_seconds(&self) -> u32 {
        let per_minute = self.events / 1440;
        match per_minute {
            5.. => 300,
            2..=4 => 600,
            1 => 900,
            _ if self.events > 300 => 3600,
            _ => 7200,
        }
    }

    fn write_window(
        &self,
        work: &Work<'_>,
        (start, end): (u32, u32),
        count: u64,
        due: Vec<Planned>,
        random: &mut Random,
        report: &mut UnitReport,
    ) -> Result<(), DemoError> {
        let home = self.scene(work.cast, start).is_home();
        let hour = start / 3600;
        let office = self.day.is_workday() && (7..18).contains(&hour);
        let mix = Mix::of(home, office);
        let mut seconds: Vec<u32> = (0..count)
            .map(|_| start + random.below(u64::from(end - start)) as u32)
            .collect();
        seconds.sort_unstable();
        let mut due = due.into_iter().peekable();
        let mut records = Vec::new();
        for second in seconds {
            while let Some(planned) = due.next_if(|planned| planned.second <= second) {
                records.push(planned.record.at(&self.scene(work.cast, planned.second), random));
            }
            let scene = self.scene(work.cast, second);
            records.push(mix.draw(&scene, random).at(&scene, random));
            if records.len() >= FILE_EVENTS {
                self.write_file(work, end, &mut records, random, report)?;
            }
        }
        for planned in due {
            records.push(planned.record.at(&self.scene(work.cast, planned.second), random));
        }
        self.write_file(work, end, &mut records, random, report)
    }

    /// Writes one file, and sometimes its copy by the second trail; empties the records.
    fn write_file(
        &self,
        work: &Work<'_>,
        end: u32,
        records: &mut Vec<Value>,
        random: &mut Random,
        report: &mut UnitReport,
    ) -> Result<(), DemoError> {
        if records.is_empty() {
            return Ok(());
        }
        if work.plan.options.hostile_text {
            records.iter_mut().for_each(hostile::spoil);
        }
        disturb_order(records, random);
        let copied = self.account == 0 && self.scene(work.cast, 0).is_home() && random.chance(160);
        for copy in 0..=u64::from(copied) {
            let stamp = self.day.stamp(end + random.between(60, 240) as u32);
            let suffix = random.alphanumeric(16);
            let note = work.tree.write_events(
                &work.cast.account,
                &self.region,
                self.day,
                (&stamp, &suffix),
                records,
            )?;
            report.files += 1;
            if self.day.index == 0 && end <= 3600 && self.scene(work.cast, 0).is_home() {
                report.digested.push(note);
            }
            if copy == 0 {
                report.events += records.len() as u64;
            } else {
                report.duplicates += records.len() as u64;
            }
        }
        records.clear();
        Ok(())
    }
}

/// Context of writing, next to the unit.
struct Work<'p> {
    plan: &'p Plan,
    cast: &'p Cast,
    tree: &'p Tree,
}

/// The part of a whole that falls to one of several weights, such that all parts add up to the whole.
fn share(whole: u64, before: u64, weight: u64, sum: u64) -> u64 {
    let upto = |weight: u64| (u128::from(whole) * u128::from(weight) / u128::from(sum.max(1))) as u64;
    upto(before + weight) - upto(before)
}

/// The sum of [`HOURS`] over the seconds before one.
fn busy_before(second: u32) -> u64 {
    let (hour, rest) = ((second / 3600) as usize, u64::from(second % 3600));
    let whole: u64 = HOURS[..hour.min(24)].iter().sum();
    whole * 3600 + HOURS.get(hour).copied().unwrap_or(0) * rest
}

/// Real files are not quite sorted: now and then two neighbours change places.
fn disturb_order(records: &mut [Value], random: &mut Random) {
    for index in 1..records.len() {
        if random.chance(15) {
            records.swap(index - 1, index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        let weights = [3, 0, 5, 11, 1];
        let mut before = 0;
        let parts: Vec<u64> = weights
            .iter()
            .map(|weight| {
                let part = share(1_003, before, *weight, 20);
                before += weight;
                part
            })
            .collect();
        assert_eq!(parts.iter().sum::<u64>(), 1_003);
        assert_eq!(parts[1], 0);
    }

    #[test]
    fn the_day_is_as_busy_as_its_hours() {
        assert_eq!(busy_before(0), 0);
        assert_eq!(busy_before(3600), 6 * 3600);
        assert_eq!(busy_before(86_400), HOURS.iter().sum::<u64>() * 3600);
    }
}
