//! Logs that are not on this disk: events that CloudTrail keeps itself, and objects in S3.
//!
//! What is pulled live is kept in the case as a snapshot and read from there; objects are streamed and only what the hunt
//! learns from them is kept.

pub(crate) mod keys;
mod live;
pub(crate) mod s3;

use stanch_case::Case;
use stanch_core::{AccountId, RegionName, SourceId, SourceReport, Timestamp};
use stanch_hunt::{Elsewhere, Fetched};
use stanch_trail::{Listing, Source};

use crate::clock::SystemClock;
use crate::commands::aws::Session;
use crate::error::Failure;
use crate::output::Console;
use crate::requests::HuntRequest;
use keys::Wanted;

/// Prefix of a source in S3.
pub(crate) const S3: &str = "s3://";

/// Returns whether an input is a place in S3.
pub(crate) fn is_remote(input: &std::path::Path) -> bool {
    input.to_str().is_some_and(|text| text.starts_with(S3))
}

/// Everything that lies elsewhere.
#[derive(Default)]
pub(super) struct Remote {
    live: live::Live,
    objects: Option<s3::Objects>,
    sources: Vec<Source>,
    refused: Vec<SourceReport>,
    /// True if the pull was interrupted.
    pub(super) is_cut_short: bool,
}

impl Remote {
    /// Asks AWS for what was asked for: pulls events into the case, lists objects.
    pub(super) fn open(
        request: &HuntRequest,
        case: Option<&mut Case>,
        console: &Console,
    ) -> Result<Self, Failure> {
        let mut remote = Self::default();
        let places: Vec<&str> = request
            .inputs
            .iter()
            .filter(|input| is_remote(input))
            .filter_map(|input| input.to_str())
            .collect();
        if !request.live && places.is_empty() {
            return Ok(remote);
        }
        let mut session = Session::open(&request.access)?;
        if let (true, Some(case)) = (request.live, case) {
            let clock = SystemClock::new(None);
            remote.is_cut_short = live::pull(request, case, &mut session, &clock, console)?;
            remote.live = live::Live::of(case)?;
            remote.sources.extend(remote.live.sources());
        }
        if !places.is_empty() {
            let mut objects = s3::Objects::new(session);
            objects.list(&places, &wanted(request))?;
            objects.tell(console);
            remote.sources.extend(objects.sources());
            remote.refused.extend(objects.refused());
            remote.objects = Some(objects);
        }
        Ok(remote)
    }

    /// Adds what lies elsewhere to what lies here.
    pub(super) fn add_to(&self, listing: &mut Listing) {
        let mut next = (listing.sources.len() + listing.refused.len()) as u32;
        let mut number = || {
            let id = SourceId(next);
            next += 1;
            id
        };
        listing.sources.extend(self.sources.iter().map(|source| Source {
            id: number(),
            ..source.clone()
        }));
        listing
            .refused
            .extend(self.refused.iter().map(|report| SourceReport {
                id: number(),
                ..report.clone()
            }));
    }
}

impl Elsewhere for Remote {
    fn fetch(&self, sources: &[&Source], each: Fetched<'_>) {
        let (objects, readings): (Vec<&Source>, Vec<&Source>) =
            sources.iter().partition(|source| source.shown.starts_with(S3));
        self.live.fetch(&readings, each);
        match &self.objects {
            Some(store) => store.fetch(&objects, each),
            None => objects
                .iter()
                .for_each(|source| each(source, Err("S3 was not read".to_owned()))),
        }
    }
}

fn wanted(request: &HuntRequest) -> Wanted {
    Wanted {
        accounts: request
            .accounts
            .iter()
            .map(|id| AccountId::from(id.as_str()))
            .collect(),
        regions: request
            .access
            .regions
            .iter()
            .map(|name| RegionName::from(name.as_str()))
            .collect(),
        since: request.since.map(day),
        until: request.until.map(|at| day(at.plus_millis(DAY))),
        with_digests: false,
    }
}

/// A day, since events from before midnight may be delivered after it.
const DAY: i64 = 24 * 3600 * 1000;

/// The day of a moment as keys have it: `20260305`.
pub(crate) fn day(at: Timestamp) -> String {
    at.to_string()
        .chars()
        .filter(char::is_ascii_digit)
        .take(8)
        .collect()
}
