//! Attacks, one file each. Every call of the attacker is labelled by the thread that makes it.

pub(crate) mod bedrock_hijack;
pub(crate) mod federation_token;
pub(crate) mod identity_center_phished;
pub(crate) mod image_key_role_chain;
pub(crate) mod insider_administrator;
pub(crate) mod leaked_key_miners;
pub(crate) mod logs_stopped_first;
pub(crate) mod mail_abuse;
pub(crate) mod member_root_assumed;
pub(crate) mod metadata_theft;
pub(crate) mod object_ransom;
pub(crate) mod oidc_without_subject;
pub(crate) mod phished_console_user;
pub(crate) mod root_mailbox;
pub(crate) mod slow_attacker;
pub(crate) mod vendor_role;

use crate::actor::Actor;
use crate::labels::Vector;
use crate::stage::Stage;
use crate::world::User;

/// A user's long-term key in other hands, from a new network.
fn stolen_key(stage: &mut Stage, account: usize, user: &User, agent: &str) -> Actor {
    let address = stage.address();
    stage.org.accounts[account].user(user).from(&address, agent)
}

/// A moment of the last days, at an hour of the attacker's.
fn late(stage: &mut Stage) -> i64 {
    let (day, hour, minute) = (
        stage.days - 4 + stage.random.below(3) as u32,
        stage.random.below(20) as u32,
        stage.random.below(60) as u32,
    );
    stage.moment(day, hour, minute)
}

/// Notes the initial access.
fn came_by(stage: &mut Stage, vector: Vector) {
    stage.labels.vector = Some(vector);
}
