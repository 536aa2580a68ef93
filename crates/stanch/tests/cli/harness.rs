//! Runs the built binary in a scratch folder with nothing of the caller's environment.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A scratch folder and the program in it.
pub(crate) struct Scratch {
    dir: TempDir,
}

/// Result of a run.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The command, with a bare environment and a fixed working folder.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stanch"));
        command
            .args(arguments)
            .env_clear()
            .current_dir(self.dir.path())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    /// Opens a case.
    pub(crate) fn new_case(&self, name: &str) {
        let ran = self.run(&["case", "new", name, "--responder", "ann", "--no-break-glass"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }

    /// Makes up an incident of about this many benign events below `logs`, and gives its truth.
    pub(crate) fn incident(&self, events: u64) -> stanch_demo::Manifest {
        let options = stanch_demo::Options {
            events,
            ..stanch_demo::Options::default()
        };
        stanch_demo::write(&self.path("logs"), &options).unwrap()
    }
}

impl Ran {
    /// Returns true when standard error has these words, however it was wrapped.
    pub(crate) fn says(&self, words: &str) -> bool {
        flat(&self.stderr).contains(&flat(words))
    }

    /// Returns true when standard output has these words, however it was wrapped.
    pub(crate) fn prints(&self, words: &str) -> bool {
        flat(&self.stdout).contains(&flat(words))
    }

    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A harmless log of one event.
pub(crate) fn harmless(id: &str) -> String {
    format!("[{}]", record(id, "DescribeInstances", "ec2.amazonaws.com"))
}

/// The documents of a case that must not depend on chance.
pub(crate) fn documents(case: &Path) -> Vec<(String, Vec<u8>)> {
    [
        "findings.jsonl",
        "verdict.json",
        "report/report.json",
        "report/index.html",
    ]
    .into_iter()
    .map(|name| (name.to_owned(), std::fs::read(case.join(name)).unwrap()))
    .collect()
}

/// A CloudTrail record of a console user who does one thing.
pub(crate) fn record(id: &str, name: &str, source: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/ann","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE","userName":"ann"}},"eventTime":"2026-03-05T14:02:11Z","eventSource":"{source}","eventName":"{name}","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.17.13","requestParameters":null,"responseElements":null,"requestID":"r","eventID":"{id}","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}}"#
    )
}
