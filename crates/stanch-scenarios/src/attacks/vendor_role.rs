//! The company that watches the account is itself attacked; its role is used from elsewhere.

use serde_json::json;

use crate::actor::{Actor, CLI_LINUX};
use crate::labels::Vector;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::ThirdParty);
    let (outside, role) = (stage.org.vendor.clone(), stage.org.accounts[MAIN].vendor.clone());
    let time = super::late(stage);
    let address = stage.address();
    let mut thread = Thread::attacker(stage, Actor::of(json!({})).from(&address, CLI_LINUX), MAIN, time);
    let session = thread.assume_from_outside(&outside, &role, "support-session");
    thread.becomes(&session);
    thread.identity();
    thread.list_identities();
    thread.list_compute();
    thread.read_secrets(&[
        "orders/database",
        "payments/gateway",
        "mail/provider",
        "signing/key",
        "admin/token",
        "crm/api",
    ]);
    let volumes = thread.stage.org.accounts[MAIN].volumes.clone();
    let receiver = format!(
        "{}",
        300_000_000_000_u64 + thread.stage.random.below(600_000_000_000)
    );
    for volume in &volumes {
        let snapshot = thread.snapshot(volume);
        thread.wait(120);
        thread.share_snapshot(&snapshot, &receiver);
    }
}
