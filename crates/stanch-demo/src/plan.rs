//! Decisions before anything is written: accounts, days, and each step of the attacker.

use crate::calendar::Day;
use crate::cast::Cast;
use crate::incident::Incident;
use crate::record::{Record, Scene};
use crate::{DemoError, Options};

/// A record with its place and time.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) account: usize,
    pub(crate) region: String,
    pub(crate) day: u32,
    /// Second of the day.
    pub(crate) second: u32,
    pub(crate) record: Record,
}

impl Planned {
    /// A record in the place and on the day of a scene.
    pub(crate) fn here(scene: &Scene<'_>, second: u32, record: Record) -> Self {
        Self {
            account: scene.cast.index,
            region: scene.region.to_owned(),
            day: scene.day.index,
            second: second.min(86_399),
            record,
        }
    }
}

/// The whole story.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) options: Options,
    pub(crate) casts: Vec<Cast>,
    pub(crate) days: Vec<Day>,
    pub(crate) incident: Incident,
}

impl Plan {
    /// The story these options ask for.
    pub(crate) fn of(options: &Options) -> Result<Self, DemoError> {
        let days = Day::from_start(&options.start, options.days)?;
        let casts: Vec<Cast> = (0..options.accounts.max(1) as usize)
            .map(|index| Cast::of(options.seed, index, options.regions))
            .collect();
        let incident = if options.incident {
            Incident::play(options.seed, &casts, &days)
        } else {
            Incident::default()
        };
        Ok(Self {
            options: options.clone(),
            casts,
            days,
            incident,
        })
    }
}
