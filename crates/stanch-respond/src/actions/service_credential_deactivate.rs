//! Disables a service-specific credential of an IAM user: API keys for Bedrock, passwords for CodeCommit and Keyspaces.
//!
//! They work without the user's access keys, and few lists of keys name them.

use stanch_core::plan::Change;

use super::shapes::{Listed, Summary, inactive};
use crate::about::{About, AddressedBy, OtherCredential, Parameter, by_call};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct ServiceCredentialDeactivate;

static ABOUT: About = About {
    name: "service-credential-deactivate",
    does: "Disable a service-specific credential of an IAM user.",
    targets: &["service-specific-credential", "service-credential"],
    parameters: &[Parameter::required("user", "name of the IAM user")],
    notes: "Long-term API keys of Bedrock are such credentials. Short-term ones are sessions of their creator and end with it. The \
            credential is not deleted: its alias, service and dates are evidence.",
    answers: &[by_call("iam", "CreateServiceSpecificCredential")],
    addressed_by: AddressedBy::Credential(OtherCredential::ServiceSpecific),
    steps: &["2"],
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServiceSpecificCredential.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_bedrock.html",
    ],
    ..About::EMPTY
};

impl Action for ServiceCredentialDeactivate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let what = format!(
            "service-specific credential {} of user {}",
            request.target.id,
            request.value("user")?
        );
        let listed = Listed {
            list: "ListServiceSpecificCredentials",
            path: "ServiceSpecificCredentials",
            id: "ServiceSpecificCredentialId",
            update: "UpdateServiceSpecificCredential",
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
    use super::ServiceCredentialDeactivate;
    use crate::actions::example::{account, change, refusal, request_named, told};

    #[test]
    fn the_credential_becomes_inactive_and_gets_its_old_status_back() {
        let request =
            request_named("service-specific-credential", "ACCAEXAMPLE").with("user", ["mallory".to_owned()]);
        insta::assert_snapshot!(told(&change(&ServiceCredentialDeactivate, &request, &account([]))), @r#"
        Disable service-specific credential ACCAEXAMPLE of user mallory
        before credentials: us-east-1 iam ListServiceSpecificCredentials {"UserName":"mallory"}
        requires credentials .ServiceSpecificCredentials[](ServiceSpecificCredentialId=ACCAEXAMPLE).Status "present"
        requires credentials .ServiceSpecificCredentials[](ServiceSpecificCredentialId=ACCAEXAMPLE).Status {"is-not":"Expired"}
        do us-east-1 iam UpdateServiceSpecificCredential {"ServiceSpecificCredentialId":"ACCAEXAMPLE","Status":"Inactive","UserName":"mallory"}
        after credentials-after: us-east-1 iam ListServiceSpecificCredentials {"UserName":"mallory"}
        holds credentials-after .ServiceSpecificCredentials[](ServiceSpecificCredentialId=ACCAEXAMPLE).Status {"is":"Inactive"}
        undo us-east-1 iam UpdateServiceSpecificCredential {"ServiceSpecificCredentialId":"ACCAEXAMPLE","Status":"<credentials .ServiceSpecificCredentials[](ServiceSpecificCredentialId=ACCAEXAMPLE).Status>","UserName":"mallory"}
        restores credentials .ServiceSpecificCredentials[](ServiceSpecificCredentialId=ACCAEXAMPLE).Status
        "#);
    }

    #[test]
    fn whose_it_is_must_be_known() {
        let request = request_named("service-specific-credential", "ACCAEXAMPLE");
        assert_eq!(
            refusal(&ServiceCredentialDeactivate, &request, &account([])),
            "user is not given"
        );
    }
}
