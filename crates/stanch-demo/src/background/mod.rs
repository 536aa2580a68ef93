//! Harmless life: what an account logs on any day.
//!
//! A mix drawn by weight for what continues all the time, and a timetable for what people and pipelines do in
//! sequence.

pub(crate) mod deploys;
pub(crate) mod outside;
pub(crate) mod people;
mod services;
pub(crate) mod storage;

use crate::cast::Cast;
use crate::plan::Planned;
use crate::random::Random;
use crate::record::{Record, Scene};

/// Makes one record of a kind.
type Make = fn(&Scene<'_>, &mut Random) -> Record;

/// A kind of record: how often, where, when.
struct Kind {
    weight: u64,
    place: Place,
    make: Make,
}

/// Where and when a kind is seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Everywhere, always.
    Any,
    /// Where global services log.
    Home,
    /// Everywhere, while people work.
    Office,
    /// Where global services log, while people work.
    HomeOffice,
}

const fn kind(weight: u64, place: Place, make: Make) -> Kind {
    Kind { weight, place, make }
}

/// The kinds that can be seen in one place at one time of day, ready to draw from.
pub(crate) struct Mix {
    sums: Vec<u64>,
    makes: Vec<Make>,
}

impl Mix {
    /// The mix of a region.
    pub(crate) fn of(home: bool, office: bool) -> Self {
        let mut mix = Self {
            sums: Vec::new(),
            makes: Vec::new(),
        };
        let mut sum = 0;
        let kinds = [services::KINDS, storage::KINDS, people::KINDS, outside::KINDS];
        for kind in kinds.into_iter().flatten() {
            let seen = match kind.place {
                Place::Any => true,
                Place::Home => home,
                Place::Office => office,
                Place::HomeOffice => home && office,
            };
            if seen {
                sum += kind.weight;
                mix.sums.push(sum);
                mix.makes.push(kind.make);
            }
        }
        mix
    }

    /// One record.
    pub(crate) fn draw(&self, scene: &Scene<'_>, random: &mut Random) -> Record {
        let index = random.weighted(&self.sums);
        self.makes[index](scene, random)
    }
}

/// Events in sequence in a region on a day. The scene's second is not used.
pub(crate) fn timetable(scene: &Scene<'_>, casts: &[Cast]) -> Vec<Planned> {
    let mut planned = Vec::new();
    if !scene.is_home() {
        return planned;
    }
    people::sign_ins(scene, &mut planned);
    if scene.day.is_workday() && scene.cast.index == 0 {
        deploys::pipeline(scene, &mut planned);
    }
    outside::between_accounts(scene, casts, &mut planned);
    planned
}
