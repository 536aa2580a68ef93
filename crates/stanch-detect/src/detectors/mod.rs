//! The coded detectors: one file each, for what a single event or a Sigma rule can't say.
//!
//! To add one: write the file, then `cargo xtask index` writes its two lines here.

use crate::detector::ErasedDetector;

#[cfg(test)]
mod contract;
mod support;

// <index>
mod access_denied_burst;
mod console_login_without_mfa;
mod deletion_burst;
mod denied_then_granted;
mod enumeration_burst;
mod first_seen_agent;
mod first_seen_country;
mod first_seen_network;
mod first_seen_region;
mod guardduty_finding;
mod instance_credentials_used_elsewhere;
mod key_used_from_two_places;
mod logging_tampered;
mod login_failures_then_success;
mod mass_object_reads;
mod mass_secret_reads;
mod ransom_note;
mod role_chain;
mod unusual_instance_launch;

/// Every coded detector.
#[must_use]
pub fn all() -> Vec<Box<dyn ErasedDetector>> {
    vec![
        Box::new(access_denied_burst::AccessDeniedBurst),
        Box::new(console_login_without_mfa::ConsoleLoginWithoutMfa),
        Box::new(deletion_burst::DeletionBurst),
        Box::new(denied_then_granted::DeniedThenGranted),
        Box::new(enumeration_burst::EnumerationBurst),
        Box::new(first_seen_agent::FirstSeenAgent),
        Box::new(first_seen_country::FirstSeenCountry),
        Box::new(first_seen_network::FirstSeenNetwork),
        Box::new(first_seen_region::FirstSeenRegion),
        Box::new(guardduty_finding::GuarddutyFinding),
        Box::new(instance_credentials_used_elsewhere::InstanceCredentialsUsedElsewhere),
        Box::new(key_used_from_two_places::KeyUsedFromTwoPlaces),
        Box::new(logging_tampered::LoggingTampered),
        Box::new(login_failures_then_success::LoginFailuresThenSuccess),
        Box::new(mass_object_reads::MassObjectReads),
        Box::new(mass_secret_reads::MassSecretReads),
        Box::new(ransom_note::RansomNote),
        Box::new(role_chain::RoleChain),
        Box::new(unusual_instance_launch::UnusualInstanceLaunch),
    ]
}
// </index>

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_in_the_folder_is_registered_under_its_own_name() {
        let folder = "src/detectors";
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|entry| {
                entry
                    .unwrap()
                    .file_name()
                    .into_string()
                    .unwrap()
                    .strip_suffix(".rs")
                    .map(str::to_owned)
            })
            .filter(|name| name != "mod" && name != "contract")
            .map(|name| name.replace('_', "-"))
            .collect();
        let registered: BTreeSet<String> = all().iter().map(|detector| detector.about().id.0).collect();
        assert_eq!(files, registered);
        assert_eq!(registered.len(), all().len());
    }

    #[test]
    fn every_detector_says_what_a_responder_needs() {
        for detector in all() {
            let about = detector.about();
            let id = about.id.as_str();
            assert!(!about.title.ends_with('.') && about.title.len() < 80, "{id}");
            assert!(about.why.len() > 80 && about.why.ends_with('.'), "{id}");
            assert!(
                !about.false_positives.is_empty() && !about.next.is_empty(),
                "{id}"
            );
            assert!(!about.tactics.is_empty() && !about.techniques.is_empty(), "{id}");
            let texts = about.false_positives.iter().chain(&about.next);
            assert!(
                texts
                    .into_iter()
                    .all(|text| !text.contains("  ") && !text.ends_with('.')),
                "{id}"
            );
            assert!(!about.why.contains("  "), "{id}");
        }
    }

    /// Twenty detectors over a mixture of everything: who forgets a tie or a limit is found here.
    #[test]
    fn no_result_depends_on_the_order_of_events_or_on_their_split() {
        let networks = crate::Networks::new();
        let mut silent: BTreeSet<String> = all().iter().map(|detector| detector.about().id.0).collect();
        for seed in 0..2 {
            let calls = contract::mixture::mixture(seed);
            for detector in all() {
                if !contract::agreed(detector.as_ref(), &networks, &calls).is_empty() {
                    silent.remove(&detector.about().id.0);
                }
            }
        }
        // A mixture that wakes almost nobody would prove almost nothing.
        assert!(silent.len() <= 6, "{silent:?}");
    }

    /// Years of calls of one name, each with another address, client, bucket, secret and role.
    fn flood(name: &str, vary_name: bool) -> Vec<contract::Call> {
        let first = contract::call("2020-03-06T14:00:00Z", name);
        contract::series(&first, 2_100, 43_200, |call, index| {
            let call = if vary_name {
                call.named(&format!("{name}-{index}x"))
            } else {
                call
            };
            call.from(&format!("203.0.{}.{}", index / 250, index % 250 + 1))
                .agent(&format!("client-{index}/1.0"))
                .additional(serde_json::json!({"MFAUsed": "No"}))
                .response(serde_json::json!({"ConsoleLogin": "Success"}))
                .request(serde_json::json!({
                    "bucketName": format!("bucket-{index}"),
                    "key": "HOW_TO_DECRYPT.txt",
                    "x-amz-server-side-encryption-customer-algorithm": "AES256",
                    "secretId": format!("secret-{index}"),
                    "roleArn": format!("arn:aws:iam::{}:role/role-{index}", contract::ACCOUNT),
                }))
        })
    }

    /// These compare what one principal uses; one that uses more than is remembered has no habit to break, and saying
    /// so would call every log of a busy role incomplete. Only principals left out count for them.
    const HABITS: [&str; 5] = [
        "first-seen-agent",
        "first-seen-country",
        "first-seen-network",
        "first-seen-region",
        "key-used-from-two-places",
    ];

    /// Tries one name in several shapes.
    fn overflows(detector: &dyn ErasedDetector, name: &str, vary: bool) -> bool {
        let calls = flood(name, vary);
        let shaped = |shape: &dyn Fn(contract::Call) -> contract::Call| {
            let calls: Vec<contract::Call> = calls.iter().cloned().map(shape).collect();
            assert!(!contract::overflowed(detector, &calls[..8]), "{name}");
            contract::overflowed(detector, &calls)
        };
        let finding = serde_json::json!({"severity": 5.0, "title": "Title."});
        shaped(&|call| call)
            || shaped(&|call| call.by_role("web", "i-0abcdef1234567890"))
            || shaped(&|call| call.error("AccessDenied"))
            || shaped(&|call| call.of_log(stanch_core::LogKind::GuardDuty, finding.clone()))
    }

    #[test]
    fn every_detector_says_when_it_left_something_out() {
        for detector in all() {
            let id = detector.about().id;
            if HABITS.contains(&id.as_str()) {
                continue;
            }
            let floods: Vec<(&str, bool)> = match detector.interest() {
                crate::Interest::Every => vec![("CreateThing", true)],
                crate::Interest::Names(names) => names.iter().map(|name| (*name, false)).collect(),
            };
            let any = floods
                .into_iter()
                .any(|(name, vary)| overflows(detector.as_ref(), name, vary));
            assert!(any, "{id}");
        }
    }

    #[test]
    fn bytes_that_are_no_state_are_refused_without_panic() {
        for detector in all() {
            for bytes in [
                &b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"[..],
                b"\x01",
                b"\x05hello",
            ] {
                if let Ok(state) = detector.load(bytes) {
                    assert!(detector.save(&state).is_ok());
                }
            }
        }
    }

    #[test]
    fn wanted_names_are_base_names_and_named_once() {
        for detector in all() {
            if let crate::Interest::Names(names) = detector.interest() {
                let id = detector.about().id;
                assert!(
                    names
                        .iter()
                        .all(|name| stanch_core::event::base_name(name) == *name),
                    "{id}"
                );
                assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{id}");
            }
        }
    }
}
