//! A policy is rolled out wrong: a program is refused ten thousand times in a day, until somebody repairs the policy.

use serde_json::json;

use crate::background::instance_session;
use crate::call::Call;
use crate::calls::object;
use crate::stage::{HOUR, Stage};
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    let (account, media, role) = {
        let own = &stage.org.accounts[MAIN];
        (own.id.clone(), own.media_bucket.clone(), own.web.name.clone())
    };
    let begin = stage.moment(stage.days - 5, 1, 0);
    for part in 0..4 {
        let time = begin + part * 5 * HOUR;
        let actor = instance_session(stage, MAIN, 0, time);
        let mut thread = Thread::owner(stage, actor, MAIN, time);
        thread.pace = (5, 9);
        for number in 0..2500 {
            thread.call(
                object(
                    "GetObject",
                    &account,
                    &media,
                    &format!("products/{}.webp", number % 400),
                    0,
                )
                .denied(),
            );
        }
    }
    let person = stage.org.accounts[MAIN].people[0].clone();
    let mut thread = crate::background::session(stage, MAIN, &person, begin + 21 * HOUR);
    thread.call(Call::new("iam", "GetRolePolicy").req(json!({"roleName": role, "policyName": "media"})));
    thread.call(Call::new("iam", "PutRolePolicy").req(json!({
        "roleName": role,
        "policyName": "media",
        "policyDocument": format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\",\"s3:PutObject\"],\"Resource\":\"arn:aws:s3:::{media}/*\"}}]}}"),
    })));
    let after = thread.time + 600;
    let actor = instance_session(stage, MAIN, 0, after);
    let mut thread = Thread::owner(stage, actor, MAIN, after);
    for number in 0..20 {
        thread.object("GetObject", &media, &format!("products/{number}.webp"), 40_000);
    }
}
