//! A new scanner of the company's own security team goes through every account and region for the first time.

use crate::actor::{Actor, SCANNER};
use crate::call::Call;
use crate::stage::{Stage, iso};
use crate::thread::Thread;
use crate::world::{REGIONS, SECURITY, UNUSED};

pub(crate) fn play(stage: &mut Stage) {
    let address = stage.address();
    let security = stage.org.accounts[SECURITY].id.clone();
    let own = stage.org.accounts[SECURITY].web.clone();
    for account in 0..stage.org.accounts.len() {
        let time = stage.moment(stage.days - 5, 6 + account as u32, 0);
        let key = stage.key_id("ASIA", &security);
        let audit = stage.org.accounts[account].audit.clone();
        let actor = Actor::role(&security, &own, "cloud-posture", &key, &iso(time)).from(&address, SCANNER);
        let mut thread = Thread::owner(stage, actor, SECURITY, time);
        thread.pace = (0, 1);
        let session = thread.assume(account, &audit, "cloud-posture");
        thread.becomes(&session);
        thread.account = account;
        for region in REGIONS.iter().chain(&UNUSED) {
            thread.region = region;
            for (service, name) in crate::background::SCAN {
                thread.call(Call::new(service, name));
            }
            for (service, name) in [
                ("ce", "GetCostAndUsage"),
                ("organizations", "ListAccounts"),
                ("support", "DescribeCases"),
            ] {
                thread.call(Call::new(service, name).denied());
            }
        }
    }
}
