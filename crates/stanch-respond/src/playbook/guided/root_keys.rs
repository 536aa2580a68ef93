//! The root user's access keys and certificates.

use super::super::checks::Check;
use super::{Guided, Place, always};

pub(super) static STEP: Guided = Guided {
    id: "root-keys",
    step: "1",
    title: "No access keys and certificates of root",
    why: "Keys of root obey no policy, and nothing but root can take them away. Nothing needs them.",
    clicks: &[
        "Signed in as root, on a clean device: account name at the upper right > Security credentials.",
        "Access keys: note id, day of creation and last use of each. Deactivate it, look whether something of yours fails, then \
         Delete.",
        "X.509 certificates and CloudFront key pairs on the same page: the same.",
    ],
    watch_for: &[
        "a key that was made since the incident began: tell it in the support case, with its id, never its secret",
    ],
    sources: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html"],
    checks,
    needed: always,
    text: None,
};

fn checks(place: &Place) -> Vec<Check> {
    vec![
        place.summary("SummaryMap.AccountAccessKeysPresent", 0, "root has no access key"),
        place.summary(
            "SummaryMap.AccountSigningCertificatesPresent",
            0,
            "root has no signing certificate",
        ),
    ]
}
