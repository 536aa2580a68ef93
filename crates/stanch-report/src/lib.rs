//! Tells what an analysis says: one file per format.
//!
//! Every writer takes an [`Analysis`](stanch_core::Analysis) and a place to write to, and writes the same
//! bytes for the same analysis. Nothing here may judge, read a file, look at the clock or know how the
//! analysis came about. Every text in an analysis may have been written by an attacker, so none reaches a
//! reader before it was made inert (`stanch_core::text::shown`) and escaped for its format (`escape`).

mod attack;
mod cited;
mod csv;
mod escape;
mod html;
mod json;
mod jsonl;
mod judged;
mod layout;
mod markdown;
mod ocsf;
mod plan;
mod remarks;
mod sarif;
mod stix;
mod terminal;
mod times;
mod timesketch;
mod words;

#[cfg(test)]
mod inert;
#[cfg(test)]
mod sample;

pub use csv::{CsvCell, csv, csv_attacker_events, csv_events, csv_header, csv_row};
pub use escape::html_text;
pub use html::{html, html_assessment};
pub use json::{json, json_assessment, json_dossier};
pub use jsonl::{jsonl, jsonl_events};
pub use markdown::markdown;
pub use ocsf::{ocsf, ocsf_events};
pub use plan::{plan_json, plan_markdown, plan_shell};
pub use sarif::sarif;
pub use stix::stix;
pub use terminal::{
    PlanFrame, TerminalOptions, terminal, terminal_assessment, terminal_dossier, terminal_plan,
    terminal_problems,
};
pub use timesketch::timesketch;
