//! Who is measured, and how each is started.

use std::path::Path;
use std::process::Command;

use super::input::Input;
use crate::error::TaskError;
use crate::root::{files, read, relative, root, write};

/// What unpacks the files and does nothing else: nobody who reads them can take less.
pub(super) const LIMIT: &str = "libdeflate-gunzip";
/// What the query asks.
const SQL: &str = "SELECT source, name, count(*) AS n FROM events WHERE outcome <> 'success' \
                   GROUP BY source, name ORDER BY n DESC, source, name LIMIT 20";
/// What responders type.
const JQ: &str = ".Records[]? | select(.errorCode != null and .userIdentity.type == \"IAMUser\") | \
                  [.eventTime, .eventName, .errorCode, .userIdentity.arn, .sourceIPAddress] | @tsv";
/// Number of times the built-in rules are given again.
const MORE_RULES: usize = 9;
/// What the program leaves with when it did its work, whatever it found.
const HUNTED: &[i32] = &[0, 1, 3, 4];

/// One who is measured.
pub(super) struct Contender<'w> {
    /// As the table calls it.
    pub(super) name: &'static str,
    /// The command, as somebody would type it.
    pub(super) shown: String,
    /// Makes the command, or says why it can't be run.
    pub(super) command: Result<Box<dyn Fn() -> Command + 'w>, String>,
    /// What is done before each run, uncounted.
    pub(super) prepare: Option<Box<dyn Fn() -> Result<(), TaskError> + 'w>>,
    /// The exit codes of a run that did its work.
    pub(super) good: &'static [i32],
}

/// What contenders are made from.
pub(super) struct Workshop<'w> {
    pub(super) input: &'w Input,
    pub(super) stanch: &'w Path,
    pub(super) python: &'w Path,
    pub(super) scratch: &'w Path,
}

impl Workshop<'_> {
    /// Everybody, in the order of the table.
    pub(super) fn contenders(&self) -> Result<Vec<Contender<'_>>, TaskError> {
        let more_rules = self.more_rules()?;
        let mut all = self.peers();
        all.extend([
            self.hunt("stanch hunt --threads 1", &["--no-store", "--threads", "1"], None),
            self.hunt("stanch hunt --threads 2", &["--no-store", "--threads", "2"], None),
            self.hunt(
                "stanch hunt, ten times the rules",
                &["--no-store", "--threads", "1"],
                Some(&more_rules),
            ),
            self.hunt_with_case(),
            self.query(),
            self.of_stanch("stanch --help", "stanch --help", |command| {
                command.arg("--help");
            }),
        ]);
        Ok(all)
    }

    fn peers(&self) -> Vec<Contender<'_>> {
        let list = self.input.list.display();
        let jq = format!("xargs -0 -a '{list}' zcat | jq -r '{JQ}'");
        vec![
            self.shell(
                LIMIT,
                "libdeflate-gunzip -c FILES",
                &[LIMIT],
                format!("xargs -0 -a '{list}' -n 500 {LIMIT} -c"),
            ),
            self.shell(
                "zcat and jq",
                &format!("zcat FILES | jq -r '{JQ}'"),
                &["zcat", "jq"],
                jq,
            ),
            self.python("Python", "scripts/bench_peer_python.py", "gzip, json"),
            self.python("DuckDB", "scripts/bench_peer_duckdb.py", "duckdb"),
        ]
    }

    fn shell<'w>(&'w self, name: &'static str, shown: &str, needs: &[&str], script: String) -> Contender<'w> {
        let missing = needs
            .iter()
            .find(|tool| version(tool, "--version").is_none() && version(tool, "-V").is_none());
        let command: Box<dyn Fn() -> Command + 'w> = Box::new(move || {
            let mut command = Command::new("sh");
            command.args(["-c", &script]);
            command
        });
        Contender {
            name,
            shown: shown.to_owned(),
            command: missing.map_or(Ok(command), |tool| Err(format!("{tool} is not here"))),
            prepare: None,
            good: &[0],
        }
    }

    fn python<'w>(&'w self, name: &'static str, script: &'static str, modules: &str) -> Contender<'w> {
        let probe = Command::new(self.python)
            .args(["-c", &format!("import {modules}")])
            .output();
        let command: Box<dyn Fn() -> Command + 'w> = Box::new(move || {
            let mut command = Command::new(self.python);
            command.arg(root().join(script)).arg(&self.input.list);
            command
        });
        let is_here = probe.is_ok_and(|output| output.status.success());
        Contender {
            name,
            shown: format!("python3 {script} FILES"),
            command: if is_here {
                Ok(command)
            } else {
                Err(format!("{name} is not here"))
            },
            prepare: None,
            good: &[0],
        }
    }

    fn of_stanch<'w>(
        &'w self,
        name: &'static str,
        shown: &str,
        arguments: impl Fn(&mut Command) + 'w,
    ) -> Contender<'w> {
        Contender {
            name,
            shown: shown.to_owned(),
            command: Ok(Box::new(move || {
                let mut command = Command::new(self.stanch);
                arguments(&mut command);
                command
            })),
            prepare: None,
            good: HUNTED,
        }
    }

    fn hunt<'w>(
        &'w self,
        name: &'static str,
        options: &'static [&str],
        rules: Option<&Path>,
    ) -> Contender<'w> {
        let rules = rules.map(Path::to_owned);
        let more = if rules.is_some() { " --rules RULES" } else { "" };
        let shown = format!("stanch hunt TREE --quiet {}{more}", options.join(" "));
        self.of_stanch(name, &shown, move |command| {
            command
                .arg("hunt")
                .arg(&self.input.tree)
                .arg("--quiet")
                .args(options);
            if let Some(rules) = &rules {
                command.arg("--rules").arg(rules);
            }
        })
    }

    fn hunt_with_case(&self) -> Contender<'_> {
        let shown = "stanch hunt TREE --quiet --threads 1 --case CASE";
        let case = self.scratch.join("case");
        let mut contender = self.of_stanch("stanch hunt --case", shown, {
            let case = case.clone();
            move |command| {
                command
                    .arg("hunt")
                    .arg(&self.input.tree)
                    .args(["--quiet", "--threads", "1", "--case"])
                    .arg(&case);
            }
        });
        contender.prepare = Some(Box::new(move || {
            if case.exists() {
                std::fs::remove_dir_all(&case).map_err(TaskError::file(&case))?;
            }
            let mut new = Command::new(self.stanch);
            new.args(["case", "new", "--responder", "bench", "--no-break-glass"])
                .arg(&case);
            let output = new.output()?;
            output
                .status
                .success()
                .then_some(())
                .ok_or_else(|| TaskError::Tool {
                    command: "stanch case new".to_owned(),
                    reason: String::from_utf8_lossy(&output.stderr).into_owned(),
                })
        }));
        contender
    }

    fn query(&self) -> Contender<'_> {
        let case = self.scratch.join("case");
        let known = Command::new(self.stanch).args(["query", "--help"]).output();
        let mut contender = self.of_stanch(
            "stanch query",
            &format!("stanch query \"{SQL}\" --case CASE"),
            move |command| {
                command.args(["query", SQL, "--case"]).arg(&case);
            },
        );
        if !known.is_ok_and(|output| output.status.success()) {
            contender.command = Err("this program does not know the command".to_owned());
        }
        contender.good = &[0];
        contender
    }

    /// The built-in rules again and again, under ids and names of their own, in a folder.
    fn more_rules(&self) -> Result<std::path::PathBuf, TaskError> {
        let folder = self.scratch.join("rules");
        let rules = root().join("rules");
        for path in files(&rules, &["yml"])? {
            let text = read(&path)?;
            for copy in 1..=MORE_RULES {
                let to = folder.join(copy.to_string()).join(relative(&path, &rules));
                let parent = to.parent().unwrap_or(&folder);
                std::fs::create_dir_all(parent).map_err(TaskError::file(parent))?;
                write(&to, renamed(&text, copy).as_bytes())?;
            }
        }
        Ok(folder)
    }
}

/// A rule file under other ids and names, and with them the correlations that refer to them.
fn renamed(text: &str, copy: usize) -> String {
    let names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("name: "))
        .collect();
    let mut changed = String::with_capacity(text.len());
    for line in text.lines() {
        match line.strip_prefix("id: ") {
            // The first digits of an id are as good as chance; a digit more would be no id.
            Some(id) if id.len() > 8 => changed.push_str(&format!("id: {copy}{copy}{copy}{}", &id[3..])),
            _ => {
                let mut line = line.to_owned();
                for name in &names {
                    line = line.replace(name, &format!("{name}-{copy}"));
                }
                changed.push_str(&line);
            }
        }
        changed.push('\n');
    }
    changed
}

/// What a tool says of itself in its first line; `None` when it is not here.
pub(super) fn version(tool: &str, option: &str) -> Option<String> {
    let output = Command::new(tool).arg(option).output().ok()?;
    let said = if output.stdout.is_empty() {
        output.stderr
    } else {
        output.stdout
    };
    let first = String::from_utf8_lossy(&said).lines().next()?.trim().to_owned();
    output.status.success().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_a_rule_has_an_id_and_names_of_its_own() {
        let text = "title: A\nname: base\nid: 194db611-0a03\n---\nid: 294db611-0a03\ncorrelation:\n  rules: [base]\n";
        assert_eq!(
            renamed(text, 4),
            "title: A\nname: base-4\nid: 444db611-0a03\n---\nid: 444db611-0a03\ncorrelation:\n  rules: [base-4]\n"
        );
    }
}
