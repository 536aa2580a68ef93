//! Measures what the journal costs next to the disk: `cargo run --release -p stanch-case --example flushes [FOLDER]`
//! lets
//! 1, 20 and 200 steps at a time write a run into a case, and writes as many bytes to a bare file with as many flushes.
//! Both take turns, so that whatever else the disk does meets both; the sum of each and their ratio are told.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use stanch_case::{Approval, Case, Figures, GroupCommit, NewCase, RunWriter};
use stanch_core::Timestamp;
use stanch_core::call::Call;
use stanch_core::plan::{PlanDigest, StepNumber};
use stanch_core::ports::{FixedClock, JournalFailure, RunJournal as _};
use stanch_core::reply::CallOutcome;
use stanch_core::run::{RunLine, Stage, StepState};

const ROUNDS: u32 = 20;
/// Number of times each of those who write at once does so in a round.
const STEPS: u32 = 10;
const NOW: Timestamp = Timestamp(1_772_719_331_000);

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let named = std::env::args().nth(1);
    let folder = match &named {
        Some(named) => tempfile::tempdir_in(named)?,
        None => tempfile::tempdir()?,
    };
    let mut out = std::io::stdout();
    for at_once in [1, 20, 200] {
        let dir = folder.path().join(at_once.to_string());
        let journal = dir.join("journal.jsonl");
        let mut case = approved(&dir)?;
        let mut bare_file = File::create_new(folder.path().join(format!("bare-{at_once}")))?;
        let (mut took, mut bare_took, mut all) = (Duration::ZERO, Duration::ZERO, Figures::default());
        for _ in 0..ROUNDS {
            let before = std::fs::metadata(&journal)?.len();
            let group = GroupCommit::start(case, Arc::new(FixedClock(NOW)))?;
            let begun = Instant::now();
            wait(carry_out(&group.writer("r1"), at_once))?;
            took += begun.elapsed();
            let (given_back, figures) = group.finish()?;
            case = given_back;
            let bytes = std::fs::metadata(&journal)?.len() - before;
            bare_took += bare(&mut bare_file, figures.flushes, bytes)?;
            all.lines += figures.lines;
            all.flushes += figures.flushes;
        }
        let (seconds, bare_seconds) = (took.as_secs_f64(), bare_took.as_secs_f64());
        writeln!(
            out,
            "{at_once:>3} at once: {} lines, {} flushes, {seconds:.2} s ({:.0} lines/s); bare {bare_seconds:.2} s; ratio {:.2}",
            all.lines,
            all.flushes,
            f64::from(u32::try_from(all.lines)?) / seconds,
            seconds / bare_seconds,
        )?;
    }
    Ok(())
}

/// A case with an approved plan.
fn approved(dir: &Path) -> Outcome<Case> {
    let new = NewCase {
        title: "flushes".to_owned(),
        accounts: Vec::new(),
        responder: "ana".to_owned(),
        break_glass: Vec::new(),
        seal_to: None,
        opened_at: NOW,
    };
    let approval = Approval {
        by: "ana".to_owned(),
        second: None,
        account: "111122223333".into(),
    };
    let mut case = Case::create(dir, &new)?;
    let digest = case.keep_plan(b"{\"account\":\"111122223333\"}", NOW)?;
    case.approve(&digest, &approval, NOW)?;
    let begun = begun(digest);
    case.write_run("r1", vec![begun], NOW)?;
    Ok(case)
}

fn begun(plan: PlanDigest) -> RunLine {
    RunLine::Begun {
        plan,
        caller: "arn:aws:iam::111122223333:user/ana".to_owned(),
        approved_by: "ana".to_owned(),
        second: None,
        undo: false,
        reason: None,
    }
}

/// So many steps at a time: each writes its intent, waits, and writes its answer and end.
async fn carry_out(writer: &RunWriter, at_once: u32) -> Result<(), JournalFailure> {
    let lanes = (0..at_once).map(|lane| async move {
        for turn in 0..STEPS {
            let [intended, answered, ended] = lines(StepNumber(turn * at_once + lane));
            writer.write(vec![intended]).await?;
            writer.write(vec![answered, ended]).await?;
        }
        Ok(())
    });
    join_all(lanes).await.into_iter().collect()
}

fn lines(step: StepNumber) -> [RunLine; 3] {
    let (stage, write) = (Stage::Do, 0);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
    let call = Call {
        account: None,
        region: "us-east-1".into(),
        service: "iam".into(),
        operation: "PutUserPolicy".into(),
        params: serde_json::json!({"UserName": format!("user-{step}"), "PolicyDocument": policy}),
    };
    [
        RunLine::Intended {
            step,
            stage,
            write,
            call,
        },
        RunLine::Answered {
            step,
            stage,
            write,
            outcome: CallOutcome::Ok,
            code: None,
            message: None,
            sha256s: vec!["0".repeat(64)],
        },
        RunLine::Ended {
            step,
            state: StepState::Done,
        },
    ]
}

/// As many bytes and flushes without a journal.
fn bare(file: &mut File, flushes: u64, bytes: u64) -> Outcome<Duration> {
    let piece = vec![b'x'; usize::try_from(bytes / flushes.max(1))?];
    let begun = Instant::now();
    for _ in 0..flushes {
        file.write_all(&piece)?;
        file.sync_data()?;
    }
    Ok(begun.elapsed())
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for a future on this thread.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
