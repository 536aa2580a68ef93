//! What still works after a credential was stopped: every session, until when at the latest, and the step that denies it.
//!
//! It must not leave out what no log names: sessions of a user live up to 36 hours, of a role up to 12 (AWS STS,
//! `GetSessionToken`, `AssumeRole`).

use std::collections::BTreeMap;

use stanch_core::Timestamp;
use stanch_core::dossier::BearerKind;
use stanch_core::plan::{StepNumber, Survivor};
use stanch_core::text::shown;

use super::draft::Key;
use super::exempt::Exempt;
use super::reach::{Held, Reach, WORDS};
use crate::principal_name::one_name;

/// The action that denies one machine's sessions of a role, told apart by the machine.
const MACHINES: &str = "instance-sessions-deny";
const HOUR_MILLIS: i64 = 3_600_000;
const USER_HOURS: i64 = 36;
const ROLE_HOURS: i64 = 12;

/// The steps that deny, by action and whom, and those that deny a machine's sessions.
struct Denies {
    by: BTreeMap<(&'static str, String), StepNumber>,
    machines: BTreeMap<String, StepNumber>,
}

impl Denies {
    fn of(numbers: &BTreeMap<Key, StepNumber>) -> Self {
        let by = numbers
            .iter()
            .filter(|((action, _, apart), _)| *action != MACHINES && apart.is_empty());
        let machines = numbers.iter().filter(|((action, _, _), _)| *action == MACHINES);
        Self {
            by: by
                .map(|((action, id, _), number)| ((*action, one_name(id)), *number))
                .collect(),
            machines: machines
                .map(|((_, _, machine), number)| (machine.clone(), *number))
                .collect(),
        }
    }

    fn by(&self, actions: &[&'static str], whom: &str) -> Option<StepNumber> {
        let mut found = actions.iter().filter_map(|action| {
            let key = (*action, whom.to_owned());
            self.by.get(&key).copied()
        });
        found.next()
    }

    fn of_principal(&self, id: &str) -> Option<StepNumber> {
        let all = [
            "user-deny",
            "user-sessions-revoke",
            "role-deny",
            "role-sessions-revoke",
            "user-deny-attached",
            "role-deny-attached",
            "user-deny-boundary",
            "role-deny-boundary",
        ];
        self.by(&all, id)
    }
}

/// All survivors, by the last moment they work.
pub(super) fn survivors(
    reach: &Reach,
    numbers: &BTreeMap<Key, StepNumber>,
    exempt: &Exempt,
    now: Timestamp,
) -> Vec<Survivor> {
    let denies = Denies::of(numbers);
    let mut survivors: Vec<Survivor> = reach
        .held
        .iter()
        .filter_map(|(id, held)| match held.kind {
            BearerKind::Session => session(id, held, &denies, reach, now),
            BearerKind::User => Some(unnamed(
                id,
                USER_HOURS,
                "GetSessionToken and GetFederationToken give up to 36 hours, \
                 the console 12",
                &denies,
                exempt,
                now,
            )),
            BearerKind::Role => Some(unnamed(
                id,
                ROLE_HOURS,
                "AssumeRole gives up to 12 hours, from a role at most one",
                &denies,
                exempt,
                now,
            )),
            BearerKind::LongTermKey => key(id, held, &denies, now),
            BearerKind::Root => Some(Survivor {
                credential: shown(id, WORDS),
                of: shown(id, WORDS),
                until: None,
                denied_by: None,
                remark: "the root user: nothing in this plan ends its password, keys and sessions".to_owned(),
            }),
            _ => None,
        })
        .collect();
    survivors.sort_by(|one, other| {
        let key = |survivor: &Survivor| {
            let is_open = survivor.denied_by.is_none();
            (
                !is_open,
                survivor.until.is_some(),
                std::cmp::Reverse(survivor.until),
            )
        };
        (key(one), &one.credential).cmp(&(key(other), &other.credential))
    });
    survivors
}

fn session(id: &str, held: &Held, denies: &Denies, reach: &Reach, now: Timestamp) -> Option<Survivor> {
    if held.until.is_some_and(|until| until <= now) {
        return None;
    }
    let owner = held.owner.clone().unwrap_or_default();
    let by_machine = held
        .machine
        .as_deref()
        .and_then(|machine| denies.machines.get(machine).copied());
    let is_federated = reach
        .held
        .get(&owner)
        .is_some_and(|owner| owner.kind == BearerKind::FederatedUser);
    // Whoever is federated by a user is weighed with that user's rights: denied with it.
    let users = reach
        .held
        .iter()
        .filter(|(_, held)| is_federated && held.kind == BearerKind::User);
    let mut by_user = users.filter_map(|(user, _)| denies.of_principal(user));
    let denied_by = by_machine
        .or_else(|| denies.of_principal(&owner))
        .or_else(|| by_user.next());
    let used = held.last.map_or_else(
        || "no call with it is known".to_owned(),
        |last| format!("last used at {last}, {} calls", held.calls),
    );
    let until = if held.until.is_some() {
        ""
    } else {
        "; no log tells until when it works"
    };
    Some(Survivor {
        credential: shown(id, WORDS),
        of: shown(&owner, WORDS),
        until: held.until,
        denied_by,
        remark: format!("a session; {used}{until}"),
    })
}

fn unnamed(id: &str, hours: i64, how: &str, denies: &Denies, exempt: &Exempt, now: Timestamp) -> Survivor {
    let denied_by = denies.of_principal(id);
    let remark = match (denied_by, exempt.why(id)) {
        (_, Some(why)) => format!("sessions that no log names; not denied: {why}"),
        _ => format!("sessions that no log names: {how}"),
    };
    Survivor {
        credential: format!("other sessions of {}", shown(id, WORDS)),
        of: shown(id, WORDS),
        until: Some(now.plus_millis(hours * HOUR_MILLIS)),
        denied_by,
        remark,
    }
}

/// A key lives on where no step turns it off.
fn key(id: &str, held: &Held, denies: &Denies, now: Timestamp) -> Option<Survivor> {
    let is_off = denies.by(&["access-key-deactivate"], id).is_some();
    let is_gone = held.presence == stanch_core::assessment::Alive::Gone;
    if is_off || is_gone || held.until.is_some_and(|until| until <= now) {
        return None;
    }
    let owner = held.owner.clone().unwrap_or_default();
    Some(Survivor {
        credential: shown(id, WORDS),
        of: shown(&owner, WORDS),
        until: None,
        denied_by: denies.of_principal(&owner),
        remark: "a long-term key that no step turns off: see what was left alone".to_owned(),
    })
}
