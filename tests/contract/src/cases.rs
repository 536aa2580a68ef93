//! The cases of one action, each in an account that was just seeded.

use std::sync::Arc;

use serde_json::Value;
use stanch_aws::model::Models;
use stanch_core::plan::{Change, Reversibility, StepNumber, same};
use stanch_core::run::{Stage, StepState};
use stanch_core::{Plan, RunLine, Timestamp};
use stanch_engine::{Engine, History, Outcomes, RunError};

use crate::report::{Cell, Row};
use crate::seeds::Seed;
use crate::session::{Session, Shared, reset};
use crate::wire::{Asked, Kind, Lines, Trouble, Wire, begun, engine};
use crate::world::{World, client, models};

/// Changes that a killed run may send again though their step is sent once: they set the same again, and what they set
/// shows only some time after it was sent.
const SETS: [&str; 2] = [
    "sso-admin:ProvisionPermissionSet",
    "sso-admin:PutInlinePolicyToPermissionSet",
];

const STEP: StepNumber = StepNumber(1);
type Told = Vec<(Timestamp, RunLine)>;

/// Where the cases of one action are tried.
pub(crate) enum Ground<'g> {
    /// On the stand-in at this address, seeded for each case.
    Live { endpoint: &'g str, seed: Seed },
    /// On what was recorded.
    Recorded,
}

/// What the cases of one action share.
struct Trials<'g> {
    ground: Ground<'g>,
    action: &'static str,
    recording: &'g Shared,
    models: &'static Models,
}

/// An action in an account that is ready for it.
struct Trial {
    session: Session,
    models: &'static Models,
    plan: Plan,
    change: Change,
}

/// How a run without trouble goes: its calls and lines, and those of taking it back.
struct Course {
    calls: Vec<Asked>,
    lines: usize,
    undo_lines: usize,
}

/// Cases that are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All.
    Whole,
    /// Only those without a failed call or a kill, which a recording replays.
    WithoutTrouble,
}

/// Tries the cases of an action.
pub(crate) async fn tried(
    ground: Ground<'_>,
    action: &'static str,
    recording: &Shared,
    extent: Extent,
) -> Row {
    let Some(models) = models() else {
        return Row::new(action, vec![one(Err("the models can't be read".to_owned()))]);
    };
    let trials = Trials {
        ground,
        action,
        recording,
        models,
    };
    match trials.does().await {
        Ok(course) => Row::new(action, trials.every(&course, extent).await),
        Err(why) => Row::new(action, vec![one(Err(why))]),
    }
}

/// Which calls fail in which ways.
fn troubles(course: &Course) -> Vec<(usize, Kind)> {
    let ways = |reads: bool| -> &[Kind] {
        if reads {
            &[Kind::Denied]
        } else {
            &[Kind::Denied, Kind::Unsent, Kind::Lost]
        }
    };
    let calls = course.calls.iter().enumerate();
    calls
        .flat_map(|(at, call)| ways(call.reads).iter().map(move |kind| (at, *kind)))
        .collect()
}

/// Cases by their names, in order.
async fn each<F: Future<Output = Result<(), String>>>(cases: impl Iterator<Item = (String, F)>) -> Cell {
    let mut cell = Cell {
        tries: 0,
        wrong: Vec::new(),
    };
    for (name, case) in cases {
        cell.tries += 1;
        if let Err(why) = case.await {
            cell.wrong.push(format!("{name}: {why}"));
        }
    }
    cell
}

fn one(result: Result<(), String>) -> Cell {
    Cell {
        tries: 1,
        wrong: result.err().into_iter().collect(),
    }
}

impl Trial {
    fn engine<'e>(&'e self, wire: &'e Wire<'_>, lines: &'e Lines) -> Engine<'e> {
        engine(self.models, wire, lines)
    }

    fn wire(&self, trouble: Trouble) -> Wire<'_> {
        Wire::new(&self.session, self.models, trouble)
    }

    /// Carries the plan out, or continues with it.
    async fn apply(&self, wire: &Wire<'_>, lines: &Lines) -> Result<StepState, RunError> {
        let engine = self.engine(wire, lines);
        let outcomes = engine.apply(&self.plan, history(lines), begun(false)).await?;
        Ok(only(outcomes))
    }

    /// The same without trouble: it must hold afterwards.
    async fn holds(&self, lines: &Lines) -> Result<Wire<'_>, String> {
        let wire = self.wire(Trouble::None);
        let state = self
            .apply(&wire, lines)
            .await
            .map_err(|error| error.to_string())?;
        if !state.is_in_effect() {
            return Err(format!("ends as {state:?}"));
        }
        self.is_as_left(lines).await?;
        Ok(wire)
    }

    /// Nothing is otherwise than the run left it.
    async fn is_as_left(&self, lines: &Lines) -> Result<(), String> {
        let wire = self.wire(Trouble::None);
        let engine = self.engine(&wire, lines);
        let drifts = engine.drift(&self.plan, history(lines), &[STEP]).await;
        let drifts = drifts.map_err(|error| error.to_string())?;
        if wire.writes() > 0 {
            return Err("looking for drift changed something".to_owned());
        }
        drifts
            .first()
            .map_or(Ok(()), |drift| Err(format!("does not hold: {}", drift.what)))
    }

    async fn undo(&self, lines: &Lines) -> (Result<Outcomes, RunError>, usize) {
        let wire = self.wire(Trouble::None);
        let engine = self.engine(&wire, lines);
        let history = history(lines);
        let steps = history.to_take_back();
        let result = engine.undo(&self.plan, history, &steps, begun(true)).await;
        (result, wire.writes())
    }

    /// The same: it must be what it was, as far as the plan promises.
    async fn is_undone(&self, lines: &Lines) -> Result<(), String> {
        let was = before(&lines.all());
        let (result, _) = self.undo(lines).await;
        let outcomes = result.map_err(|error| error.to_string())?;
        if outcomes.is_empty() {
            return Ok(());
        }
        match (only(outcomes), &self.change.reversibility) {
            (StepState::Kept { .. }, Reversibility::None { .. }) => return Ok(()),
            (StepState::Undone, Reversibility::Exact | Reversibility::Partial { .. }) => {}
            (state, _) => return Err(format!("taking it back ends as {state:?}")),
        }
        let is = self.found_now().await?;
        self.same_where_promised(&was, &is)
    }

    /// What is found where a plan that is never held and rests on nothing looks before it changes anything; it is not allowed to.
    async fn found_now(&self) -> Result<Told, String> {
        let mut plan = self.plan.clone();
        for step in &mut plan.steps {
            step.change.verified_by.clear();
            step.change.requires.clear();
        }
        let lines = Lines::new(Vec::new(), usize::MAX);
        let wire = self.wire(Trouble::EveryWrite);
        let engine = self.engine(&wire, &lines);
        let result = engine.apply(&plan, History::default(), begun(false)).await;
        result.map_err(|error| error.to_string())?;
        Ok(before(&lines.all()))
    }

    fn same_where_promised(&self, was: &Told, is: &Told) -> Result<(), String> {
        for restored in &self.change.restores {
            let values = |told: &Told| -> Option<Vec<Value>> {
                let body = told.iter().find_map(|(_, line)| match line {
                    RunLine::Read { read, body, .. } if *read == restored.read => Some(body),
                    _ => None,
                })?;
                Some(restored.path.find(body).into_iter().cloned().collect())
            };
            let (was, is) = (values(was), values(is));
            let (Some(was), Some(is)) = (was, is) else {
                return Err(format!("{} was not read", restored.read.0));
            };
            let covers = |all: &[Value], one: &Value| all.iter().any(|other| same(one, other));
            if !was.iter().all(|one| covers(&is, one)) || !is.iter().all(|one| covers(&was, one)) {
                return Err(format!("{} was {was:?} and is {is:?}", restored.read.0));
            }
        }
        Ok(())
    }
}

impl Trials<'_> {
    async fn every(&self, course: &Course, extent: Extent) -> Vec<Cell> {
        let is_whole = extent == Extent::Whole;
        vec![
            one(Ok(())),
            if is_whole {
                self.fails(course).await
            } else {
                Cell::none()
            },
            one(self.twice().await),
            one(self.undone().await),
            one(self.undone_twice().await),
            if is_whole {
                self.killed(course).await
            } else {
                Cell::none()
            },
            if is_whole {
                self.killed_undoing(course).await
            } else {
                Cell::none()
            },
            one(self.dry().await),
        ]
    }

    async fn trial(&self) -> Result<Trial, String> {
        let (live, world, request) = match &self.ground {
            Ground::Live { endpoint, seed } => {
                reset(endpoint)?;
                let client = client(endpoint).await?;
                let world = World::new(Some(Arc::clone(&client)), Vec::new());
                let request = seed(&world).await.map_err(|why| format!("the seed: {why}"))?;
                (Some((client, (*endpoint).to_owned())), world, request)
            }
            Ground::Recorded => {
                let beginning = self.recording.lock().map_err(|error| error.to_string())?;
                let (request, readings) = beginning
                    .beginning()
                    .ok_or("the recording has no beginning: run `make record`")?;
                (None, World::new(None, readings), request)
            }
        };
        let session = Session::new(self.recording, live);
        session.recording().begin(&request, &world.readings());
        let plan = world.plan(self.action, &request)?;
        let change = plan
            .steps
            .first()
            .map(|step| step.change.clone())
            .ok_or("the plan is empty")?;
        Ok(Trial {
            session,
            models: self.models,
            plan,
            change,
        })
    }

    /// It succeeds, holds and is undone; the other cases fail one call or end at one line of this.
    async fn does(&self) -> Result<Course, String> {
        let trial = self.trial().await?;
        let lines = Lines::new(Vec::new(), usize::MAX);
        let wire = trial.holds(&lines).await?;
        if wire.carried_out().is_empty() {
            return Err("it was so already: the seed leaves nothing to do".to_owned());
        }
        let calls = wire.asked();
        let count = lines.all().len();
        drop(trial.undo(&lines).await);
        Ok(Course {
            calls,
            lines: count,
            undo_lines: lines.all().len() - count,
        })
    }

    /// Each call fails in turn, in each way. Either it holds all the same, or nothing was changed, or what was changed is named
    /// and can be undone; and a second run succeeds.
    async fn fails(&self, course: &Course) -> Cell {
        let cases = troubles(course).into_iter().map(|(at, kind)| {
            let call = course.calls.get(at).map_or("", |call| call.operation.as_str());
            (format!("call {at} ({call}) {kind:?}"), self.fails_at(at, kind))
        });
        each(cases).await
    }

    async fn fails_at(&self, at: usize, kind: Kind) -> Result<(), String> {
        let trial = self.trial().await?;
        let lines = Lines::new(Vec::new(), usize::MAX);
        let wire = trial.wire(Trouble::At(at, kind));
        let state = trial
            .apply(&wire, &lines)
            .await
            .map_err(|error| error.to_string())?;
        let changed = wire.carried_out();
        match state {
            StepState::Done | StepState::AlreadySo => trial.is_as_left(&lines).await?,
            StepState::Failed { remains, .. } if remains.is_empty() && !changed.is_empty() => {
                return Err(format!(
                    "it says that nothing remains, and {changed:?} was carried out"
                ));
            }
            StepState::Failed { remains, .. } if !remains.is_empty() => trial.is_undone(&lines).await?,
            StepState::Failed { .. } => {}
            state => return Err(format!("ends as {state:?}")),
        }
        let wire = trial
            .holds(&lines)
            .await
            .map_err(|why| format!("then again: {why}"))?;
        drop(wire);
        Ok(())
    }

    async fn twice(&self) -> Result<(), String> {
        let trial = self.trial().await?;
        let lines = Lines::new(Vec::new(), usize::MAX);
        trial.holds(&lines).await?;
        let again = trial.holds(&lines).await?;
        match again.writes() {
            0 => Ok(()),
            sent => Err(format!("the second time {sent} changes are sent")),
        }
    }

    async fn undone(&self) -> Result<(), String> {
        let trial = self.trial().await?;
        let lines = Lines::new(Vec::new(), usize::MAX);
        trial.holds(&lines).await?;
        trial.is_undone(&lines).await
    }

    async fn undone_twice(&self) -> Result<(), String> {
        let trial = self.trial().await?;
        let lines = Lines::new(Vec::new(), usize::MAX);
        trial.holds(&lines).await?;
        trial.is_undone(&lines).await?;
        match trial.undo(&lines).await {
            (Ok(_), 0) => Ok(()),
            (Ok(outcomes), sent) => Err(format!("the second time {sent} changes are sent: {outcomes:?}")),
            (Err(error), _) => Err(error.to_string()),
        }
    }

    /// The journal ends after each line in turn; a second run continues from the lines that are there.
    async fn killed(&self, course: &Course) -> Cell {
        let rooms = 0..course.lines;
        each(rooms.map(|room| (format!("after line {room}"), self.killed_after(room)))).await
    }

    async fn killed_after(&self, room: usize) -> Result<(), String> {
        let trial = self.trial().await?;
        let lines = Lines::new(Vec::new(), room);
        let wire = trial.wire(Trouble::None);
        if trial.apply(&wire, &lines).await.is_ok() {
            return Err("it continued without its journal".to_owned());
        }
        let mut done = wire.carried_out();
        let lines = Lines::new(lines.all(), usize::MAX);
        done.extend(trial.holds(&lines).await?.carried_out());
        done.retain(|operation| !SETS.contains(&operation.as_str()));
        let all = done.len();
        done.sort();
        done.dedup();
        if trial.change.once && done.len() < all {
            return Err(format!("what is done once was done twice: {done:?}"));
        }
        trial.is_undone(&lines).await
    }

    async fn killed_undoing(&self, course: &Course) -> Cell {
        let rooms = 0..course.undo_lines;
        each(rooms.map(|room| (format!("after line {room}"), self.killed_undoing_after(room)))).await
    }

    async fn killed_undoing_after(&self, room: usize) -> Result<(), String> {
        let trial = self.trial().await?;
        let lines = Lines::new(Vec::new(), usize::MAX);
        trial.holds(&lines).await?;
        let lines = Lines::new(lines.all(), room);
        if trial.undo(&lines).await.0.is_ok() {
            return Err("it continued without its journal".to_owned());
        }
        let lines = Lines::new(lines.all(), usize::MAX);
        trial.is_undone(&lines).await
    }

    /// A plan is made and rehearsed, and nothing is sent.
    async fn dry(&self) -> Result<(), String> {
        let trial = self.trial().await?;
        let wire = trial.wire(Trouble::None);
        let lines = Lines::new(Vec::new(), 0);
        let engine = trial.engine(&wire, &lines);
        let told = engine.rehearse(&trial.plan, History::default()).await;
        let told = told.map_err(|error| error.to_string())?;
        let would = told.first().map_or("nothing is told", |one| one.would.as_str());
        if wire.writes() > 0 {
            return Err("a rehearsal changed something".to_owned());
        }
        if would.contains("NOTHING WOULD BE SENT") || would.contains("is so already") {
            return Err(format!("it would do nothing: {would}"));
        }
        trial.holds(&Lines::new(Vec::new(), usize::MAX)).await.map(drop)
    }
}

fn history(lines: &Lines) -> History {
    let all = lines.all();
    History::of(all.iter().map(|(at, line)| (*at, line)))
}

fn only(outcomes: Outcomes) -> StepState {
    let none = StepState::NotTried {
        why: "nothing was tried".to_owned(),
    };
    outcomes.into_values().next().unwrap_or(none)
}

/// What was found before anything was changed, the first time.
fn before(told: &Told) -> Told {
    let is_before = |line: &RunLine| {
        matches!(
            line,
            RunLine::Read {
                stage: Stage::Before,
                ..
            }
        )
    };
    told.iter().filter(|(_, line)| is_before(line)).cloned().collect()
}
