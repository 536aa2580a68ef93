//! Hunting in real logs, held against what must be found and what must not.
//!
//! The logs are not part of the repository; the bars are. Every check gives lines of one table, and below it
//! the reasons for each line that misses its bar.

mod aws_protocols;
mod bench;
mod iam;
mod invictus;
mod naming;
mod panther;
mod reading;
mod stratus;
mod techniques;

use std::io::Write;
use std::path::Path;

use crate::error::TaskError;
use bench::Bench;

/// What a line is held to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Bar {
    /// At least so many.
    AtLeast(f64),
    /// At most so many.
    AtMost(f64),
    /// Only told.
    None,
}

/// One line of the table.
#[derive(Debug)]
struct Line {
    name: String,
    /// The figure as held to the bar.
    figure: f64,
    /// The figure as shown.
    shown: String,
    bar: Bar,
    /// In percent.
    percent: bool,
    /// What speaks against it.
    misses: Vec<String>,
}

impl Line {
    /// A count out of a whole.
    fn count(name: &str, good: usize, whole: usize, bar: usize, misses: Vec<String>) -> Self {
        Self {
            name: name.to_owned(),
            figure: good as f64,
            shown: format!("{good} of {whole}"),
            bar: Bar::AtLeast(bar as f64),
            percent: false,
            misses,
        }
    }

    /// A share in percent. Nothing out of nothing is no share and misses every bar.
    fn share(name: &str, part: usize, whole: usize, bar: Bar, misses: Vec<String>) -> Self {
        let figure = if whole == 0 {
            f64::NAN
        } else {
            part as f64 * 100.0 / whole as f64
        };
        Self {
            name: name.to_owned(),
            figure,
            shown: format!("{figure:.1} % ({part}/{whole})"),
            bar,
            percent: true,
            misses,
        }
    }

    fn holds(&self) -> bool {
        match self.bar {
            Bar::AtLeast(bar) => self.figure >= bar,
            Bar::AtMost(bar) => self.figure <= bar,
            Bar::None => true,
        }
    }

    fn bar_shown(&self) -> String {
        let unit = if self.percent { " %" } else { "" };
        match self.bar {
            Bar::AtLeast(bar) => format!("≥ {bar}{unit}"),
            Bar::AtMost(bar) => format!("≤ {bar}{unit}"),
            Bar::None => "–".to_owned(),
        }
    }
}

/// A check over one set of logs: its folder, and what makes its lines.
struct Check {
    name: &'static str,
    folder: &'static str,
    run: fn(&Bench, &Path) -> Result<Vec<Line>, TaskError>,
}

const CHECKS: [Check; 8] = [
    Check {
        name: "aws-protocols",
        folder: "aws-protocol-tests",
        run: aws_protocols::run,
    },
    Check {
        name: "iam",
        folder: "iam",
        run: iam::run,
    },
    Check {
        name: "stratus",
        folder: "stratus",
        run: stratus::run,
    },
    Check {
        name: "invictus",
        folder: "invictus",
        run: invictus::run,
    },
    Check {
        name: "panther",
        folder: "panther",
        run: panther::run,
    },
    Check {
        name: "quirks",
        folder: "quirks",
        run: reading::quirks,
    },
    Check {
        name: "traildiscover",
        folder: "traildiscover",
        run: reading::samples,
    },
    Check {
        name: "honesty",
        folder: "",
        run: naming::no_simulator,
    },
];

/// Runs the checks and prints the table; whether every line holds.
pub(crate) fn run(data: &Path, only: Option<&str>, out: &mut dyn Write) -> Result<bool, TaskError> {
    let chosen: Vec<&Check> = CHECKS
        .iter()
        .filter(|check| only.is_none_or(|only| check.name.contains(only)))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        return Err(TaskError::Unfit(format!(
            "no such check; there are {}",
            names.join(", ")
        )));
    }
    for check in &chosen {
        let folder = data.join(check.folder);
        if !folder.is_dir() {
            return Err(TaskError::Unfit(format!(
                "{} is not there; --data must name the folder that holds the logs",
                folder.display()
            )));
        }
    }
    let bench = Bench::new()?;
    let mut lines = Vec::new();
    for check in chosen {
        lines.extend((check.run)(&bench, &data.join(check.folder))?);
    }
    print(&lines, out)?;
    Ok(lines.iter().all(Line::holds))
}

fn print(lines: &[Line], out: &mut dyn Write) -> Result<(), TaskError> {
    let width = lines
        .iter()
        .map(|line| line.name.chars().count())
        .max()
        .unwrap_or(0);
    for line in lines {
        let verdict = match (line.bar, line.holds()) {
            (Bar::None, _) => "",
            (_, true) => "ok",
            (_, false) => "FAIL",
        };
        writeln!(
            out,
            "{:width$}  {:>20}  {:>8}  {verdict}",
            line.name,
            line.shown,
            line.bar_shown()
        )?;
    }
    for line in lines.iter().filter(|line| !line.misses.is_empty()) {
        writeln!(out, "\n{}:", line.name)?;
        for miss in &line.misses {
            writeln!(out, "  {miss}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_held_to_its_bar() {
        assert!(Line::count("a", 34, 35, 34, Vec::new()).holds());
        assert!(!Line::count("a", 33, 35, 34, Vec::new()).holds());
        assert!(Line::share("a", 2, 100, Bar::AtMost(2.0), Vec::new()).holds());
        assert!(!Line::share("a", 3, 100, Bar::AtMost(2.0), Vec::new()).holds());
        assert!(!Line::share("a", 0, 0, Bar::AtMost(2.0), Vec::new()).holds());
    }
}
