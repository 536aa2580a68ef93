//! The engine against an account in memory that keeps inline policies of users, with a clock that stands until somebody waits.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Mutex;

use serde_json::{Value, json};
use stanch_core::assessment::Resource;
use stanch_core::plan::{Dependency, Expectation, Order, Path, Reason, Step, StepNumber, Test};
use stanch_core::ports::{Catalogue, Clock, Cloud, JournalFailure, RunJournal, Silent};
use stanch_core::run::{Stage, StepState};
use stanch_core::{
    Answer, Call, CallOutcome, OperationAbout, OperationName, Plan, PlanDigest, RunLine, ServiceName,
    Timestamp,
};
use tokio::time::Instant;

use super::{Engine, History, Outcomes, Patience, RunError};
use stanch_respond::{Account, ActionRequest, actions};

const BEGIN: i64 = 1_772_719_331_000;

/// An account in memory.
#[derive(Default)]
pub(crate) struct Memory {
    policies: Mutex<BTreeMap<String, String>>,
    pub(crate) writes: Mutex<Vec<String>>,
    /// Number of times that a policy is removed half a second after it was written.
    strips: Mutex<u32>,
    /// Operations that are denied.
    denied: Vec<&'static str>,
    written: Mutex<BTreeMap<String, Instant>>,
}

impl Memory {
    fn strip(&self) {
        let mut strips = self.strips.lock().unwrap();
        let mut written = self.written.lock().unwrap();
        written.retain(|user, at| {
            let is_due = *strips > 0 && at.elapsed().as_millis() >= 500;
            if is_due {
                self.policies.lock().unwrap().remove(user);
                *strips -= 1;
            }
            !is_due
        });
    }

    pub(crate) fn answer(&self, call: &Call) -> Answer {
        self.strip();
        let operation = call.operation.as_str();
        if self.denied.contains(&operation) {
            return Answer::refused(CallOutcome::Denied, Some("AccessDenied"), None);
        }
        let user = call.params["UserName"].as_str().unwrap().to_owned();
        let mut policies = self.policies.lock().unwrap();
        if operation == "GetUserPolicy" {
            let missing = Answer::refused(CallOutcome::DoesNotExist, Some("NoSuchEntity"), None);
            let document = policies.get(&user);
            return document.map_or(missing, |document| {
                Answer::ok(json!({"PolicyDocument": serde_json::from_str::<Value>(document).unwrap()}))
            });
        }
        self.writes.lock().unwrap().push(format!("{operation} {user}"));
        match operation {
            "PutUserPolicy" => {
                self.written.lock().unwrap().insert(user.clone(), Instant::now());
                let document = call.params["PolicyDocument"].as_str().unwrap().to_owned();
                policies.insert(user, document);
                Answer::ok(json!({}))
            }
            "DeleteUserPolicy" if policies.remove(&user).is_some() => Answer::ok(json!({})),
            "DeleteUserPolicy" => Answer::refused(CallOutcome::DoesNotExist, Some("NoSuchEntity"), None),
            other => panic!("{other}"),
        }
    }
}

impl Cloud for Memory {
    fn ask<'c>(&'c self, call: &'c Call) -> Pin<Box<dyn Future<Output = Answer> + Send + 'c>> {
        Box::pin(async { self.answer(call) })
    }
}

impl Catalogue for Memory {
    fn services(&self) -> Vec<ServiceName> {
        Vec::new()
    }

    fn operations(&self, _: &ServiceName) -> Vec<OperationName> {
        Vec::new()
    }

    fn operation(&self, service: &ServiceName, operation: &OperationName) -> Option<OperationAbout> {
        Some(OperationAbout {
            service: service.clone(),
            operation: operation.clone(),
            regional: false,
            reads: operation.as_str().starts_with("Get"),
            deprecated: false,
            paginated: false,
            params: Vec::new(),
            required: Vec::new(),
            ids: Vec::new(),
        })
    }

    fn output_has(&self, _: &ServiceName, _: &OperationName, _: &str) -> bool {
        true
    }
}

/// A journal in memory that takes so many lines and no more.
pub(crate) struct Lines {
    lines: Mutex<Vec<(Timestamp, RunLine)>>,
    room: Cell<usize>,
    began: Instant,
}

// The tests run on one thread.
pub(crate) struct Journal(Mutex<Lines>);

impl Journal {
    pub(crate) fn new(room: usize) -> Self {
        Self(Mutex::new(Lines {
            lines: Mutex::default(),
            room: Cell::new(room),
            began: Instant::now(),
        }))
    }

    pub(crate) fn lines(&self) -> Vec<(Timestamp, RunLine)> {
        self.0.lock().unwrap().lines.lock().unwrap().clone()
    }
}

impl RunJournal for Journal {
    fn write(
        &self,
        new: Vec<RunLine>,
    ) -> Pin<Box<dyn Future<Output = Result<(), JournalFailure>> + Send + '_>> {
        Box::pin(async move {
            let journal = self.0.lock().unwrap();
            let mut lines = journal.lines.lock().unwrap();
            for line in new {
                if journal.room.get() == 0 {
                    return Err(JournalFailure("killed".to_owned()));
                }
                journal.room.set(journal.room.get() - 1);
                let at = Timestamp(BEGIN + i64::try_from(journal.began.elapsed().as_millis()).unwrap());
                lines.push((at, line));
            }
            Ok(())
        })
    }
}

pub(crate) struct SteppedClock(pub(crate) Instant);

impl Clock for SteppedClock {
    fn now(&self) -> Timestamp {
        Timestamp(BEGIN + i64::try_from(self.0.elapsed().as_millis()).unwrap())
    }
}

pub(crate) fn plan(users: &[&str]) -> Plan {
    let account = Account::new(&"111122223333".into(), "aws", &"us-east-1".into(), []);
    let step = |(number, user): (u32, &&str)| {
        let arn = format!("arn:aws:iam::111122223333:user/{user}");
        let target = Resource::new("iam-user", &arn, user, &account.id, &account.home);
        let mut change = actions::named("user-deny")
            .unwrap()
            .change(&ActionRequest::new(target), &account)
            .unwrap();
        // So that there is something which can no longer be as planned.
        change.requires.push(Expectation::new(
            "policy",
            Path::of("PolicyDocument"),
            Test::Absent,
        ));
        Step {
            number: StepNumber(number),
            why: vec![Reason {
                text: "said".to_owned(),
                evidence: Vec::new(),
            }],
            after: Vec::new(),
            change,
        }
    };
    Plan {
        schema_version: Plan::SCHEMA_VERSION,
        verb: "contain".to_owned(),
        account: account.id.clone(),
        partition: "aws".to_owned(),
        endpoint: None,
        responder: stanch_core::plan::Responder {
            arn: "arn:aws:iam::111122223333:role/responder".to_owned(),
            expires: None,
        },
        made_at: Timestamp(BEGIN),
        state_at: Timestamp(BEGIN),
        snapshot: "s".to_owned(),
        harm_now: true,
        exempt: Vec::new(),
        break_glass_declared: false,
        suspects: Vec::new(),
        steps: (1..).zip(users).map(step).collect(),
        not_fixed: Vec::new(),
        remaining_credentials: Vec::new(),
        seconds: 1,
    }
}

pub(crate) fn begun(undo: bool) -> RunLine {
    RunLine::Begun {
        plan: PlanDigest("0".repeat(64)),
        caller: "arn:aws:iam::111122223333:role/responder".to_owned(),
        approved_by: "somebody".to_owned(),
        second: None,
        undo,
        reason: None,
    }
}

struct Bench {
    memory: Memory,
    journal: Journal,
    clock: SteppedClock,
    patience: Patience,
}

impl Bench {
    fn new(memory: Memory, room: usize) -> Self {
        Self {
            memory,
            journal: Journal::new(room),
            clock: SteppedClock(Instant::now()),
            patience: Patience::default(),
        }
    }

    fn engine(&self) -> Engine<'_> {
        Engine {
            cloud: &self.memory,
            journal: &self.journal,
            clock: &self.clock,
            catalogue: &self.memory,
            listener: &Silent,
            patience: self.patience.clone(),
        }
    }

    fn history(&self) -> History {
        let lines = self.journal.lines();
        History::of(lines.iter().map(|(at, line)| (*at, line)))
    }

    async fn apply(&self, plan: &Plan) -> Result<Outcomes, RunError> {
        self.engine().apply(plan, self.history(), begun(false)).await
    }

    fn writes(&self) -> Vec<String> {
        self.memory.writes.lock().unwrap().clone()
    }
}

pub(crate) fn state(outcomes: &Outcomes, step: u32) -> &StepState {
    &outcomes[&StepNumber(step)]
}

#[tokio::test(start_paused = true)]
async fn a_change_is_journalled_with_what_was_there_before_it_is_sent() {
    let bench = Bench::new(Memory::default(), usize::MAX);
    let outcomes = bench.apply(&plan(&["mallory"])).await.unwrap();
    assert_eq!(state(&outcomes, 1), &StepState::Done);
    let lines = bench.journal.lines();
    let place = |test: &dyn Fn(&RunLine) -> bool| lines.iter().position(|(_, line)| test(line)).unwrap();
    let before = place(&|line| {
        matches!(
            line,
            RunLine::Read {
                stage: Stage::Before,
                ..
            }
        )
    });
    let intended = place(&|line| matches!(line, RunLine::Intended { .. }));
    let answered = place(&|line| matches!(line, RunLine::Answered { .. }));
    assert!(before < intended && intended < answered);
    let checks = lines.iter().filter(|(_, line)| {
        matches!(
            line,
            RunLine::Read {
                stage: Stage::Check,
                ..
            }
        )
    });
    assert_eq!(checks.count(), 7, "one look before and six after");
    assert!(matches!(
        lines.last().unwrap().1,
        RunLine::Finished {
            reached: 1,
            missed: 0,
            ..
        }
    ));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_when_the_journal_takes_no_line() {
    for room in 0..4 {
        let bench = Bench::new(Memory::default(), room);
        assert!(bench.apply(&plan(&["mallory"])).await.is_err());
        let lines = bench.journal.lines();
        let intended = lines
            .iter()
            .any(|(_, line)| matches!(line, RunLine::Intended { .. }));
        assert_eq!(bench.writes().is_empty(), !intended, "room for {room} lines");
    }
}

#[tokio::test(start_paused = true)]
async fn killed_after_any_line_it_continues_and_does_nothing_twice() {
    let plan = plan(&["mallory", "oscar"]);
    let whole = Bench::new(Memory::default(), usize::MAX);
    whole.apply(&plan).await.unwrap();
    for room in 0..whole.journal.lines().len() {
        let bench = Bench::new(Memory::default(), room);
        assert!(bench.apply(&plan).await.is_err());
        bench.journal.0.lock().unwrap().room.set(usize::MAX);
        let outcomes = bench.apply(&plan).await.unwrap();
        assert!(
            outcomes.values().all(|state| *state == StepState::Done),
            "{room}: {outcomes:?}"
        );
        let mut writes = bench.writes();
        writes.sort_unstable();
        assert_eq!(
            writes,
            ["PutUserPolicy mallory", "PutUserPolicy oscar"],
            "killed after {room} lines"
        );
        let first = |line: &RunLine| matches!(line, RunLine::Read { stage: Stage::Before, body, .. } if body.is_null());
        assert!(
            bench.journal.lines().iter().any(|(_, line)| first(line)),
            "what was there before is told"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_somebody_takes_back_is_sent_again_until_it_holds_and_the_journal_proves_it() {
    let memory = Memory {
        strips: Mutex::new(9),
        ..Memory::default()
    };
    let bench = Bench::new(memory, usize::MAX);
    let outcomes = bench.apply(&plan(&["mallory"])).await.unwrap();
    assert_eq!(state(&outcomes, 1), &StepState::Done);
    assert_eq!(bench.writes().len(), 10);
    let lines = bench.journal.lines();
    let reverted = lines
        .iter()
        .filter(|(_, line)| matches!(line, RunLine::Reverted { .. }));
    assert!(reverted.count() >= 8);
}

#[tokio::test(start_paused = true)]
async fn without_sending_again_the_same_fight_is_lost() {
    let memory = Memory {
        strips: Mutex::new(9),
        ..Memory::default()
    };
    let mut bench = Bench::new(memory, usize::MAX);
    bench.patience.again = 0;
    let outcomes = bench.apply(&plan(&["mallory"])).await.unwrap();
    assert!(
        matches!(state(&outcomes, 1), StepState::Failed { .. }),
        "{outcomes:?}"
    );
    assert!(bench.memory.policies.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_was_so_already_is_neither_sent_nor_taken_back() {
    let bench = Bench::new(Memory::default(), usize::MAX);
    let plan = plan(&["mallory"]);
    let deny = actions::named("user-deny").unwrap().about().name;
    assert_eq!(plan.steps[0].change.action, deny);
    bench.apply(&plan).await.unwrap();
    let again = Bench::new(bench.memory, usize::MAX);
    let outcomes = again.apply(&plan).await.unwrap();
    assert_eq!(state(&outcomes, 1), &StepState::AlreadySo);
    assert_eq!(again.writes().len(), 1);
    assert!(again.history().to_take_back().is_empty());
}

#[tokio::test(start_paused = true)]
async fn undo_puts_back_what_was_recorded_and_twice_is_once() {
    let bench = Bench::new(Memory::default(), usize::MAX);
    let plan = plan(&["mallory", "oscar"]);
    bench.apply(&plan).await.unwrap();
    let steps = bench.history().to_take_back();
    assert_eq!(steps, [StepNumber(1), StepNumber(2)]);
    assert!(
        bench
            .engine()
            .drift(&plan, bench.history(), &steps)
            .await
            .unwrap()
            .is_empty()
    );
    let outcomes = bench
        .engine()
        .undo(&plan, bench.history(), &steps, begun(true))
        .await
        .unwrap();
    assert!(
        outcomes.values().all(|state| *state == StepState::Undone),
        "{outcomes:?}"
    );
    assert!(bench.memory.policies.lock().unwrap().is_empty());
    let count = bench.writes().len();
    assert!(bench.history().to_take_back().is_empty());
    let outcomes = bench
        .engine()
        .undo(&plan, bench.history(), &steps, begun(true))
        .await
        .unwrap();
    assert!(outcomes.is_empty() && bench.writes().len() == count);
}

#[tokio::test(start_paused = true)]
async fn what_rests_on_a_step_by_way_of_one_that_changed_nothing_is_taken_back_before_it() {
    let bench = Bench::new(Memory::default(), usize::MAX);
    let mut plan = plan(&["first", "second", "third"]);
    for number in [1, 2] {
        let after = &mut plan.steps[number].after;
        let step = StepNumber(u32::try_from(number).unwrap());
        after.push(Dependency {
            step,
            order: Order::After,
        });
    }
    bench.apply(&plan).await.unwrap();
    bench.memory.writes.lock().unwrap().clear();
    // The one in the middle was so already.
    let lines = bench.journal.lines();
    let is_other = |line: &RunLine| !matches!(line, RunLine::Intended { step, .. } | RunLine::Answered { step, .. } if step.0 == 2);
    let history = History::of(
        lines
            .iter()
            .filter(|(_, line)| is_other(line))
            .map(|(at, line)| (*at, line)),
    );
    let steps: Vec<StepNumber> = plan.steps.iter().map(|step| step.number).collect();
    bench
        .engine()
        .undo(&plan, history, &steps, begun(true))
        .await
        .unwrap();
    assert_eq!(
        bench.writes(),
        ["DeleteUserPolicy third", "DeleteUserPolicy first"]
    );
}

#[tokio::test(start_paused = true)]
async fn an_undo_that_fails_says_so() {
    let bench = Bench::new(Memory::default(), usize::MAX);
    let plan = plan(&["mallory"]);
    bench.apply(&plan).await.unwrap();
    let memory = Memory {
        policies: Mutex::new(bench.memory.policies.lock().unwrap().clone()),
        denied: vec!["DeleteUserPolicy"],
        ..Memory::default()
    };
    let steps = bench.history().to_take_back();
    let engine = Engine {
        cloud: &memory,
        ..bench.engine()
    };
    let outcomes = engine
        .undo(&plan, bench.history(), &steps, begun(true))
        .await
        .unwrap();
    assert!(matches!(state(&outcomes, 1), StepState::UndoFailed { .. }));
    assert_eq!(
        bench.history().to_take_back(),
        steps,
        "it is still there to be taken back"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_no_longer_as_planned_or_can_t_be_read_is_left_alone() {
    let memory = Memory::default();
    let other = json!({"Statement": []}).to_string();
    memory
        .policies
        .lock()
        .unwrap()
        .insert("mallory".to_owned(), other);
    let bench = Bench::new(memory, usize::MAX);
    let outcomes = bench.apply(&plan(&["mallory"])).await.unwrap();
    assert!(matches!(state(&outcomes, 1), StepState::Stale { .. }));
    assert!(bench.writes().is_empty());

    let memory = Memory {
        denied: vec!["GetUserPolicy"],
        ..Memory::default()
    };
    let bench = Bench::new(memory, usize::MAX);
    let outcomes = bench.apply(&plan(&["mallory"])).await.unwrap();
    assert!(matches!(state(&outcomes, 1), StepState::Failed { remains, .. } if remains.is_empty()));
    assert!(bench.writes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_step_waits_for_what_it_needs_and_stands_in_for_what_fails() {
    let dependent = |order| {
        let mut plan = plan(&["mallory", "oscar"]);
        plan.steps[1].after.push(Dependency {
            step: StepNumber(1),
            order,
        });
        plan
    };
    let stale = || {
        let memory = Memory::default();
        memory
            .policies
            .lock()
            .unwrap()
            .insert("mallory".to_owned(), "{}".to_owned());
        Bench::new(memory, usize::MAX)
    };
    let outcomes = stale().apply(&dependent(Order::Needs)).await.unwrap();
    assert!(matches!(state(&outcomes, 2), StepState::NotTried { .. }));
    let bench = stale();
    let outcomes = bench.apply(&dependent(Order::Instead)).await.unwrap();
    assert_eq!(state(&outcomes, 2), &StepState::Done);
    assert!(matches!(
        bench.journal.lines().last().unwrap().1,
        RunLine::Finished { missed: 0, .. }
    ));
    let bench = Bench::new(Memory::default(), usize::MAX);
    let outcomes = bench.apply(&dependent(Order::Instead)).await.unwrap();
    assert_eq!(state(&outcomes, 2), &StepState::NotNeeded);
    let outcomes = stale().apply(&dependent(Order::After)).await.unwrap();
    assert_eq!(state(&outcomes, 2), &StepState::Done);
}

#[tokio::test(start_paused = true)]
async fn a_plan_with_a_read_where_a_change_belongs_sends_nothing() {
    let bench = Bench::new(Memory::default(), usize::MAX);
    let mut plan = plan(&["mallory"]);
    let write = plan.steps[0].change.writes[0].clone();
    plan.steps[0].change.before[0].call = write.call;
    assert!(matches!(
        bench.apply(&plan).await,
        Err(RunError::WrongCall { .. })
    ));
    assert!(bench.journal.lines().is_empty() && bench.writes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_tells_what_would_be_sent_and_sends_nothing() {
    let bench = Bench::new(Memory::default(), 0);
    let told = bench
        .engine()
        .rehearse(&plan(&["mallory"]), History::default())
        .await
        .unwrap();
    assert_eq!(told[0].would, "would send iam PutUserPolicy");
    assert!(bench.writes().is_empty() && bench.journal.lines().is_empty());
    bench
        .memory
        .policies
        .lock()
        .unwrap()
        .insert("mallory".to_owned(), "{}".to_owned());
    let told = bench
        .engine()
        .rehearse(&plan(&["mallory"]), History::default())
        .await
        .unwrap();
    assert!(told[0].would.starts_with("NOTHING WOULD BE SENT"));
}
