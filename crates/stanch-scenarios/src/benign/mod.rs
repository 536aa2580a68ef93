//! Harmless work that looks like an attack, one file each.

pub(crate) mod key_rotation;
pub(crate) mod mass_restore;
pub(crate) mod new_employee;
pub(crate) mod office_move;
pub(crate) mod own_scanner;
pub(crate) mod owner_sets_up_logging;
pub(crate) mod promoted_colleague;
pub(crate) mod recovery_test;
pub(crate) mod ten_thousand_denials;
pub(crate) mod terraform_rebuild;
pub(crate) mod yearly_root;

use crate::background::session;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::MAIN;

/// The administrator of the main account at work on one of the last days.
fn administrator(stage: &mut Stage, hour: u32) -> Thread<'_> {
    let person = stage.org.accounts[MAIN].people[0].clone();
    // A Tuesday or Wednesday of the last week.
    let day = stage.days - 6 + stage.random.below(2) as u32;
    let time = stage.moment(day, hour, 25);
    session(stage, MAIN, &person, time)
}
