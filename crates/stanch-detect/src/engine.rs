//! All detections in one: pass 1 folds events into a state, pass 2 judges the merged state.
//!
//! It must not know what any single detection looks for.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use stanch_core::coverage::Coverage;
use stanch_core::event::IdentityKind;
use stanch_core::finding::{DetectionAbout, Fact, Finding};
use stanch_core::text::shown;
use stanch_core::verdict::{Analysis, RefusedRule};
use stanch_core::{DetectionId, Event, EventKey, EventRecord, FindingId, Severity, Timestamp};
use stanch_lineage::{Family, Lineage, linking_calls};

use crate::activity::{Activity, Tally};
use crate::attacker::{Following, Tracker};
use crate::cited::{Cited, Keep};
use crate::declared::Declared;
use crate::detector::{ErasedDetector, ErasedState, Found, Interest, JudgeContext, StateError};
use crate::network::{BUNDLED_COUNTRIES_VERSION, Networks};
use crate::numbers::Known;
use crate::observation::Observation;
use crate::sigma::{RuleSet, RuleState};
use crate::{detectors, rules, verdict};

/// What an engine is made of.
#[derive(Debug, Default)]
pub struct EngineConfig {
    /// Address tables.
    pub networks: Networks,
    /// What tells the tables given by the user from others: a hash, or empty when none was given.
    pub tables_fingerprint: String,
    /// The user's rule files: path as shown, and text.
    pub user_rules: Vec<(String, String)>,
    /// Number of events a finding cites; [`Finding::CITED_LIMIT`] when `None`.
    pub cited_limit: Option<usize>,
    /// Detections whose findings are left out, by id: to measure what others find without them.
    pub without: BTreeSet<String>,
    /// Statements of the responder.
    pub declared: Declared,
}

/// Every detection, ready to observe.
pub struct Engine {
    networks: Networks,
    rules: RuleSet,
    refused: Vec<RefusedRule>,
    detectors: Vec<Box<dyn ErasedDetector>>,
    by_name: FxHashMap<&'static str, Vec<usize>>,
    every: Vec<usize>,
    /// Calls that link identities, sorted.
    linking: Vec<&'static str>,
    cited_limit: usize,
    without: BTreeSet<String>,
    declared: Declared,
    fingerprint: String,
}

/// What the engine remembers of the events it saw.
pub struct State {
    known: Known,
    tally: Tally,
    activity: Activity,
    rules: RuleState,
    detectors: Vec<ErasedState>,
    lineage: Lineage,
}

/// A state as it is saved: borrowed for writing, owned for reading, the same bytes.
#[derive(Serialize)]
struct SavedRef<'s> {
    activity: &'s Activity,
    rules: &'s RuleState,
    detectors: Vec<Vec<u8>>,
    lineage: &'s Lineage,
}

#[derive(Deserialize)]
struct Saved {
    activity: Activity,
    rules: RuleState,
    detectors: Vec<Vec<u8>>,
    lineage: Lineage,
}

/// What the judgement is framed by.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// What became of the inputs.
    pub coverage: Coverage,
    /// The fixed clock, when there is one.
    pub now: Option<Timestamp>,
    /// Version of the program.
    pub stanch_version: String,
    /// Paths of the inputs by number, to name those that are cited.
    pub source_paths: BTreeMap<u32, String>,
}

impl State {
    /// Brings everything counted into the form that can be saved, merged and judged.
    fn settle(&mut self) {
        self.tally.settle(&mut self.activity, &self.known);
    }
}

impl Engine {
    /// Loads Stanch's rules and detectors and the user's rules.
    #[must_use]
    pub fn new(config: EngineConfig) -> Self {
        let (rules, refused) = RuleSet::load(rules::embedded(), &config.user_rules);
        let detectors = detectors::all();
        let fingerprint = fingerprint(&config, &detectors);
        let mut by_name: FxHashMap<&'static str, Vec<usize>> = FxHashMap::default();
        let mut every = Vec::new();
        for (index, detector) in detectors.iter().enumerate() {
            match detector.interest() {
                Interest::Every => every.push(index),
                Interest::Names(names) => {
                    for name in names {
                        by_name.entry(name).or_default().push(index);
                    }
                }
            }
        }
        let cited_limit = config.cited_limit.unwrap_or(Finding::CITED_LIMIT);
        Self {
            networks: config.networks,
            rules,
            refused,
            detectors,
            by_name,
            every,
            linking: linking_calls(),
            cited_limit,
            without: config.without,
            declared: config.declared,
            fingerprint,
        }
    }

    /// Changes whenever the same events could be judged differently: rules, tables or program.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The words of every detection, by id.
    #[must_use]
    pub fn detections(&self) -> BTreeMap<DetectionId, DetectionAbout> {
        let coded = self.detectors.iter().map(|detector| detector.about());
        self.rules
            .abouts()
            .cloned()
            .chain(coded)
            .map(|about| (about.id.clone(), about))
            .collect()
    }

    /// The user's rules that could not be loaded.
    #[must_use]
    pub fn rules_refused(&self) -> &[RefusedRule] {
        &self.refused
    }

    /// An empty state.
    #[must_use]
    pub fn new_state(&self) -> State {
        State {
            known: Known::default(),
            tally: Tally::default(),
            activity: Activity::default(),
            rules: RuleState::default(),
            detectors: self
                .detectors
                .iter()
                .map(|detector| detector.new_state())
                .collect(),
            lineage: Lineage::default(),
        }
    }

    /// Folds one event in. Events may come in any order; each must come once.
    pub fn observe(&self, state: &mut State, event: &Event<'_>, keep: Keep) {
        let mut observation = Observation::new(event, &self.networks, self.cited_limit, keep);
        observation.numbers = state.known.numbers(event, observation.principal_key());
        if !state.tally.observe(&mut state.activity, &observation) {
            state.activity.observe(&observation);
        }
        state.activity.note_object_log(event);
        if self.opens_or_creates(event) {
            state.lineage.link(event);
        }
        self.rules.observe(&mut state.rules, &observation);
        let named = self.by_name.get(event.base_name()).map_or(&[][..], Vec::as_slice);
        for &index in self.every.iter().chain(named) {
            if let (Some(detector), Some(state)) = (self.detectors.get(index), state.detectors.get_mut(index))
            {
                detector.observe(state, &observation);
            }
        }
    }

    /// True for calls that open a session or create an identity for somebody. What AWS's services open for themselves is the
    /// most frequent call of all and belongs to no attacker, except what runs as a Lambda function.
    fn opens_or_creates(&self, event: &Event<'_>) -> bool {
        (event.identity.kind != IdentityKind::AwsService || event.source_address.starts_with("lambda."))
            && self.linking.binary_search(&event.base_name()).is_ok()
    }

    /// Folds another thread's or an earlier run's state in.
    pub fn merge(&self, into: &mut State, mut from: State) {
        from.settle();
        into.activity.merge(from.activity);
        into.rules.merge(from.rules, self.cited_limit);
        let pairs = self.detectors.iter().zip(&mut into.detectors).zip(from.detectors);
        for ((detector, into), from) in pairs {
            detector.merge(into, from, self.cited_limit);
        }
        into.lineage.merge(from.lineage);
    }

    /// The state as bytes, to continue from after an interruption.
    ///
    /// # Errors
    /// When it can't be serialised.
    pub fn save(&self, state: &mut State) -> Result<Vec<u8>, StateError> {
        state.settle();
        let detectors = self.detectors.iter().zip(&state.detectors);
        let saved = SavedRef {
            activity: &state.activity,
            rules: &state.rules,
            detectors: detectors
                .map(|(detector, state)| detector.save(state))
                .collect::<Result<_, _>>()?,
            lineage: &state.lineage,
        };
        Ok(postcard::to_stdvec(&saved)?)
    }

    /// A state from bytes that [`Engine::save`] gave, of an engine with the same fingerprint.
    ///
    /// # Errors
    /// When the bytes are no such state.
    pub fn load(&self, bytes: &[u8]) -> Result<State, StateError> {
        let saved: Saved = postcard::from_bytes(bytes)?;
        if saved.detectors.len() != self.detectors.len() {
            return Err(StateError::OtherDetectors);
        }
        let states = self.detectors.iter().zip(&saved.detectors);
        Ok(State {
            known: Known::default(),
            tally: Tally::default(),
            activity: saved.activity,
            rules: saved.rules,
            detectors: states
                .map(|(detector, bytes)| detector.load(bytes))
                .collect::<Result<_, _>>()?,
            lineage: saved.lineage,
        })
    }

    /// Judges everything seen. What is found cites events by their places; [`Engine::conclude`] wants their records.
    #[must_use]
    pub fn judge(&self, mut state: State) -> Judged {
        state.settle();
        let span = state.activity.span();
        let context = JudgeContext {
            networks: &self.networks,
            object_logs: state.activity.object_logs(),
            recorded: state.activity.recorded(),
            first: span.map_or(Timestamp(0), |span| span.first),
            last: span.map_or(Timestamp(0), |span| span.last),
            cited_limit: self.cited_limit,
        };
        let mut overflowed = state.rules.overflowed();
        if state.activity.overflowed() {
            overflowed.push("activity".to_owned());
        }
        let mut all = self.rules.judge(state.rules, &context);
        for (detector, state) in self.detectors.iter().zip(state.detectors) {
            let about = detector.about();
            if detector.overflowed(&state) {
                overflowed.push(about.id.to_string());
            }
            all.extend(
                detector
                    .judge(state, &context)
                    .into_iter()
                    .map(|found| (about.clone(), found)),
            );
        }
        let mut judged = Judged {
            findings: Vec::new(),
            detections: BTreeMap::new(),
            cited: BTreeMap::new(),
            overflowed,
            activity: state.activity,
            family: state.lineage.finish(),
        };
        let kept = all
            .into_iter()
            .filter(|(about, _)| !self.without.contains(about.id.as_str()));
        for (about, found) in kept {
            judged.add(about, found, self.cited_limit);
        }
        let findings = &mut judged.findings;
        verdict::raise(findings);
        sort(findings);
        findings.dedup_by(|a, b| a.id == b.id);
        judged
    }

    /// Judges and concludes at once, for events that were all kept with their records.
    #[must_use]
    pub fn conclude_held(&self, state: State, frame: Frame) -> Analysis {
        let judged = self.judge(state);
        let held = judged.cited.values().filter_map(|cited| cited.record.as_deref());
        let records = held.map(|record| (record.key, record.clone())).collect();
        self.conclude(judged, records, Tracker::default(), frame)
    }

    /// Whose events a second reading must give to [`Engine::track`] before the conclusion; nobody's where findings make no
    /// attack. `events` are the records of [`Judged::cited`].
    #[must_use]
    pub fn follow(&self, judged: &Judged, events: &BTreeMap<EventKey, EventRecord>) -> Following {
        let mut findings = judged.findings.clone();
        self.declared.lower(&mut findings, events);
        verdict::follow(&verdict::Evidence {
            declared: &self.declared,
            findings: &findings,
            detections: &judged.detections,
            events,
            coverage: &Coverage::default(),
            activity: &judged.activity,
            networks: &self.networks,
            family: &judged.family,
            tracker: &Tracker::default(),
            overflowed: &judged.overflowed,
        })
    }

    /// Takes one event of the second reading.
    pub fn track(&self, tracker: &mut Tracker, following: &Following, event: &Event<'_>) {
        tracker.observe(following, &self.networks, event);
    }

    /// The verdict and all that is reported with it. `events` are the records of [`Judged::cited`], `tracker` has seen the
    /// second reading; what could not be read again is taken from the records.
    #[must_use]
    pub fn conclude(
        &self,
        judged: Judged,
        mut events: BTreeMap<EventKey, EventRecord>,
        mut tracker: Tracker,
        mut frame: Frame,
    ) -> Analysis {
        let Judged {
            mut findings,
            detections,
            mut overflowed,
            activity,
            family,
            ..
        } = judged;
        for record in events.values() {
            tracker.take_record(&self.networks, record);
        }
        tracker.settle();
        if tracker.overflowed() {
            overflowed.push("attacker-events".to_owned());
        }
        self.declared.lower(&mut findings, &events);
        activity.fill(&mut frame.coverage);
        let (bars, bar_millis) = activity.bars();
        let verdict::Concluded {
            verdict,
            events: attacker_events,
            event_count,
            routine,
        } = verdict::conclude(&verdict::Evidence {
            declared: &self.declared,
            findings: &findings,
            detections: &detections,
            events: &events,
            coverage: &frame.coverage,
            activity: &activity,
            networks: &self.networks,
            family: &family,
            tracker: &tracker,
            overflowed: &overflowed,
        });
        lower(&mut findings, &routine);
        bound_raw(&findings, &mut events);
        Analysis {
            schema_version: Analysis::SCHEMA_VERSION,
            stanch_version: frame.stanch_version,
            now: frame.now,
            country_table: BUNDLED_COUNTRIES_VERSION.trim().to_owned(),
            principals: activity.summaries(&findings, &self.networks),
            principal_count: activity.principal_count(),
            coverage: frame.coverage,
            verdict,
            findings,
            detections,
            detections_run: self.detections().len() as u64,
            rules_refused: self.refused.clone(),
            events,
            attacker_events,
            attacker_event_count: event_count,
            source_paths: frame.source_paths,
            activity: bars,
            activity_bar_millis: bar_millis,
        }
    }
}

/// Lowers the severity of usual work, and says why.
fn lower(findings: &mut [Finding], routine: &BTreeMap<FindingId, verdict::Lowered>) {
    for finding in findings.iter_mut() {
        if let Some(lowered) = routine.get(&finding.id) {
            finding.severity = lowered.severity;
            finding.facts.push(Fact::new("severity lowered", &lowered.reason));
        }
    }
    sort(findings);
}

/// Most severe first, then earliest, then by id.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| (b.severity, a.first, &a.id).cmp(&(a.severity, b.first, &b.id)));
}

/// Findings, the detections that made them and the places of the events they cite.
pub struct Judged {
    findings: Vec<Finding>,
    detections: BTreeMap<DetectionId, DetectionAbout>,
    cited: BTreeMap<EventKey, Cited>,
    overflowed: Vec<String>,
    activity: Activity,
    family: Family,
}

impl Judged {
    /// The events that findings cite, each once.
    pub const fn cited(&mut self) -> &mut BTreeMap<EventKey, Cited> {
        &mut self.cited
    }

    fn add(&mut self, about: DetectionAbout, found: Found, cited_limit: usize) {
        // What is only worth noting needs fewer witnesses than what must stand up to doubt.
        let limit = if found.severity < Severity::Medium {
            cited_limit / 4
        } else {
            cited_limit
        };
        let events: Vec<&Cited> = found.sample.ends(limit).collect();
        for cited in &events {
            self.cited.entry(cited.key).or_insert_with(|| (*cited).clone());
        }
        self.findings.push(Finding {
            id: Finding::id_for(&about.id, &found.principal.key),
            detection: about.id.clone(),
            severity: found.severity,
            first: found.first,
            last: found.last,
            count: found.count,
            succeeded: found.succeeded,
            summary: shown(&found.summary, 600),
            facts: found.facts,
            events: events.iter().map(|cited| cited.key).collect(),
            principal: found.principal,
        });
        self.detections.entry(about.id.clone()).or_insert(about);
    }
}

/// Number of bytes of raw records a report holds in all.
const RAW_BUDGET: usize = 64 << 20;

/// Leaves raw records out once the budget is spent, those of the most severe findings last.
fn bound_raw(findings: &[Finding], events: &mut BTreeMap<EventKey, EventRecord>) {
    let mut spent = 0_usize;
    let mut seen = BTreeSet::new();
    for key in findings.iter().flat_map(|finding| &finding.events) {
        let Some(record) = events.get_mut(key).filter(|_| seen.insert(*key)) else {
            continue;
        };
        spent = spent.saturating_add(record.raw.len());
        if spent > RAW_BUDGET {
            record.raw = format!(
                "(left out for its size: {} bytes at its place in the log)",
                record.raw.len()
            );
        }
    }
}

/// Raised whenever states saved before can't be read or would mean something else.
const STATE_FORMAT: &str = "6";

fn fingerprint(config: &EngineConfig, detectors: &[Box<dyn ErasedDetector>]) -> String {
    let mut parts: Vec<&[u8]> = vec![env!("CARGO_PKG_VERSION").as_bytes(), STATE_FORMAT.as_bytes()];
    let ids: Vec<DetectionId> = detectors.iter().map(|detector| detector.about().id).collect();
    parts.extend(ids.iter().map(|id| id.as_str().as_bytes()));
    for (path, text) in rules::embedded() {
        parts.extend([path.as_bytes(), text.as_bytes()]);
    }
    for (path, text) in &config.user_rules {
        parts.extend([path.as_bytes(), text.as_bytes()]);
    }
    let limit = config.cited_limit.unwrap_or(Finding::CITED_LIMIT).to_string();
    parts.extend([
        BUNDLED_COUNTRIES_VERSION.as_bytes(),
        config.tables_fingerprint.as_bytes(),
        limit.as_bytes(),
    ]);
    EventKey::of(&parts).to_string()
}
