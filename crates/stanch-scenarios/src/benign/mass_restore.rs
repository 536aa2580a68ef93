//! After a mistake, the operator restores a bucket from its copies: thousands of objects read, written and deleted.

use crate::actor::CLI_MAC;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    let (actor, data, media) = {
        let own = &stage.org.accounts[MAIN];
        (
            own.user(&own.operator),
            own.data_bucket.clone(),
            own.media_bucket.clone(),
        )
    };
    let time = stage.moment(stage.days - 6, 10, 5);
    let mut thread = Thread::owner(stage, actor, MAIN, time);
    CLI_MAC.clone_into(&mut thread.actor.agent);
    thread.pace = (0, 2);
    thread.identity();
    thread.object("ListObjects", &data, "", 40_000);
    for number in 0..800 {
        let key = format!("exports/2025-{:02}/part-{number:04}.parquet", 1 + number % 12);
        let bytes = thread.stage.random.between(1_000_000, 9_000_000);
        thread.object("GetObject", &data, &key, bytes);
        thread.object("PutObject", &data, &key, bytes);
    }
    for number in 0..100 {
        thread.object("DeleteObject", &media, &format!("restore-tmp/{number}"), 0);
    }
}
