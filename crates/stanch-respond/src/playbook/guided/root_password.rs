//! The root user's password.

use super::super::checks::Check;
use super::{Guided, Place, always};

pub(super) static STEP: Guided = Guided {
    id: "root-password",
    step: "1",
    title: "Change the root user's password",
    why: "No API changes it, and no policy binds root. Without a sign of root's use the keys of users were more urgent; now it is \
          root's turn.",
    clicks: &[
        "The mailbox comes first: a reset goes through it.",
        "On a clean device, not this one: https://console.aws.amazon.com/ > Sign in as root user.",
        "If the password is not yours any more: Forgot password, then read the mail.",
        "Account name at the upper right > Account > Account details > Actions > Update email address and password.",
        "Check that the address is yours. Then Password > Edit: a new one out of a password manager, used nowhere else.",
        "Do root MFA and root keys in the same session: a new password warns whoever holds root.",
        "Sign out.",
    ],
    watch_for: &[
        "an address that is not yours: see what to do when the attacker holds root",
        "PasswordRecoveryRequested, EmailUpdated or ConsoleLogin of Root in the events of us-east-1 that nobody of you did",
    ],
    sources: &[
        "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-root-user-password.html",
    ],
    checks,
    needed: always,
    text: None,
};

/// Console events of root are logged by sign-in
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html>).
fn checks(_: &Place) -> Vec<Check> {
    vec![Check::Root {
        wanted: &["PasswordUpdated", "PasswordRecoveryCompleted"],
        says: "root's password was changed, and root was not used from elsewhere since",
    }]
}
