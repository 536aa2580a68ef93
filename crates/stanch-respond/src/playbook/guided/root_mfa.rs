//! The root user's MFA devices.

use serde_json::Value;
use stanch_core::plan::{Expectation, Path, Test};

use super::super::checks::{Check, Proof};
use super::{Guided, Place, always};

pub(super) static STEP: Guided = Guided {
    id: "root-mfa",
    step: "4",
    title: "MFA on root: yours only, hardware first",
    why: "A password alone opens everything. Up to eight devices can be registered, and an unknown one among them stays when the \
          password is changed.",
    clicks: &[
        "Signed in as root, on a clean device: account name at the upper right > Security credentials.",
        "Multi-factor authentication (MFA): read the whole list. Remove every device that nobody can show you.",
        "Assign MFA device > Passkey or security key: two hardware keys, kept in two safes.",
        "An authenticator app is second best, on a phone that is not used for mail.",
    ],
    watch_for: &[
        "a device whose name or day of registration nobody knows: note its serial before you remove it",
        "EnableMFADevice by Root that nobody of you did",
    ],
    sources: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html"],
    checks,
    needed: always,
    text: None,
};

fn checks(place: &Place) -> Vec<Check> {
    let device = format!(
        "arn:{}:iam::{}:mfa/root-account-mfa-device",
        place.partition, place.account
    );
    vec![
        place.summary("SummaryMap.AccountMFAEnabled", 1, "root has an MFA device"),
        Check::Reply {
            call: place.call("iam", "ListVirtualMFADevices", Value::Null),
            holds: vec![Expectation::new(
                "devices",
                Path::of("VirtualMFADevices[].SerialNumber"),
                Test::Lacks(device.into()),
            )],
            says: "root's device is hardware, no authenticator app",
            proof: Proof::Advised,
        },
    ]
}
