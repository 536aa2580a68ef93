//! Disables an SSH public key of an IAM user, which gives access to CodeCommit without an access key.

use stanch_core::plan::Change;

use super::shapes::{Listed, Summary, inactive};
use crate::about::{About, AddressedBy, OtherCredential, Parameter, by_call};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct SshKeyDeactivate;

static ABOUT: About = About {
    name: "ssh-key-deactivate",
    does: "Disable an SSH public key of an IAM user.",
    targets: &["ssh-public-key", "ssh-key"],
    parameters: &[Parameter::required("user", "name of the IAM user")],
    notes: "SSH keys on instances are other keys: this is the one that IAM holds for CodeCommit.",
    answers: &[by_call("iam", "UploadSSHPublicKey")],
    addressed_by: AddressedBy::Credential(OtherCredential::SshKey),
    steps: &["2"],
    sources: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSSHPublicKey.html"],
    ..About::EMPTY
};

impl Action for SshKeyDeactivate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let what = format!(
            "SSH public key {} of user {}",
            request.target.id,
            request.value("user")?
        );
        let listed = Listed {
            list: "ListSSHPublicKeys",
            path: "SSHPublicKeys",
            id: "SSHPublicKeyId",
            update: "UpdateSSHPublicKey",
        };
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Disable {what}"),
            frees: format!("{what} works again"),
        };
        inactive(summary, request, account, listed)
    }
}

#[cfg(test)]
mod tests {
    use super::SshKeyDeactivate;
    use crate::actions::example::{account, change, request_named, told};

    #[test]
    fn the_key_becomes_inactive_and_gets_its_old_status_back() {
        let request = request_named("ssh-public-key", "APKAEXAMPLE").with("user", ["mallory".to_owned()]);
        insta::assert_snapshot!(told(&change(&SshKeyDeactivate, &request, &account([]))), @r#"
        Disable SSH public key APKAEXAMPLE of user mallory
        before credentials: us-east-1 iam ListSSHPublicKeys {"UserName":"mallory"}
        requires credentials .SSHPublicKeys[](SSHPublicKeyId=APKAEXAMPLE).Status "present"
        requires credentials .SSHPublicKeys[](SSHPublicKeyId=APKAEXAMPLE).Status {"is-not":"Expired"}
        do us-east-1 iam UpdateSSHPublicKey {"SSHPublicKeyId":"APKAEXAMPLE","Status":"Inactive","UserName":"mallory"}
        after credentials-after: us-east-1 iam ListSSHPublicKeys {"UserName":"mallory"}
        holds credentials-after .SSHPublicKeys[](SSHPublicKeyId=APKAEXAMPLE).Status {"is":"Inactive"}
        undo us-east-1 iam UpdateSSHPublicKey {"SSHPublicKeyId":"APKAEXAMPLE","Status":"<credentials .SSHPublicKeys[](SSHPublicKeyId=APKAEXAMPLE).Status>","UserName":"mallory"}
        restores credentials .SSHPublicKeys[](SSHPublicKeyId=APKAEXAMPLE).Status
        "#);
    }

    #[test]
    fn a_name_with_brackets_and_quotes_stays_one_name() {
        let user = "a[].b\"}";
        let request = request_named("ssh-public-key", "x.Status[]").with("user", [user.to_owned()]);
        let change = change(&SshKeyDeactivate, &request, &account([]));
        let sent = crate::actions::example::params(&change.writes[0].call);
        assert_eq!(sent["UserName"], user);
        assert_eq!(sent["SSHPublicKeyId"], "x.Status[]");
        assert_eq!(change.verified_by[0].path.0.len(), 4);
    }
}
