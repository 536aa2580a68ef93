//! `stanch dispute`: the support case that asks for a credit, as a folder of files. No request is sent.

mod facts;
mod page;

use std::path::Path;

use stanch_bill::{Dispute, DisputeFacts};
use stanch_report::{CsvCell, csv_header, csv_row};

use super::cost::{self, Judged, Lines};
use crate::arguments::DisputeArguments;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Bytes of an attachment that the console and the API of AWS Support take in one piece.
const ATTACHMENT: u64 = 5 << 20;

/// Judges the bill and writes the folder.
pub(crate) fn run(arguments: &DisputeArguments, console: &Console) -> Result<Exit, Failure> {
    let (folder, force) = (&arguments.output, arguments.force);
    let charges = folder.join("charges.csv");
    for name in ["case.txt", "charges.csv", "timeline.csv", "dispute.html"] {
        let path = folder.join(name);
        if !force && path.exists() {
            return Err(output::taken(&path));
        }
    }
    let is_new = !folder.exists();
    std::fs::create_dir_all(folder).map_err(|error| Failure::file("creating", folder, &error))?;
    let written = output::document_by(&charges, force, |out| {
        let mut lines = Lines::begin(out)?;
        lines.only_claimed = true;
        let result = cost::judged(arguments.case.dir(), &arguments.bill, &mut |line, judgement| {
            lines.add(line, judgement);
        })?;
        lines.end()?;
        Ok(result)
    });
    let result = match written {
        Ok(result) if has_claim(&result) => result,
        other => {
            clear(&charges, folder, is_new);
            let result = other?;
            console.say(
                "Nothing was written: no charge is proven. See which are likely: stanch cost PATH --verbose",
            );
            return Ok(without_claim(&result));
        }
    };
    let facts = facts::of(arguments.case.dir(), &result)?;
    let dispute = Dispute::new(&result.outcome, &facts);
    write(&dispute, folder, force)?;
    tell(&dispute, &result, &facts, folder, console)?;
    Ok(result.exit())
}

fn has_claim(result: &Judged) -> bool {
    result
        .outcome
        .currencies
        .iter()
        .any(|sums| !sums.amounts.claim().is_zero())
}

/// The exit code where no claim was written: likely charges are not known to be the attacker's.
fn without_claim(result: &Judged) -> Exit {
    if result.exit() == Exit::Nothing {
        Exit::Nothing
    } else {
        Exit::Incomplete
    }
}

/// Removes the table that was begun, and the folder if it was made for it.
fn clear(charges: &Path, folder: &Path, is_new: bool) {
    drop(std::fs::remove_file(charges));
    if is_new {
        drop(std::fs::remove_dir(folder));
    }
}

fn write(dispute: &Dispute, folder: &Path, force: bool) -> Result<(), Failure> {
    let text = format!("Subject: {}\n\n{}", dispute.subject, dispute.case_text());
    output::document(&folder.join("case.txt"), force, text.as_bytes())?;
    output::document(
        &folder.join("dispute.html"),
        force,
        page::html(dispute).as_bytes(),
    )?;
    let mut table = Vec::new();
    let written = csv_header(&["time", "event"], &mut table).and_then(|()| {
        dispute.timeline.iter().try_for_each(|(time, event)| {
            csv_row(
                &[CsvCell::Text(&time.to_string()), CsvCell::Text(event)],
                &mut table,
            )
        })
    });
    written.map_err(|error| Failure::because("the timeline can't be written", &error, "please report it"))?;
    output::document(&folder.join("timeline.csv"), force, &table)
}

fn tell(
    dispute: &Dispute,
    result: &Judged,
    facts: &DisputeFacts,
    folder: &Path,
    console: &Console,
) -> Result<(), Failure> {
    let claims: Vec<String> = result
        .outcome
        .currencies
        .iter()
        .filter(|sums| !sums.amounts.claim().is_zero())
        .map(|sums| cost::money(sums.amounts.claim(), &sums.currency))
        .collect();
    let names = ["case.txt", "charges.csv", "timeline.csv", "dispute.html"];
    if console.json {
        console.print_json(&serde_json::json!({
            "subject": dispute.subject,
            "claims": claims,
            "folder": folder,
            "files": names,
            "containment_steps": facts.contained.len(),
        }))?;
    } else {
        let mut text = output::wrapped(
            &format!("SUPPORT CASE WRITTEN: it asks for {}", claims.join(" and ")),
            "",
            "  ",
            console.width,
        );
        text.push('\n');
        console.row(&mut text, "paste", &folder.join("case.txt").display().to_string());
        console.row(
            &mut text,
            "attach",
            "charges.csv, timeline.csv, dispute.html of the same folder",
        );
        console.row(
            &mut text,
            "contained",
            &match facts.contained.len() {
                0 => "not recorded in the case: AWS asks for it before a credit. Next: stanch contain"
                    .to_owned(),
                steps => format!("{steps} verified steps of the journal are in it"),
            },
        );
        output::data(|out| out.write_all(text.as_bytes()))?;
    }
    for name in names {
        let size = std::fs::metadata(folder.join(name)).map_or(0, |about| about.len());
        if size > ATTACHMENT {
            console.say(&format!(
                "{name} is larger than 5 MB: compress it before you attach it"
            ));
        }
    }
    console.say(
        "Read case.txt before you send it; nothing was sent.\nNext    https://support.console.aws.amazon.com/support/home#/case/create > Account and billing > Account > Security",
    );
    Ok(())
}
