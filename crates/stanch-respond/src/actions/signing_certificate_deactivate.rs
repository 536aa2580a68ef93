//! Disables an X.509 signing certificate of an IAM user: old APIs accept requests signed with it, without an access key.

use stanch_core::plan::Change;

use super::shapes::{Listed, Summary, inactive};
use crate::about::{About, AddressedBy, OtherCredential, Parameter, by_call};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct SigningCertificateDeactivate;

static ABOUT: About = About {
    name: "signing-certificate-deactivate",
    does: "Disable a signing certificate of an IAM user.",
    targets: &["signing-certificate"],
    parameters: &[Parameter::required("user", "name of the IAM user")],
    notes: "Hardly anyone uses these certificates any more, so one that appears during an incident is probably the attacker's.",
    answers: &[by_call("iam", "UploadSigningCertificate")],
    addressed_by: AddressedBy::Credential(OtherCredential::SigningCertificate),
    steps: &["2"],
    sources: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSigningCertificate.html"],
    ..About::EMPTY
};

impl Action for SigningCertificateDeactivate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let what = format!(
            "signing certificate {} of user {}",
            request.target.id,
            request.value("user")?
        );
        let listed = Listed {
            list: "ListSigningCertificates",
            path: "Certificates",
            id: "CertificateId",
            update: "UpdateSigningCertificate",
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
    use super::SigningCertificateDeactivate;
    use crate::actions::example::{account, change, request_named, told};

    #[test]
    fn the_certificate_becomes_inactive_and_gets_its_old_status_back() {
        let request =
            request_named("signing-certificate", "ASCAEXAMPLE").with("user", ["mallory".to_owned()]);
        insta::assert_snapshot!(told(&change(&SigningCertificateDeactivate, &request, &account([]))), @r#"
        Disable signing certificate ASCAEXAMPLE of user mallory
        before credentials: us-east-1 iam ListSigningCertificates {"UserName":"mallory"}
        requires credentials .Certificates[](CertificateId=ASCAEXAMPLE).Status "present"
        requires credentials .Certificates[](CertificateId=ASCAEXAMPLE).Status {"is-not":"Expired"}
        do us-east-1 iam UpdateSigningCertificate {"CertificateId":"ASCAEXAMPLE","Status":"Inactive","UserName":"mallory"}
        after credentials-after: us-east-1 iam ListSigningCertificates {"UserName":"mallory"}
        holds credentials-after .Certificates[](CertificateId=ASCAEXAMPLE).Status {"is":"Inactive"}
        undo us-east-1 iam UpdateSigningCertificate {"CertificateId":"ASCAEXAMPLE","Status":"<credentials .Certificates[](CertificateId=ASCAEXAMPLE).Status>","UserName":"mallory"}
        restores credentials .Certificates[](CertificateId=ASCAEXAMPLE).Status
        "#);
    }
}
