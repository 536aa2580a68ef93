//! Creates the case of a new response: asks who must never be locked out.
//!
//! It must not write anything but the case.

use stanch_case::{Case, NewCase};
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
    let typed = walk
        .keys
        .ask("Break-glass principals, separated by commas (Enter: none): ")?;
    let break_glass: Vec<String> = typed
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
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
