//! Runs a program and sees what it took: processor time, time, and how large it grew.
//!
//! The figures are the kernel's own, of this one process and what it waited for. A process's peak includes that of
//! the process that started it, so what measures must itself stay small. It must not know what it runs.

use std::io;
use std::process::{Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use wait4::Wait4 as _;

/// Number of times a running program is looked at.
const TICK: Duration = Duration::from_millis(2);

/// What one run took.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// How it ended.
    pub status: ExitStatus,
    /// Processor time in the program itself and in the kernel for it, of all its threads.
    pub processor: Duration,
    /// Time that passed, to about two milliseconds.
    pub wall: Duration,
    /// The most memory that it, or the largest process that it waited for, ever held at once, in bytes.
    pub peak_memory: u64,
    /// True when it was stopped because it took longer than allowed.
    pub timed_out: bool,
}

/// Starts a program and waits until it ends, or stops it after `longest`. Where its output goes is the caller's
/// choice; a pipe that nobody empties would hold it up.
///
/// # Errors
/// When it can't be started, or can't be waited for.
pub fn run(command: &mut Command, longest: Duration) -> io::Result<Usage> {
    let started = Instant::now();
    let mut child = command.spawn()?;
    let mut timed_out = false;
    loop {
        if let Some(used) = child.try_wait4()? {
            return Ok(Usage {
                status: used.status,
                processor: used.rusage.utime + used.rusage.stime,
                wall: started.elapsed(),
                peak_memory: used.rusage.maxrss,
                timed_out,
            });
        }
        if !timed_out && started.elapsed() > longest {
            timed_out = true;
            child.kill()?;
        }
        sleep(TICK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_took_is_seen_and_one_that_hangs_is_stopped() {
        let used = run(Command::new("sh").args(["-c", "exit 3"]), Duration::from_secs(60)).unwrap();
        assert_eq!((used.status.code(), used.timed_out), (Some(3), false));
        assert!(used.peak_memory > 100_000);
        let used = run(Command::new("sleep").arg("60"), Duration::from_millis(50)).unwrap();
        assert!(used.timed_out && !used.status.success() && used.wall < Duration::from_secs(30));
    }
}
