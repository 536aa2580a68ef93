//! Once a year the owner signs in as root, with the token, and looks after contacts and payment.

use serde_json::json;

use crate::actor::{Actor, BROWSER};
use crate::call::Call;
use crate::stage::{Stage, iso};
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    let (account, address) = {
        let own = &stage.org.accounts[MAIN];
        (own.id.clone(), own.people[0].home.clone())
    };
    let time = stage.moment(stage.days - 6, 10, 30);
    let key = stage.key_id("ASIA", &account);
    let root = Actor::root(&account, &key, &iso(time)).from(&address, BROWSER);
    let mut thread = Thread::owner(stage, root.clone(), MAIN, time);
    thread.sign_in(&root, true, true);
    thread.call(Call::new("iam", "GetAccountSummary"));
    thread.call(Call::new("iam", "ListMFADevices"));
    let mut contact =
        Call::new("account", "PutAlternateContact").req(json!({"alternateContactType": "SECURITY"}));
    contact.read_only = false;
    thread.call(contact);
    thread.call(Call::new("account", "GetContactInformation"));
    thread.call(Call::new("billing", "GetBillingNotifications"));
}
