//! The formats an analysis can be written in: their names, the file endings that mean them, their writers.

use std::io;
use std::path::Path;

use clap::ValueEnum as _;
use stanch_core::Analysis;
use stanch_report::TerminalOptions;

use crate::error::Failure;

/// A report format. The first line of each is its help.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// The summary for a terminal (.txt)
    #[default]
    Text,
    /// The whole analysis, schema in docs/report.schema.json (.json)
    Json,
    /// One self-contained page (.html)
    Html,
    /// A report to paste in a ticket (.md)
    Markdown,
    /// Findings as a table, formula-safe (.csv)
    Csv,
    /// Cited events as a table, formula-safe (.events.csv)
    CsvEvents,
    /// Every event of the attacker as a table, with the reason, formula-safe (.attacker.csv)
    CsvAttackerEvents,
    /// Findings with their events, one object a line (.jsonl)
    Jsonl,
    /// Cited events, one object a line (.events.jsonl)
    JsonlEvents,
    /// A timeline for Timesketch (.timesketch.jsonl)
    Timesketch,
    /// Findings as OCSF 1.5 Detection Finding (.ocsf.jsonl)
    Ocsf,
    /// Cited events as OCSF 1.5 API Activity (.events.ocsf.jsonl)
    OcsfEvents,
    /// Findings as SARIF 2.1.0 (.sarif)
    Sarif,
    /// Indicators as a STIX 2.1 bundle (.stix.json)
    Stix,
}

impl Format {
    /// Endings with what they mean. A longer one comes before the ending of which it is a kind; of several for one
    /// format, the first is the one that is told.
    const ENDINGS: [(&str, Self); 17] = [
        (".events.ocsf.jsonl", Self::OcsfEvents),
        (".ocsf.jsonl", Self::Ocsf),
        (".timesketch.jsonl", Self::Timesketch),
        (".events.jsonl", Self::JsonlEvents),
        (".jsonl", Self::Jsonl),
        (".events.csv", Self::CsvEvents),
        (".attacker.csv", Self::CsvAttackerEvents),
        (".csv", Self::Csv),
        (".stix.json", Self::Stix),
        (".sarif", Self::Sarif),
        (".sarif.json", Self::Sarif),
        (".json", Self::Json),
        (".html", Self::Html),
        (".htm", Self::Html),
        (".md", Self::Markdown),
        (".markdown", Self::Markdown),
        (".txt", Self::Text),
    ];

    /// The format that a file's ending names.
    pub(crate) fn of_path(path: &Path) -> Result<Self, Failure> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let ends = |ending: &str| name.len() > ending.len() && name.ends_with(ending);
        let named = Self::ENDINGS.iter().find(|(ending, _)| ends(ending));
        named.map(|(_, format)| *format).ok_or_else(|| {
            let told = |format: &Self| Self::ENDINGS.iter().find(|(_, named)| named == format);
            let told = Self::value_variants().iter().filter_map(told);
            let endings: Vec<&str> = told.map(|(ending, _)| *ending).collect();
            Failure::new(
                format!("the format of {} is not known from its extension", path.display()),
                format!("use one of the extensions {}", endings.join(" ")),
            )
            .usage()
        })
    }

    /// Writes an analysis. `options` are for text alone.
    pub(crate) fn write(
        self,
        analysis: &Analysis,
        options: &TerminalOptions,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        match self {
            Self::Text => stanch_report::terminal(analysis, options, out),
            Self::Json => stanch_report::json(analysis, out),
            Self::Html => stanch_report::html(analysis, out),
            Self::Markdown => stanch_report::markdown(analysis, out),
            Self::Csv => stanch_report::csv(analysis, out),
            Self::CsvEvents => stanch_report::csv_events(analysis, out),
            Self::CsvAttackerEvents => stanch_report::csv_attacker_events(analysis, out),
            Self::Jsonl => stanch_report::jsonl(analysis, out),
            Self::JsonlEvents => stanch_report::jsonl_events(analysis, out),
            Self::Timesketch => stanch_report::timesketch(analysis, out),
            Self::Ocsf => stanch_report::ocsf(analysis, out),
            Self::OcsfEvents => stanch_report::ocsf_events(analysis, out),
            Self::Sarif => stanch_report::sarif(analysis, out),
            Self::Stix => stanch_report::stix(analysis, out),
        }
    }
}

/// A format of an assessment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum AssessFormat {
    /// For a terminal (.txt)
    #[default]
    Text,
    /// The whole assessment (.json)
    Json,
    /// One self-contained page (.html)
    Html,
}

impl AssessFormat {
    /// The format that a file's extension names.
    pub(crate) fn of_path(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("txt") => Ok(Self::Text),
            Some("json") => Ok(Self::Json),
            Some("html" | "htm") => Ok(Self::Html),
            _ => Err(Failure::new(
                format!("the format of {} is not known from its extension", path.display()),
                "use one of the extensions .html .json .txt",
            )
            .usage()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_an_ending_and_the_longest_counts() {
        for format in Format::value_variants() {
            let ending = Format::ENDINGS.iter().find(|(_, named)| named == format);
            let (ending, _) = ending.unwrap();
            let path = format!("out/incident{ending}");
            assert_eq!(Format::of_path(Path::new(&path)).unwrap(), *format, "{ending}");
        }
        for unknown in ["report.docx", ".csv", "report", "", "a.json/", "report.json.gz"] {
            let read = Format::of_path(Path::new(unknown));
            assert_eq!(read.is_ok(), unknown == "a.json/", "{unknown}");
        }
    }
}
