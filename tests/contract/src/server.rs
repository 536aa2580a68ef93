//! The stand-in as a process. It ends when this value does: its standard input closes then.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// See the module.
pub(crate) struct Server {
    process: Child,
    endpoint: String,
}

impl Server {
    /// Starts it, and waits until it answers.
    pub(crate) fn start(python: &str) -> Result<Self, String> {
        let script = crate::folder().join("../aws/server.py");
        let mut process = Command::new(python)
            .args(["-W", "ignore"])
            .arg(script)
            .arg("--strict")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{python}: {error}"))?;
        let stdout = process.stdout.take().ok_or("the stand-in says nothing")?;
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .map_err(|error| error.to_string())?;
        let told: serde_json::Value = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        let endpoint = told.get("endpoint").and_then(serde_json::Value::as_str);
        let endpoint = endpoint.ok_or("the stand-in names no endpoint")?.to_owned();
        Ok(Self { process, endpoint })
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        if let Err(error) = self.process.wait() {
            eprintln!("the stand-in: {error}");
        }
    }
}
