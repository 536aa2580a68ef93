//! The office moves: from one day to the next everybody comes from a new network.

use crate::background::{look, session};
use crate::stage::{DAY, Stage};
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    let network = stage.network();
    let first = stage.moment(stage.days - 6, 8, 40);
    for day in 0..3 {
        for number in 0..4_usize {
            let mut person = stage.org.accounts[MAIN].people[number].clone();
            person.home = format!("{network}.{}", 70 + number);
            let mut thread = session(stage, MAIN, &person, first + day * DAY + number as i64 * 400);
            for _ in 0..20 {
                look(&mut thread);
            }
            if person.is_administrator {
                thread.list_identities();
            }
        }
        let own = &stage.org.accounts[MAIN];
        let actor = own
            .user(&own.operator)
            .from(&format!("{network}.44"), own.operator.agent);
        let mut thread = Thread::owner(stage, actor, MAIN, first + day * DAY + 3000);
        thread.identity();
        for _ in 0..15 {
            look(&mut thread);
        }
    }
}
