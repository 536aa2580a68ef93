//! A leaked key sends mail and text messages; a user with a password is made to come back.

use serde_json::json;

use crate::actor::BOTO_WINDOWS;
use crate::call::Call;
use crate::calls::ADMINISTRATOR;
use crate::labels::Vector;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::{MAIN, REGIONS};

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::LeakedKey);
    let user = stage.org.accounts[MAIN].ci.clone();
    let actor = super::stolen_key(stage, MAIN, &user, BOTO_WINDOWS);
    let time = super::late(stage);
    let mut thread = Thread::attacker(stage, actor, MAIN, time);
    thread.pace = (1, 20);
    for region in REGIONS {
        thread.region = region;
        thread.read("ses", &["GetAccount", "GetSendQuota", "ListIdentities"]);
        thread.call(Call::new("sns", "GetSMSAttributes"));
    }
    thread.region = "us-east-1";
    let name = format!("ses_{}", thread.stage.random.hex(5));
    thread.create_user(&name);
    thread.attach_user_policy(&name, ADMINISTRATOR);
    thread.create_login(&name);
    let domain = format!("billing-{}.example", thread.stage.random.hex(4));
    thread.call(
        Call::new("ses", "CreateEmailIdentity")
            .req(json!({"emailIdentity": domain}))
            .res(json!({"identityType": "DOMAIN"})),
    );
    thread.leaves(&domain);
    thread.call(
        Call::new("ses", "PutAccountDetails")
            .req(json!({"productionAccessEnabled": true, "mailType": "MARKETING"})),
    );
    thread.leaves("PutAccountDetails");
    thread.call(Call::new("ses", "UpdateAccountSendingEnabled").req(json!({"enabled": true})));
    thread.leaves("UpdateAccountSendingEnabled");
    thread
        .call(Call::new("sns", "SetSMSAttributes").req(json!({"attributes": {"MonthlySpendLimit": "5000"}})));
    thread.leaves("SetSMSAttributes");
    for _ in 0..60 {
        thread.call(
            Call::new("sns", "Publish")
                .req(json!({"phoneNumber": "HIDDEN_DUE_TO_SECURITY_REASONS"}))
                .data(),
        );
    }
}
