//! Starts the query engine, sends it one request, and passes its result on.
//!
//! The engine gets nothing of the environment but the folder for temporary files: no credentials, no settings.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::error::{EngineError, ErrorKind};
use crate::frame::{Frame, FrameKind};
use crate::request::{Document, Request, Shown};

/// Environment variables that the engine inherits: where temporary files go.
const INHERITED: [&str; 3] = ["TMPDIR", "TEMP", "TMP"];

/// Returns a document of the case as JSON; called only when the statement needs it.
pub type Documents<'d> = &'d mut dyn FnMut(Document) -> Result<Vec<u8>, EngineError>;

/// The query engine's executable.
#[derive(Debug, Clone)]
pub struct Engine {
    executable: PathBuf,
}

impl Engine {
    /// An engine at this path.
    #[must_use]
    pub const fn new(executable: PathBuf) -> Self {
        Self { executable }
    }

    /// Runs one query and writes its result to `out`.
    ///
    /// # Errors
    /// When the engine can't be started, ends before its result is whole, or reports an error; when `out` does not take the
    /// result.
    pub fn run(
        &self,
        request: &Request,
        documents: Documents<'_>,
        out: &mut dyn Write,
    ) -> Result<Shown, EngineError> {
        let mut running = Running::start(&self.executable)?;
        let result = running.exchange(request, documents, out);
        running.stop();
        result
    }
}

/// The engine while it runs; it is stopped when this is dropped.
struct Running {
    child: Child,
}

impl Running {
    fn start(executable: &Path) -> Result<Self, EngineError> {
        let mut command = Command::new(executable);
        command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped());
        for name in INHERITED {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        let child = command.spawn().map_err(|error| {
            let message = format!("the query engine {} can't be started", executable.display());
            EngineError::because(ErrorKind::Engine, message, &error)
        })?;
        Ok(Self { child })
    }

    fn exchange(
        &mut self,
        request: &Request,
        documents: Documents<'_>,
        out: &mut dyn Write,
    ) -> Result<Shown, EngineError> {
        let (Some(mut to), Some(mut from)) = (self.child.stdin.take(), self.child.stdout.take()) else {
            return Err(EngineError::new(
                ErrorKind::Engine,
                "the query engine has no pipes",
            ));
        };
        let broken = |error: &dyn std::error::Error| {
            EngineError::because(
                ErrorKind::Engine,
                "the query engine ended before its result was whole",
                error,
            )
        };
        let request = serde_json::to_vec(request).map_err(|error| broken(&error))?;
        Frame::write(&mut to, FrameKind::Request, &request).map_err(|error| broken(&error))?;
        loop {
            let frame = Frame::read(&mut from).map_err(|error| broken(&error))?;
            let Some(frame) = frame else {
                return Err(EngineError::new(
                    ErrorKind::Engine,
                    "the query engine ended before its result was whole",
                ));
            };
            match frame.kind {
                FrameKind::Bytes => out.write_all(&frame.bytes).map_err(|error| {
                    EngineError::because(ErrorKind::Output, "the result can't be written", &error)
                })?,
                FrameKind::Needed => {
                    let needed = serde_json::from_slice(&frame.bytes).map_err(|error| broken(&error))?;
                    let document = documents(needed)?;
                    Frame::write(&mut to, FrameKind::Document, &document).map_err(|error| broken(&error))?;
                }
                FrameKind::End => {
                    let result: Result<Shown, EngineError> =
                        serde_json::from_slice(&frame.bytes).map_err(|error| broken(&error))?;
                    return result;
                }
                FrameKind::Request | FrameKind::Document => {
                    return Err(EngineError::new(
                        ErrorKind::Engine,
                        "the query engine sent a frame that only it may get",
                    ));
                }
            }
        }
    }

    /// Ends the engine, which has nothing left to do or is to be given up.
    fn stop(&mut self) {
        drop(self.child.stdin.take());
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::request::{Format, PROTOCOL};

    /// Runs a shell script in place of the engine.
    fn run(script: &str) -> (Result<Shown, EngineError>, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let executable = folder.path().join("engine");
        std::fs::write(&executable, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&executable, std::fs::Permissions::from_mode(0o700)).unwrap();
        let request = Request {
            protocol: PROTOCOL,
            parts: Vec::new(),
            sql: "SELECT 1".to_owned(),
            parameters: Vec::new(),
            format: Format::Csv,
            threads: None,
        };
        let mut out = Vec::new();
        let result = Engine::new(executable).run(&request, &mut |_| Ok(b"{}".to_vec()), &mut out);
        (result, out)
    }

    #[test]
    fn an_engine_that_ends_early_or_talks_nonsense_gives_an_error_and_no_answer() {
        for script in [
            "exit 0",
            "exit 3",
            "kill -9 $$",
            "printf 'B\\000\\000\\000\\003abc'",
            "printf 'B\\000\\000\\000\\377abc'",
            "printf 'hello'",
            "printf 'E\\000\\000\\000\\002{}'",
            "printf 'Q\\000\\000\\000\\000'",
        ] {
            let (result, _) = run(script);
            assert_eq!(result.unwrap_err().kind, ErrorKind::Engine, "{script}");
        }
    }

    #[test]
    fn a_result_is_passed_on_and_the_environment_is_not() {
        let end = r#"{"Ok":{"rows":1,"written":1}}"#;
        let script = format!(
            "test -z \"$HOME$AWS_PROFILE$CARGO_MANIFEST_DIR\" || exit 1; printf 'B\\000\\000\\000\\003abc'; \
             printf 'E\\000\\000\\000\\{:03o}%s' '{end}'; sleep 600",
            end.len()
        );
        let (result, out) = run(&script);
        assert_eq!(result.unwrap().rows, 1);
        assert_eq!(out, b"abc");
    }
}
