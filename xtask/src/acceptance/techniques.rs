//! The techniques that the attack logs hold: what betrays each, and what ATT&CK calls it.
//!
//! Facts about AWS and ATT&CK, checked in so that the bar can't move with the rules.

/// One technique of the attack simulator.
pub(super) struct Technique {
    /// Its name there.
    pub(super) name: &'static str,
    /// ATT&CK techniques that fit, without sub-technique.
    pub(super) attack: &'static [&'static str],
    /// The calls that betray it, without API dates. A finding must cite one of them.
    pub(super) calls: &'static [&'static str],
}

const fn technique(
    name: &'static str,
    attack: &'static [&'static str],
    calls: &'static [&'static str],
) -> Technique {
    Technique { name, attack, calls }
}

/// Every technique, by name.
pub(super) const TECHNIQUES: &[Technique] = &[
    technique(
        "aws.credential-access.ec2-get-password-data",
        &["T1552"],
        &["GetPasswordData"],
    ),
    technique(
        "aws.credential-access.ec2-steal-instance-credentials",
        &["T1552"],
        &["GetCallerIdentity", "DescribeInstances"],
    ),
    technique(
        "aws.credential-access.secretsmanager-batch-retrieve-secrets",
        &["T1555"],
        &["BatchGetSecretValue"],
    ),
    technique(
        "aws.credential-access.secretsmanager-retrieve-secrets",
        &["T1555"],
        &["GetSecretValue"],
    ),
    technique(
        "aws.credential-access.ssm-retrieve-securestring-parameters",
        &["T1552", "T1555"],
        &["GetParameters", "GetParameter"],
    ),
    technique(
        "aws.defense-evasion.cloudtrail-delete",
        &["T1562"],
        &["DeleteTrail"],
    ),
    technique(
        "aws.defense-evasion.cloudtrail-event-selectors",
        &["T1562"],
        &["PutEventSelectors"],
    ),
    technique(
        "aws.defense-evasion.cloudtrail-lifecycle-rule",
        &["T1562"],
        &["PutBucketLifecycle"],
    ),
    technique(
        "aws.defense-evasion.cloudtrail-stop",
        &["T1562"],
        &["StopLogging"],
    ),
    technique(
        "aws.defense-evasion.dns-delete-logs",
        &["T1562"],
        &["DeleteResolverQueryLogConfig"],
    ),
    technique(
        "aws.defense-evasion.organizations-leave",
        &["T1562", "T1666"],
        &["LeaveOrganization"],
    ),
    technique(
        "aws.defense-evasion.vpc-remove-flow-logs",
        &["T1562"],
        &["DeleteFlowLogs"],
    ),
    technique(
        "aws.discovery.ec2-download-user-data",
        &["T1552", "T1580"],
        &["DescribeInstanceAttribute"],
    ),
    technique(
        "aws.discovery.ec2-enumerate-from-instance",
        &["T1580", "T1087"],
        &[
            "ListUsers",
            "ListRoles",
            "GetAccountAuthorizationDetails",
            "DescribeSnapshots",
            "ListBuckets",
        ],
    ),
    technique(
        "aws.execution.ec2-launch-unusual-instances",
        &["T1496", "T1578"],
        &["RunInstances"],
    ),
    technique(
        "aws.execution.ec2-user-data",
        &["T1059", "T1098"],
        &["ModifyInstanceAttribute"],
    ),
    technique("aws.execution.ssm-send-command", &["T1651"], &["SendCommand"]),
    technique("aws.execution.ssm-start-session", &["T1021"], &["StartSession"]),
    technique(
        "aws.exfiltration.ec2-security-group-open-port-22-ingress",
        &["T1562"],
        &["AuthorizeSecurityGroupIngress"],
    ),
    technique(
        "aws.exfiltration.ec2-share-ami",
        &["T1537"],
        &["ModifyImageAttribute"],
    ),
    technique(
        "aws.exfiltration.ec2-share-ebs-snapshot",
        &["T1537"],
        &["ModifySnapshotAttribute"],
    ),
    technique(
        "aws.exfiltration.rds-share-snapshot",
        &["T1537"],
        &["ModifyDBSnapshotAttribute"],
    ),
    technique(
        "aws.exfiltration.s3-backdoor-bucket-policy",
        &["T1537", "T1530"],
        &["PutBucketPolicy"],
    ),
    technique(
        "aws.impact.bedrock-invoke-model",
        &["T1496"],
        &[
            "InvokeModel",
            "PutUseCaseForModelAccess",
            "CreateFoundationModelAgreement",
            "PutFoundationModelEntitlement",
        ],
    ),
    technique(
        "aws.initial-access.console-login-without-mfa",
        &["T1078"],
        &["ConsoleLogin"],
    ),
    technique(
        "aws.lateral-movement.ec2-instance-connect",
        &["T1021", "T1098"],
        &["SendSSHPublicKey"],
    ),
    technique(
        "aws.lateral-movement.ec2-serial-console-send-ssh-public-key",
        &["T1021"],
        &["EnableSerialConsoleAccess", "SendSerialConsoleSSHPublicKey"],
    ),
    technique(
        "aws.persistence.iam-backdoor-role",
        &["T1098"],
        &["UpdateAssumeRolePolicy"],
    ),
    technique(
        "aws.persistence.iam-backdoor-user",
        &["T1098"],
        &["CreateAccessKey"],
    ),
    technique(
        "aws.persistence.iam-create-admin-user",
        &["T1136", "T1098"],
        &["CreateUser", "AttachUserPolicy", "CreateAccessKey"],
    ),
    technique(
        "aws.persistence.iam-create-backdoor-role",
        &["T1098"],
        &["CreateRole", "AttachRolePolicy"],
    ),
    technique(
        "aws.persistence.iam-create-user-login-profile",
        &["T1098"],
        &["CreateLoginProfile"],
    ),
    technique(
        "aws.persistence.lambda-backdoor-function",
        &["T1098", "T1546"],
        &["AddPermission"],
    ),
    technique(
        "aws.persistence.lambda-layer-extension",
        &["T1546", "T1648"],
        &["UpdateFunctionConfiguration"],
    ),
    technique(
        "aws.persistence.lambda-overwrite-code",
        &["T1648", "T1546"],
        &["UpdateFunctionCode"],
    ),
    technique(
        "aws.persistence.rolesanywhere-create-trust-anchor",
        &["T1098"],
        &["CreateTrustAnchor", "CreateProfile"],
    ),
    technique(
        "aws.persistence.sts-federation-token",
        &["T1098"],
        &["GetFederationToken"],
    ),
    technique(
        "aws.privilege-escalation.iam-update-user-login-profile",
        &["T1098"],
        &["UpdateLoginProfile"],
    ),
];

/// The technique of a name.
pub(super) fn named(name: &str) -> Option<&'static Technique> {
    TECHNIQUES.iter().find(|technique| technique.name == name)
}

/// Returns true when two ATT&CK ids name the same technique, sub-techniques aside.
pub(super) fn same_base(one: &str, other: &str) -> bool {
    one.split('.').next() == other.split('.').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_whole_and_free_of_api_dates() {
        assert!(TECHNIQUES.is_sorted_by(|one, next| one.name < next.name));
        for technique in TECHNIQUES {
            assert!(
                !technique.attack.is_empty() && !technique.calls.is_empty(),
                "{}",
                technique.name
            );
            for call in technique.calls {
                assert_eq!(stanch_core::event::base_name(call), *call);
            }
            assert!(
                technique.attack.iter().all(|id| !id.contains('.')),
                "{}",
                technique.name
            );
        }
    }

    #[test]
    fn sub_techniques_fit_their_technique() {
        assert!(same_base("T1098.001", "T1098"));
        assert!(!same_base("T1098", "T1078"));
    }
}
