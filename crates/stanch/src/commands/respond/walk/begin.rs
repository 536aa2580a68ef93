//! Creates the case of a new response: asks who must never be locked out.
//!
//! It must not write anything but the case.

use stanch_case::{Case, Declaration, NewCase};
use stanch_core::text::shown;

use super::super::{Responder, situation};
use super::Walk;
use crate::error::Failure;

/// Asks and makes it.
pub(super) fn case(walk: &mut Walk<'_>) -> Result<(), Failure> {
    let dir = &walk.arguments.case;
    let asking = Responder::open(&walk.arguments.access.meant())?;
    let own = &asking.caller.arn;
    walk.console.say(&format!(
        "Opening a new case in {}. You are {}",
        dir.display(),
        shown(own, 200)
    ));
    let typed = walk
        .keys
        .ask("Your own principal; no plan locks it out (Enter: the one above): ")?;
    let responder = if typed.is_empty() { own.clone() } else { typed };
    let break_glass = break_glass(walk, own)?;
    if break_glass.is_empty() {
        walk.console
            .say("No break-glass principal: plans exempt only you and the last administrator.");
    }
    let title = dir.file_name().map_or_else(
        || "incident".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    );
    let new = NewCase {
        title,
        accounts: vec![asking.caller.account.as_str().into()],
        responder,
        break_glass,
        seal_to: None,
        opened_at: situation::now(),
    };
    Case::create(dir, &new)?;
    Ok(())
}

/// Asks for the break-glass principals until every answer names one.
fn break_glass(walk: &Walk<'_>, caller: &str) -> Result<Vec<String>, Failure> {
    loop {
        let typed = walk.keys.ask(
            "Break-glass principals, as user/NAME, role/NAME or ARN, separated by commas (Enter: none): ",
        )?;
        let names = typed.split(',').map(str::trim).filter(|name| !name.is_empty());
        let declared: Vec<Declaration> = names.map(|name| Declaration::break_glass(name, caller)).collect();
        match declared.iter().try_for_each(Declaration::check) {
            Ok(()) => return Ok(declared.iter().map(|one| one.id().to_owned()).collect()),
            Err(error) => walk.console.say(&Failure::from(error).text(walk.console.width)),
        }
    }
}
