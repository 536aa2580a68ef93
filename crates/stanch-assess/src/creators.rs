//! Who made a suspect: the user or key with which an intruder came in often does nothing hostile but make another.
//!
//! Somebody is taken for that only when the making and the suspect's hostile acts come from one address and lie within a
//! day: the administrator who once made a user that was stolen is none. It must not look at findings.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::assessment::Suspect;

use super::join::Acts;

/// Calls that make somebody, or a way to be somebody.
const BEGETTING: [&str; 6] = [
    "CreateUser",
    "CreateAccessKey",
    "CreateLoginProfile",
    "UpdateLoginProfile",
    "CreateRole",
    "UpdateAssumeRolePolicy",
];
/// How long before the suspect's first hostile act the making may lie.
const WITHIN_MILLIS: i64 = 24 * 3_600_000;
/// How many generations are followed back.
const GENERATIONS: usize = 8;

/// Addresses by the key of the principal that used them for what is hostile.
pub(super) type Addresses = BTreeMap<String, BTreeSet<String>>;

/// Adds whoever made a suspect to the suspects. Returns the long-term keys with which they did, and why each counts.
pub(super) fn add_creators(
    suspects: &mut BTreeMap<String, Suspect>,
    acts: &Acts,
    mut addresses: Addresses,
) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    for _ in 0..GENERATIONS {
        let mut found: BTreeMap<String, (Suspect, String)> = BTreeMap::new();
        for act in acts
            .acts
            .iter()
            .filter(|act| BEGETTING.contains(&act.kind.as_str()))
        {
            let by = &act.event.principal;
            let Some(address) = act.event.address.as_deref().filter(|address| is_address(address)) else {
                continue;
            };
            let made = suspects.values().find(|suspect| {
                let before = suspect.since.since(act.event.time);
                suspect.principal.key != by.key
                    && (0..=WITHIN_MILLIS).contains(&before)
                    && addresses
                        .get(&suspect.principal.key)
                        .is_some_and(|known| known.contains(address))
                    && names(&suspect.principal.key, act.account.as_str(), &act.names)
            });
            let Some(made) = made else { continue };
            let why = format!("made {} from the address that it then used", made.principal.name);
            if let Some(key) = &act.event.access_key {
                keys.entry(key.clone()).or_insert_with(|| why.clone());
            }
            let suspect = Suspect {
                principal: by.clone(),
                since: act.event.time,
                why,
            };
            if !suspects.contains_key(&by.key) {
                // Acts lie in order of time: the first that is found is the first that was done.
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

/// Services call under their own name: that is nobody's address.
fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

/// Whether an act's names are of the user or role that a principal's key names.
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
    use stanch_core::assessment::MakingEvent;
    use stanch_core::{EventKey, Principal, Timestamp};

    use super::super::join::Act;
    use super::*;

    const MADE: &str = "arn:aws:iam::111122223333:user/made";
    const TAKEN: &str = "arn:aws:iam::111122223333:user/taken";
    const OWNER: &str = "arn:aws:iam::111122223333:user/owner";
    const BAD: &str = "203.0.113.9";

    fn act(kind: &str, by: &str, of: &str, address: &str, at: i64) -> Act {
        let time = Timestamp::from_seconds(1_772_800_000 + at);
        Act {
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

    /// Who is suspect when `made` is, and which keys are.
    fn found(acts: Vec<Act>) -> (Vec<String>, Vec<String>) {
        let suspect = Suspect {
            principal: Principal::from_key(MADE),
            since: Timestamp::from_seconds(1_772_800_000),
            why: "is behind this".to_owned(),
        };
        let mut suspects = BTreeMap::from([(MADE.to_owned(), suspect)]);
        let addresses = BTreeMap::from([(MADE.to_owned(), BTreeSet::from([BAD.to_owned()]))]);
        let acts = Acts {
            acts,
            ..Acts::default()
        };
        let keys = add_creators(&mut suspects, &acts, addresses);
        (suspects.into_keys().collect(), keys.into_keys().collect())
    }

    #[test]
    fn who_made_a_suspect_from_its_address_is_one_and_who_made_that_one_elsewhere_is_none() {
        let (suspects, keys) = found(vec![
            act("CreateUser", OWNER, "taken", "198.51.100.7", -60),
            act("CreateAccessKey", OWNER, "taken", "198.51.100.7", -59),
            act("CreateUser", TAKEN, "made", BAD, -2),
            act("CreateAccessKey", TAKEN, "made", BAD, -1),
        ]);
        assert_eq!(suspects, [MADE, TAKEN]);
        assert_eq!(keys, [format!("AKIA of {TAKEN}")]);
    }

    #[test]
    fn generations_are_followed_back() {
        let (suspects, _) = found(vec![
            act("CreateUser", OWNER, "taken", BAD, -60),
            act("CreateUser", TAKEN, "made", BAD, -2),
        ]);
        assert_eq!(suspects, [MADE, OWNER, TAKEN]);
    }

    #[test]
    fn another_address_another_day_another_account_and_another_call_accuse_nobody() {
        let mut elsewhere = act("CreateUser", TAKEN, "made", BAD, -2);
        elsewhere.account = "444455556666".into();
        for act in [
            act("CreateUser", TAKEN, "made", "198.51.100.7", -2),
            act("CreateUser", TAKEN, "made", BAD, -90_000),
            act("CreateUser", TAKEN, "made", BAD, 2),
            act("CreateUser", TAKEN, "other", BAD, -2),
            act("TagUser", TAKEN, "made", BAD, -2),
            act("CreateUser", TAKEN, "made", "cloudformation.amazonaws.com", -2),
            elsewhere,
        ] {
            assert_eq!(found(vec![act.clone()]).0, [MADE], "{act:?}");
        }
    }
}
