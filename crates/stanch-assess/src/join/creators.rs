//! Creators of suspects: the compromised user or key often does nothing malicious except create another one.
//!
//! A creator is a suspect only when the creation and the suspect's malicious changes come from one source address and lie
//! within a day: the administrator who once created a user that was compromised later is not. It must not read findings.

use std::collections::BTreeMap;

use stanch_core::assessment::Suspect;

use super::suspects::{Addresses, Suspects};
use crate::changes::LoggedChanges;

/// API calls that create a principal or a credential, or change who may assume a role.
const CREATING: [&str; 6] = [
    "CreateUser",
    "CreateAccessKey",
    "CreateLoginProfile",
    "UpdateLoginProfile",
    "CreateRole",
    "UpdateAssumeRolePolicy",
];
/// Maximum time between the creation and the suspect's first malicious change.
const WITHIN_MILLIS: i64 = 24 * 3_600_000;
/// Maximum number of generations.
const GENERATIONS: usize = 8;

/// Adds the creators of suspects to the suspects. Returns the long-term keys they used, each with the reason.
pub(super) fn add_creators(
    suspects: &mut Suspects,
    logged: &LoggedChanges,
    mut addresses: Addresses,
) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    for _ in 0..GENERATIONS {
        let mut found: BTreeMap<String, (Suspect, String)> = BTreeMap::new();
        for change in logged
            .changes
            .iter()
            .filter(|change| CREATING.contains(&change.kind.as_str()))
        {
            let by = &change.event.principal;
            let Some(address) = change
                .event
                .address
                .as_deref()
                .filter(|address| is_address(address))
            else {
                continue;
            };
            let made = suspects.values().find(|suspect| {
                let before = suspect.since.since(change.event.time);
                suspect.principal.key != by.key
                    && (0..=WITHIN_MILLIS).contains(&before)
                    && addresses
                        .get(&suspect.principal.key)
                        .is_some_and(|known| known.contains(address))
                    && names(&suspect.principal.key, change.account.as_str(), &change.names)
            });
            let Some(made) = made else { continue };
            let why = format!(
                "created {} from the source address that it used afterwards",
                made.principal.name
            );
            if let Some(key) = &change.event.access_key {
                keys.entry(key.clone()).or_insert_with(|| why.clone());
            }
            let suspect = Suspect {
                principal: by.clone(),
                since: change.event.time,
                why,
            };
            if !suspects.contains_key(&by.key) {
                // Changes are sorted by time: the first that is found is the earliest.
                found
                    .entry(by.key.clone())
                    .or_insert((suspect, address.to_owned()));
            }
        }
        if found.is_empty() {
            break;
        }
        for (key, (suspect, address)) in found {
            addresses.entry(key.clone()).or_default().insert(address);
            suspects.insert(key, suspect);
        }
    }
    keys
}

/// Returns true for an IP address; AWS services have their own name in its place.
fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

/// Returns true if names of a change are those of the user or role in a principal's key.
fn names(key: &str, account: &str, names: &[String]) -> bool {
    let Some((_, rest)) = key.split_once(":iam::") else {
        return false;
    };
    let Some((owner, path)) = rest.split_once(':') else {
        return false;
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let fits = |known: &String| known == key || known == name;
    owner == account && path.contains('/') && names.iter().any(fits)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use stanch_core::assessment::MakingEvent;
    use stanch_core::{EventKey, Principal, Timestamp};

    use super::*;
    use crate::changes::LoggedChange;

    const MADE: &str = "arn:aws:iam::111122223333:user/made";
    const TAKEN: &str = "arn:aws:iam::111122223333:user/taken";
    const OWNER: &str = "arn:aws:iam::111122223333:user/owner";
    const BAD: &str = "203.0.113.9";

    fn change(kind: &str, by: &str, of: &str, address: &str, at: i64) -> LoggedChange {
        let time = Timestamp::from_seconds(1_772_800_000 + at);
        LoggedChange {
            account: "111122223333".into(),
            region: "us-east-1".into(),
            service: "iam".into(),
            kind: kind.to_owned(),
            names: vec![of.to_owned()],
            removed: false,
            event: MakingEvent {
                address: Some(address.to_owned()),
                access_key: Some(format!("AKIA of {by}")),
                ..MakingEvent::new(
                    EventKey(at.unsigned_abs().into()),
                    kind,
                    time,
                    Principal::from_key(by),
                )
            },
        }
    }

    /// Returns the suspects and their keys when `made` is a suspect.
    fn found(changes: Vec<LoggedChange>) -> (Vec<String>, Vec<String>) {
        let suspect = Suspect {
            principal: Principal::from_key(MADE),
            since: Timestamp::from_seconds(1_772_800_000),
            why: "created a resource".to_owned(),
        };
        let mut suspects = BTreeMap::from([(MADE.to_owned(), suspect)]);
        let addresses = BTreeMap::from([(MADE.to_owned(), BTreeSet::from([BAD.to_owned()]))]);
        let logged = LoggedChanges {
            changes,
            ..LoggedChanges::default()
        };
        let keys = add_creators(&mut suspects, &logged, addresses);
        (suspects.into_keys().collect(), keys.into_keys().collect())
    }

    #[test]
    fn the_creator_of_a_suspect_is_one_only_from_the_same_address() {
        let (suspects, keys) = found(vec![
            change("CreateUser", OWNER, "taken", "198.51.100.7", -60),
            change("CreateAccessKey", OWNER, "taken", "198.51.100.7", -59),
            change("CreateUser", TAKEN, "made", BAD, -2),
            change("CreateAccessKey", TAKEN, "made", BAD, -1),
        ]);
        assert_eq!(suspects, [MADE, TAKEN]);
        assert_eq!(keys, [format!("AKIA of {TAKEN}")]);
    }

    #[test]
    fn generations_are_followed_back() {
        let (suspects, _) = found(vec![
            change("CreateUser", OWNER, "taken", BAD, -60),
            change("CreateUser", TAKEN, "made", BAD, -2),
        ]);
        assert_eq!(suspects, [MADE, OWNER, TAKEN]);
    }

    #[test]
    fn another_address_day_account_or_call_accuses_nobody() {
        let mut elsewhere = change("CreateUser", TAKEN, "made", BAD, -2);
        elsewhere.account = "444455556666".into();
        for change in [
            change("CreateUser", TAKEN, "made", "198.51.100.7", -2),
            change("CreateUser", TAKEN, "made", BAD, -90_000),
            change("CreateUser", TAKEN, "made", BAD, 2),
            change("CreateUser", TAKEN, "other", BAD, -2),
            change("TagUser", TAKEN, "made", BAD, -2),
            change("CreateUser", TAKEN, "made", "cloudformation.amazonaws.com", -2),
            elsewhere,
        ] {
            assert_eq!(found(vec![change.clone()]).0, [MADE], "{change:?}");
        }
    }
}
