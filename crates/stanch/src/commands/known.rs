//! Vendors and known-good entries of a case, as an assessment takes them; and the lists that are added to a case.

use std::path::Path;

use stanch_assess::Known;
use stanch_case::{Case, CaseError, Declaration, Declarations};
use stanch_core::ports::Clock as _;

use crate::clock::SystemClock;
use crate::error::Failure;
use crate::output::Console;
use crate::requests::AssessRequest;

/// Returns the vendors and known-good entries of a case; none where the folder is no case.
pub(crate) fn of_case(case: &Path) -> Result<Known, Failure> {
    match Case::open_read_only(case) {
        Ok(view) => Ok(of(&view.declarations())),
        Err(CaseError::NotACase { .. }) => Ok(Known::default()),
        Err(error) => Err(error.into()),
    }
}

fn of(declarations: &Declarations) -> Known {
    let vendors = declarations.vendors();
    let known = vendors.fold(Known::default(), |known, (account, name)| {
        known.with_vendor(account.as_str(), name)
    });
    declarations.known_good().fold(known, Known::with_entry)
}

/// Adds the lists that `assess` was given to the case, and returns all vendors and known-good entries. Where the snapshot
/// is not of the case, the lists are used for this assessment only, and the case is not read.
pub(crate) fn given(
    declarations: &[(String, Declaration)],
    request: &AssessRequest,
    snapshot_dir: &Path,
    console: &Console,
) -> Result<Known, Failure> {
    if !is_of_case(&request.case, snapshot_dir) {
        if !declarations.is_empty() {
            console.say("The snapshot is not of a case: the vendors and known-good entries are used for this assessment only.");
        }
        return Ok(declarations
            .iter()
            .fold(Known::default(), |known, (_, declaration)| {
                with(known, declaration)
            }));
    }
    if !declarations.is_empty() {
        store(request, declarations, console)?;
    }
    of_case(&request.case)
}

fn with(known: Known, declaration: &Declaration) -> Known {
    match declaration {
        Declaration::Vendor { account, name } => known.with_vendor(account.as_str(), name),
        Declaration::KnownGood { entry } => known.with_entry(entry),
        Declaration::Responder { .. } | Declaration::BreakGlass { .. } => known,
    }
}

/// Returns whether a folder is a case and a snapshot lies in it.
fn is_of_case(case: &Path, snapshot: &Path) -> bool {
    let is_case = !matches!(Case::open_read_only(case), Err(CaseError::NotACase { .. }));
    let inside = |case: &Path| snapshot.canonicalize().is_ok_and(|path| path.starts_with(case));
    is_case && case.canonicalize().is_ok_and(|case| inside(&case))
}

/// Reads the lists, each entry with the file that has it.
pub(crate) fn declarations(request: &AssessRequest) -> Result<Vec<(String, Declaration)>, Failure> {
    let read =
        |path: &Path| std::fs::read_to_string(path).map_err(|error| Failure::file("reading", path, &error));
    let mut found = Vec::new();
    if let Some(path) = &request.known_good {
        let file = path.display().to_string();
        let entries = Known::good_in(&read(path)?).into_iter();
        found.extend(entries.map(|entry| (file.clone(), Declaration::KnownGood { entry })));
    }
    if let Some(path) = &request.vendors {
        let file = path.display().to_string();
        let vendors = Known::vendors_in(&read(path)?).map_err(|line| {
            Failure::new(
                format!("line {line} of {file} names no account"),
                "write an account id of 12 digits and a name on each line",
            )
        })?;
        let vendor = |(account, name): (String, String)| Declaration::Vendor {
            account: account.as_str().into(),
            name,
        };
        found.extend(vendors.into_iter().map(|each| (file.clone(), vendor(each))));
    }
    for (file, declaration) in &found {
        declaration.normal().check().map_err(|error| {
            let next = format!("correct {file}: {}", error.next());
            Failure::because(error.to_string(), &error, next).without_first_cause()
        })?;
    }
    Ok(found)
}

fn store(
    request: &AssessRequest,
    declarations: &[(String, Declaration)],
    console: &Console,
) -> Result<(), Failure> {
    let now = SystemClock::new(None).now();
    let mut case = Case::open(&request.case, now)?;
    let known = case.declarations();
    let by = known.responder("").unwrap_or("responder").to_owned();
    let mut added = 0_u64;
    for (file, declaration) in declarations {
        let reason = format!("listed in {file}, given to stanch assess");
        added += u64::from(case.declare(declaration, (&by, &reason), now)?);
    }
    if added > 0 {
        let case = request.case.display();
        console.say(&format!(
            "Added {added} vendors and known-good entries to the case: assess, contain and respond honour them.\nList or remove them: stanch case vendors list --case {case}, stanch case known-good list --case {case}"
        ));
    }
    Ok(())
}
