//! New events, round by round: from event history in every region, or from a trail's objects in S3.
//!
//! What could not be read is told and asked for again in the next round. It must not judge events.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::json;
use stanch_collect::{lookup, pages};
use stanch_core::snapshot::AccountScope;
use stanch_core::text::shown;
use stanch_core::{AccountId, Call, CallOutcome, Event, RegionName, SourceId, Timestamp};
use stanch_trail::{Limits, Origin, Reader, Source};

use super::super::{Responder, situation};
use crate::commands::aws::Session;
use crate::commands::aws::collect::accounts::{self, Targets};
use crate::commands::hunt::elsewhere::keys::Wanted;
use crate::commands::hunt::elsewhere::s3::Objects;
use crate::commands::hunt::elsewhere::{self, S3};
use crate::error::Failure;
use crate::output::Console;
use crate::requests::WatchRequest;

/// Events can be looked up up to a quarter of an hour after they happened
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html>: 5 minutes on average).
const LATE: i64 = 15 * 60_000;
const DAY: i64 = 24 * 3_600_000;
/// Regions asked side by side.
const LANES: usize = 40;

/// Result of a round.
#[derive(Default)]
pub(crate) struct Round {
    /// Records as CloudTrail wrote them, by where they are from.
    records: Vec<(String, Vec<u8>)>,
    /// Number of places that were read in full.
    pub(crate) read: usize,
    /// Places that could not be read, and the reason.
    pub(crate) unread: BTreeMap<String, String>,
    /// Records that could not be understood, told once they are read.
    garbled: RefCell<usize>,
}

impl Round {
    /// Every event.
    pub(crate) fn each(&self, heard: &mut dyn FnMut(&Event<'_>)) {
        let mut reader = Reader::new(Limits::default());
        for (name, bytes) in &self.records {
            let source = Source {
                id: SourceId(0),
                shown: shown(name, 200),
                path: PathBuf::from(name),
                size: bytes.len() as u64,
                origin: Origin::Elsewhere { modified: None },
            };
            let report = reader.read_bytes(&source, bytes, &mut |event| heard(event));
            *self.garbled.borrow_mut() += usize::from(!report.problems.is_empty());
        }
    }

    /// Returns the number of of what was read held records that can't be understood.
    pub(crate) fn garbled(&self) -> usize {
        *self.garbled.borrow()
    }
}

/// Source of new events.
pub(crate) enum Feed {
    /// Event history.
    History(History),
    /// A trail's objects.
    Trail(Box<Trail>),
}

impl Feed {
    /// Finds out where to ask.
    pub(crate) fn open(
        request: &WatchRequest,
        responder: &mut Responder,
        since: Timestamp,
        console: &Console,
    ) -> Result<Self, Failure> {
        if let Some(place) = &request.trail {
            if !place.starts_with(S3) {
                return Err(Failure::new(
                    format!("{} is not a place in S3", shown(place, 200)),
                    "write it like s3://BUCKET/AWSLogs/",
                )
                .usage());
            }
            return Ok(Self::Trail(Box::new(Trail {
                objects: Objects::new(Session::open(&request.access)?),
                place: place.clone(),
                account: responder.caller.account.as_str().into(),
                regions: request.access.regions.clone(),
                since,
                known: BTreeSet::new(),
            })));
        }
        let targets = Targets {
            accounts: &[],
            is_org: false,
            role_name: None,
            external_id: None,
            regions: &request.access.regions,
        };
        let scopes = accounts::scopes(&mut responder.session, &targets, &responder.caller, console)?.accounts;
        Ok(Self::History(History::new(&scopes, since)))
    }

    /// Returns the new events; none when Ctrl-C came.
    pub(crate) fn round(&mut self, responder: &Responder) -> Result<Option<Round>, Failure> {
        match self {
            Self::History(history) => Ok(responder.session.runtime.block_on(async {
                tokio::select! {
                    round = history.round(responder) => Some(round),
                    _ = tokio::signal::ctrl_c() => None,
                }
            })),
            Self::Trail(trail) => trail.round().map(Some),
        }
    }
}

/// Event history, region by region: what each was read up to.
pub(crate) struct History {
    account: AccountId,
    read_to: BTreeMap<RegionName, Timestamp>,
}

impl History {
    fn new(scopes: &[AccountScope], since: Timestamp) -> Self {
        let oldest = situation::now().plus_millis(-lookup::DAYS * DAY);
        let since = since.plus_millis(LATE).max(oldest.plus_millis(LATE));
        let regions = scopes.iter().flat_map(|scope| &scope.regions);
        Self {
            account: scopes
                .first()
                .map_or_else(|| "".into(), |scope| scope.account.clone()),
            read_to: regions.map(|region| (region.clone(), since)).collect(),
        }
    }

    async fn round(&mut self, responder: &Responder) -> Round {
        let now = situation::now();
        let calls: Vec<Call> = self
            .read_to
            .iter()
            .map(|(region, read_to)| Call {
                account: Some(self.account.clone()),
                region: region.clone(),
                service: lookup::SERVICE.into(),
                operation: lookup::OPERATION.into(),
                // Events have times in whole seconds.
                params: json!({
                    "StartTime": Timestamp::from_seconds(read_to.plus_millis(-LATE).seconds()).to_string(),
                    "EndTime": Timestamp::from_seconds(now.seconds()).to_string(),
                }),
            })
            .collect();
        let client = &responder.session.client;
        let asked = calls
            .iter()
            .map(|call| async move { (call, pages::ask(client, call).await) });
        let mut answers = stream::iter(asked).buffered(LANES);
        let mut round = Round::default();
        while let Some((call, answer)) = answers.next().await {
            let region = call.region.to_string();
            // What was given before the answer broke off is worth reading, too.
            round
                .records
                .push((region.clone(), lookup::records_in(&answer.body)));
            if answer.outcome == CallOutcome::Ok {
                round.read += 1;
                self.read_to.insert(call.region.clone(), now);
            } else {
                let code = answer.code.as_deref().unwrap_or("no code");
                let why = format!("{} ({})", answer.outcome, shown(code, 100));
                round.unread.insert(region, why);
            }
        }
        round
    }
}

/// A trail's objects below a prefix.
pub(crate) struct Trail {
    objects: Objects,
    place: String,
    account: AccountId,
    regions: Vec<String>,
    since: Timestamp,
    /// Objects that were read.
    known: BTreeSet<PathBuf>,
}

impl Trail {
    fn round(&mut self) -> Result<Round, Failure> {
        let wanted = Wanted {
            accounts: vec![self.account.clone()],
            regions: self
                .regions
                .iter()
                .map(|name| RegionName::from(name.as_str()))
                .collect(),
            since: Some(elsewhere::day(self.since.plus_millis(-DAY))),
            until: None,
            with_digests: false,
        };
        self.objects.list(&[&self.place], &wanted)?;
        let mut round = Round::default();
        for report in self.objects.refused() {
            let why = report
                .problems
                .first()
                .map(|problem| problem.detail.clone())
                .unwrap_or_default();
            round.unread.insert(report.path, why);
        }
        let sources = self.objects.sources();
        let new: Vec<&Source> = sources
            .iter()
            .filter(|source| !self.known.contains(&source.path))
            .collect();
        let known = &mut self.known;
        self.objects.fetch(&new, &mut |source, bytes| match bytes {
            Ok(bytes) => {
                round.read += 1;
                known.insert(source.path.clone());
                round.records.push((source.shown.clone(), bytes));
            }
            Err(why) => {
                round.unread.insert(source.shown.clone(), why);
            }
        });
        Ok(round)
    }
}
