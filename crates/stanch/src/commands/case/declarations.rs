//! `stanch case responder`, `break-glass`, `vendors` and `known-good`: list, add and remove declarations of a case.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;
use stanch_case::{Case, CaseError, Declaration, DeclarationKind, Declarations};
use stanch_core::ports::Clock as _;
use stanch_core::text::shown;

use super::names;
use crate::arguments::{
    DeclarationArguments, DeclarationCommand, SaidArguments, VendorArguments, VendorCommand,
};
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Lists, adds or removes responders, break-glass principals or known-good entries.
pub(super) fn run(
    kind: DeclarationKind,
    arguments: &DeclarationArguments,
    console: &Console,
) -> Result<Exit, Failure> {
    match &arguments.command {
        DeclarationCommand::List(list) => show(kind, list.case.dir(), console),
        DeclarationCommand::Add(entry) => {
            let name = entry.entry.clone();
            let declaration = match kind {
                DeclarationKind::Responder => Declaration::Responder { principal: name },
                DeclarationKind::BreakGlass => {
                    let arns = names::resolved(vec![name])?;
                    let principal = arns.into_iter().next().unwrap_or_default();
                    Declaration::BreakGlass { principal }
                }
                DeclarationKind::KnownGood => Declaration::KnownGood { entry: name },
                DeclarationKind::Vendor => Declaration::Vendor {
                    account: name.as_str().into(),
                    name: String::new(),
                },
            };
            add(&declaration, &entry.said, console)
        }
        DeclarationCommand::Remove(entry) => remove(kind, &entry.entry, &entry.said, console),
    }
}

/// Lists, adds or removes vendors.
pub(super) fn vendors(arguments: &VendorArguments, console: &Console) -> Result<Exit, Failure> {
    let kind = DeclarationKind::Vendor;
    match &arguments.command {
        VendorCommand::List(list) => show(kind, list.case.dir(), console),
        VendorCommand::Add(vendor) => {
            let declaration = Declaration::Vendor {
                account: vendor.account.as_str().into(),
                name: vendor.name.clone(),
            };
            add(&declaration, &vendor.said, console)
        }
        VendorCommand::Remove(entry) => remove(kind, &entry.entry.replace('-', ""), &entry.said, console),
    }
}

fn add(declaration: &Declaration, said: &SaidArguments, console: &Console) -> Result<Exit, Failure> {
    declaration.normal().check()?;
    let reason = reason(said)?;
    let now = SystemClock::new(None).now();
    let mut case = Case::open(said.case.dir(), now)?;
    let by = by(&case.declarations(), said)?;
    let id = shown(declaration.normal().id(), 200);
    let word = word(declaration.kind());
    if !case.declare(declaration, (&by, &reason), now)? {
        console.say(&format!(
            "{id} is a {word} of this case already: nothing was written"
        ));
        return Ok(Exit::Nothing);
    }
    console.say(&format!("Added {word} {id}"));
    console.say(&format!(
        "Next    stanch contain --case {}    plans again: earlier plans do not know it",
        said.case.dir().display()
    ));
    Ok(Exit::Nothing)
}

fn remove(kind: DeclarationKind, id: &str, said: &SaidArguments, console: &Console) -> Result<Exit, Failure> {
    let reason = reason(said)?;
    let now = SystemClock::new(None).now();
    let mut case = Case::open(said.case.dir(), now)?;
    let by = by(&case.declarations(), said)?;
    case.withdraw(kind, id, (&by, &reason), now).map_err(|error| {
        let next = match error {
            CaseError::NotDeclared { .. } => {
                format!(
                    "list them: stanch case {} list --case {}",
                    verb(kind),
                    said.case.dir().display()
                )
            }
            _ => error.next().to_owned(),
        };
        let failure = Failure::because(error.to_string(), &error, next).without_first_cause();
        if matches!(
            error,
            CaseError::NotDeclared { .. } | CaseError::LastResponder { .. }
        ) {
            failure.usage()
        } else {
            failure
        }
    })?;
    console.say(&format!("Removed {} {}", word(kind), shown(id, 200)));
    Ok(Exit::Nothing)
}

fn show(kind: DeclarationKind, case: &Path, console: &Console) -> Result<Exit, Failure> {
    let declarations = Case::open_read_only(case)?.declarations();
    let list: Vec<_> = declarations.of_kind(kind).collect();
    if console.json {
        output::data(|out| writeln!(out, "{}", json!(list)))?;
        return Ok(Exit::Nothing);
    }
    let mut text = String::new();
    for declared in &list {
        let id = shown(declared.declaration.id(), 200);
        match &declared.declaration {
            Declaration::Vendor { name, .. } => {
                let _ = writeln!(text, "{id}  {}", shown(name, 200));
            }
            declaration => {
                let _ = writeln!(text, "{id}");
                if let Err(error) = declaration.check() {
                    console.row(&mut text, "warning", &format!("{error}: {}", error.next()));
                }
            }
        }
        console.row(&mut text, "added by", &declared.by);
        console.row(&mut text, "reason", &declared.reason);
    }
    if list.is_empty() {
        let _ = writeln!(
            text,
            "None. Next    stanch case {} add NAME --case {}",
            verb(kind),
            case.display()
        );
    }
    output::data(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Nothing)
}

fn reason(said: &SaidArguments) -> Result<String, Failure> {
    let reason = match &said.reason {
        Some(reason) => reason.clone(),
        None => output::ask(
            "Reason, for the journal: ",
            "the journal needs a reason",
            "--reason TEXT",
        )?,
    };
    if reason.trim().is_empty() {
        return Err(Failure::new("the reason is empty", "add --reason TEXT").usage());
    }
    Ok(reason)
}

fn by(declarations: &Declarations, said: &SaidArguments) -> Result<String, Failure> {
    let by = said.by.as_deref().or_else(|| declarations.responder(""));
    by.map(str::to_owned)
        .filter(|by| !by.trim().is_empty())
        .ok_or_else(|| Failure::new("the case has no responder", "add your name: --by NAME"))
}

const fn word(kind: DeclarationKind) -> &'static str {
    match kind {
        DeclarationKind::Responder => "responder",
        DeclarationKind::BreakGlass => "break-glass principal",
        DeclarationKind::Vendor => "vendor",
        DeclarationKind::KnownGood => "known-good entry",
    }
}

const fn verb(kind: DeclarationKind) -> &'static str {
    match kind {
        DeclarationKind::Responder => "responder",
        DeclarationKind::BreakGlass => "break-glass",
        DeclarationKind::Vendor => "vendors",
        DeclarationKind::KnownGood => "known-good",
    }
}
