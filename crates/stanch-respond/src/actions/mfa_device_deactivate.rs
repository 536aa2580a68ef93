//! Deactivates an MFA device of an IAM user that is not the owner's: attackers register one to pass policies that require MFA.
//!
//! Deactivating the owner's device would lock the owner out and let a password alone sign in, so the device is named by its serial
//! number and never chosen here.

use stanch_core::plan::{Change, Expectation, Impact, Path, Read, Reversibility, Test, Wave, Write};

use super::parts::{iam, text};
use super::shapes::{Summary, bare};
use crate::about::{About, AddressedBy, OtherCredential, Parameter, Undo, by_call};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct MfaDeviceDeactivate;

static ABOUT: About = About {
    name: "mfa-device-deactivate",
    does: "Deactivate an MFA device of an IAM user.",
    targets: &["mfa-device"],
    target_help: "serial number of the device",
    parameters: &[Parameter::required("user", "name of the IAM user")],
    notes: "Only the holder of the device can register it again, so this can't be undone. A virtual device stays in the account, \
            unassigned, with its name taken. Sessions that were opened with it count as MFA sessions until they expire: deny the \
            user too.",
    answers: &[by_call("iam", "EnableMFADevice")],
    addressed_by: AddressedBy::Credential(OtherCredential::MfaDevice),
    steps: &["2"],
    undo: Undo::Impossible,
    sources: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html"],
    ..About::EMPTY
};

impl Action for MfaDeviceDeactivate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let (serial, user) = (request.target.id.as_str(), request.value("user")?);
        if serial.ends_with(":mfa/root-account-mfa-device") {
            return Err(Unplannable::new(
                "only the root user can change its MFA device, in the console under Security credentials",
            ));
        }
        let list = || iam(account, "ListMFADevices", [("UserName", text(user))]);
        let params = [("UserName", text(user)), ("SerialNumber", text(serial))];
        let deactivate = iam(account, "DeactivateMFADevice", params);
        let listed = || Path::of("MFADevices").only("SerialNumber", serial);
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Deactivate MFA device {serial} of user {user}"),
            frees: String::new(),
        };
        let mut change = Change {
            before: vec![Read::new("devices", list())],
            requires: vec![Expectation::new("devices", listed(), Test::Present)],
            writes: vec![Write::new(deactivate).fine_if("NoSuchEntity")],
            after: vec![Read::new("devices-after", list())],
            verified_by: vec![Expectation::new("devices-after", listed(), Test::Absent)],
            reversibility: Reversibility::None {
                remains: format!(
                    "MFA device {serial} stays deactivated until its holder registers it again for user {user}; a virtual device \
                     stays in the account, unassigned"
                ),
            },
            ..bare(summary, request, Wave::Credential)
        };
        if is_the_only_one(account, user) {
            change.impact.push(Impact::in_use(format!(
                "user {user} has no other MFA device: a password alone then signs in, and policies that require MFA deny the user"
            )));
        }
        Ok(change)
    }
}

fn is_the_only_one(account: &Account, user: &str) -> bool {
    let devices = account.items("iam", "ListMFADevices", "MFADevices[]");
    let of_user = devices.iter().filter(|device| device.asked("UserName") == user);
    of_user.count() == 1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::MfaDeviceDeactivate;
    use crate::account::Account;
    use crate::action::ActionRequest;
    use crate::actions::example::{account, change, refusal, request, told};

    fn request_for(serial: &str) -> ActionRequest {
        request("mfa-device", serial, "phone").with("user", ["alice".to_owned()])
    }

    fn with_devices(serials: &[&str]) -> Account {
        let devices: Vec<_> = serials
            .iter()
            .map(|serial| json!({"SerialNumber": serial}))
            .collect();
        account([(
            "iam",
            "ListMFADevices",
            json!({"UserName": "alice"}),
            json!({"MFADevices": devices}),
        )])
    }

    #[test]
    fn the_device_of_that_serial_number_is_taken_off() {
        let serial = "arn:aws:iam::111122223333:mfa/phone";
        let change = change(
            &MfaDeviceDeactivate,
            &request_for(serial),
            &with_devices(&[serial, "arn:aws:iam::111122223333:mfa/other"]),
        );
        assert!(change.impact.is_empty() && change.undo.is_empty());
        insta::assert_snapshot!(told(&change), @r#"
        Deactivate MFA device arn:aws:iam::111122223333:mfa/phone of user alice
        before devices: us-east-1 iam ListMFADevices {"UserName":"alice"}
        requires devices .MFADevices[](SerialNumber=arn:aws:iam::111122223333:mfa/phone) "present"
        do us-east-1 iam DeactivateMFADevice {"SerialNumber":"arn:aws:iam::111122223333:mfa/phone","UserName":"alice"} fine NoSuchEntity
        after devices-after: us-east-1 iam ListMFADevices {"UserName":"alice"}
        holds devices-after .MFADevices[](SerialNumber=arn:aws:iam::111122223333:mfa/phone) "absent"
        "#);
    }

    #[test]
    fn that_it_is_the_only_one_is_said() {
        let serial = "arn:aws:iam::111122223333:mfa/phone";
        let change = change(
            &MfaDeviceDeactivate,
            &request_for(serial),
            &with_devices(&[serial]),
        );
        assert!(change.impact[0].to_string().contains("no other MFA device"));
    }

    #[test]
    fn the_device_of_root_is_for_root() {
        let root = request_for("arn:aws:iam::111122223333:mfa/root-account-mfa-device");
        let why = refusal(&MfaDeviceDeactivate, &root, &account([]));
        assert!(why.contains("console"), "{why}");
    }
}
