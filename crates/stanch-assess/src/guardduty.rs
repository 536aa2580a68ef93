//! What the types of GuardDuty's findings say, in plain words.
//!
//! A type is `Purpose:Resource/Family.Mechanism!Artifact`
//! (<https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html>). Each part is explained by itself, so
//! that a type which came after this was written is told as far as its parts are known. It must not judge.

/// What a type says; empty when none of its parts is known.
pub(super) fn explained(kind: &str) -> String {
    let (purpose, rest) = kind.split_once(':').unwrap_or(("", kind));
    let (resource, family) = rest.split_once('/').unwrap_or(("", rest));
    let what = FAMILIES
        .iter()
        .find(|(part, _)| family.contains(part))
        .map(|(_, words)| *words);
    let why = PURPOSES
        .iter()
        .find(|(name, _)| *name == purpose)
        .map(|(_, words)| *words);
    let place = RESOURCES
        .iter()
        .find(|(name, _)| *name == resource)
        .map(|(_, words)| *words);
    let mut words = match (what, why) {
        (Some(what), Some(why)) => format!("{what} ({why})"),
        (Some(what), None) => what.to_owned(),
        (None, Some(why)) => why.to_owned(),
        (None, None) => return String::new(),
    };
    if let Some(place) = place {
        words.push_str(", seen on ");
        words.push_str(place);
    }
    if family.contains(".Custom") {
        words.push_str("; the list is your own");
    }
    if let Some((_, now)) = RETIRED.iter().find(|(old, _)| *old == kind) {
        words.push_str("; GuardDuty no longer makes this type");
        if !now.is_empty() {
            words.push_str(": it is now ");
            words.push_str(now);
        }
    }
    words
}

/// What an attacker is after, by the first part of a type.
const PURPOSES: [(&str, &str); 20] = [
    ("AttackSequence", "several signs that together make an attack"),
    ("Backdoor", "a machine was taken over and talks to its master"),
    ("Behavior", "something behaves as it never did"),
    ("CredentialAccess", "somebody is after passwords, keys or tokens"),
    ("CryptoCurrency", "a machine mines, or talks to those who do"),
    ("DefenseEvasion", "somebody hides what they do"),
    ("Discovery", "somebody looks around"),
    ("Execution", "something runs that should not"),
    ("Exfiltration", "data leaves"),
    ("Impact", "something is destroyed, changed or abused"),
    ("InitialAccess", "somebody gets in"),
    ("PenTest", "a system made for breaking in makes calls"),
    ("Persistence", "somebody makes sure to come back"),
    ("Policy", "a rule of good practice was broken"),
    ("PrivilegeEscalation", "somebody gets more power"),
    ("Recon", "somebody looks for weaknesses"),
    (
        "ResourceConsumption",
        "machines are started by somebody who never did",
    ),
    ("Stealth", "somebody covers their tracks"),
    ("Trojan", "malware is at work"),
    (
        "UnauthorizedAccess",
        "something is used by somebody who should not",
    ),
];

/// What a finding is about, by the second part.
const RESOURCES: [(&str, &str); 12] = [
    ("IAMUser", "a user, a role or root"),
    ("IAM", "credentials"),
    ("EC2", "a machine"),
    ("S3", "a bucket"),
    ("S3Object", "an object in a bucket"),
    ("Kubernetes", "a Kubernetes cluster"),
    ("EKS", "a Kubernetes cluster"),
    ("ECS", "containers"),
    ("Container", "a container"),
    ("Lambda", "a function"),
    ("RDS", "a database"),
    ("Runtime", "the inside of a machine or container"),
];

/// What happened, by a word of the third part; of two words that fit, the first counts.
const FAMILIES: [(&str, &str); 57] = [
    (
        "InstanceCredentialExfiltration.InsideAWS",
        "credentials of a machine are used in another account",
    ),
    (
        "InstanceCredentialExfiltration",
        "credentials of a machine's role are used outside that machine",
    ),
    (
        "ResourceCredentialExfiltration",
        "credentials of a workload's role are used outside it",
    ),
    (
        "CompromisedCredentials",
        "stolen credentials were used step by step",
    ),
    (
        "CompromisedData",
        "data in buckets was read or destroyed step by step",
    ),
    ("CompromisedCluster", "a cluster was taken over step by step"),
    (
        "CompromisedInstanceGroup",
        "several machines of one group were taken over",
    ),
    (
        "ShortTermRootCredentialUsage",
        "a member account's root was used through a session",
    ),
    ("RootCredentialUsage", "the root user was used"),
    ("CloudTrailLoggingDisabled", "a trail was stopped or deleted"),
    ("PasswordPolicyChange", "the rules for passwords were weakened"),
    (
        "ServerAccessLoggingDisabled",
        "the access log of a bucket was switched off",
    ),
    (
        "AccountBlockPublicAccessDisabled",
        "the account's guard against public buckets was taken off",
    ),
    (
        "BucketBlockPublicAccessDisabled",
        "a bucket's guard against public access was taken off",
    ),
    ("BucketAnonymousAccessGranted", "a bucket was opened to everybody"),
    (
        "BucketPublicAccessGranted",
        "a bucket was opened to every user of AWS",
    ),
    ("AnomalousBehavior", "calls that this principal never made before"),
    (
        "ConsoleLoginSuccess",
        "a sign-in from an unusual place, or from two at once",
    ),
    ("SuccessfulAnonymousAccess", "somebody without a name was let in"),
    ("AnonymousAccessGranted", "everybody was given permissions"),
    (
        "AdminAccessToDefaultServiceAccount",
        "the default account was made administrator",
    ),
    ("ExposedDashboard", "an administrative page is open to the world"),
    (
        "ExposedKubeflowDashboard",
        "an administrative page is open to the world",
    ),
    (
        "MaliciousIPCaller",
        "calls from, or to, an address on a threat list",
    ),
    ("TorIPCaller", "calls through the Tor network"),
    ("TorClient", "a machine hides behind the Tor network"),
    ("TorRelay", "a machine carries traffic of the Tor network"),
    ("KaliLinux", "calls by Kali Linux"),
    ("ParrotLinux", "calls by Parrot Linux"),
    ("PentooLinux", "calls by Pentoo Linux"),
    (
        "BitcoinTool",
        "a machine talks to a pool of cryptocurrency miners",
    ),
    (
        "BitcoinDomainRequest",
        "a machine looks for a pool of cryptocurrency miners",
    ),
    ("CryptoMinerExecuted", "a miner runs"),
    ("C&CActivity", "a machine talks to a server that commands malware"),
    ("DenialOfService", "a machine floods another with traffic"),
    ("Spambot", "a machine sends spam"),
    ("BruteForce", "somebody tries passwords, or was let in after that"),
    ("PortProbe", "somebody from a threat list looks at an open port"),
    ("Portscan", "a machine searches others for open ports"),
    ("PortSweep", "a machine searches many others for one open port"),
    (
        "MetadataDNSRebind",
        "a name was made to point to the credentials of the machine",
    ),
    ("DNSDataExfiltration", "data leaves in DNS queries"),
    (
        "DGADomainRequest",
        "a machine asks for made-up names, as malware does",
    ),
    (
        "PhishingDomainRequest",
        "a machine asks for a name that is used for phishing",
    ),
    ("DomainRequest", "a machine asks for a name of bad repute"),
    (
        "BlackholeTraffic",
        "a machine talks to an address that was taken from criminals",
    ),
    (
        "DriveBySource",
        "a machine fetches from a site that infects its visitors",
    ),
    ("DropPoint", "a machine talks to a place where stolen data is put"),
    ("ReverseShell", "a machine gives a shell to somebody outside"),
    ("MaliciousFile", "a file with malware was found"),
    (
        "BucketEnumeration",
        "buckets were listed by somebody who never did",
    ),
    ("ObjectRead", "objects were read by somebody who never did"),
    (
        "ObjectDelete",
        "objects or buckets were deleted by somebody who never did",
    ),
    (
        "PermissionsModification",
        "who may reach a bucket was changed by somebody who never did",
    ),
    ("NetworkPermissions", "networks were opened"),
    ("ResourcePermissions", "policies of resources were changed"),
    ("XORDDOS", "a machine floods others, as the XOR trojan does"),
];

/// Types that old exports still hold, and what they became
/// (<https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-retired.html>).
const RETIRED: [(&str, &str); 18] = [
    (
        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration",
        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
    ),
    ("Backdoor:EC2/XORDDOS", "Backdoor:EC2/DenialOfService"),
    (
        "CryptoCurrency:EC2/BitcoinTool",
        "CryptoCurrency:EC2/BitcoinTool.B",
    ),
    ("Persistence:IAMUser/NetworkPermissions", ""),
    (
        "Persistence:IAMUser/ResourcePermissions",
        "Persistence:IAMUser/AnomalousBehavior",
    ),
    (
        "Persistence:IAMUser/UserPermissions",
        "Persistence:IAMUser/AnomalousBehavior",
    ),
    (
        "PrivilegeEscalation:IAMUser/AdministrativePermissions",
        "PrivilegeEscalation:IAMUser/AnomalousBehavior",
    ),
    (
        "Recon:IAMUser/NetworkPermissions",
        "Discovery:IAMUser/AnomalousBehavior",
    ),
    (
        "Recon:IAMUser/ResourcePermissions",
        "Discovery:IAMUser/AnomalousBehavior",
    ),
    (
        "Recon:IAMUser/UserPermissions",
        "Discovery:IAMUser/AnomalousBehavior",
    ),
    ("ResourceConsumption:IAMUser/ComputeResources", ""),
    ("Stealth:IAMUser/LoggingConfigurationModified", ""),
    (
        "UnauthorizedAccess:IAMUser/ConsoleLogin",
        "InitialAccess:IAMUser/AnomalousBehavior",
    ),
    ("UnauthorizedAccess:EC2/TorIPCaller", ""),
    (
        "Discovery:S3/BucketEnumeration.Unusual",
        "Discovery:S3/AnomalousBehavior",
    ),
    (
        "Exfiltration:S3/ObjectRead.Unusual",
        "Exfiltration:S3/AnomalousBehavior",
    ),
    (
        "Impact:S3/ObjectDelete.Unusual",
        "Impact:S3/AnomalousBehavior.Delete",
    ),
    (
        "Impact:S3/PermissionsModification.Unusual",
        "Impact:S3/AnomalousBehavior.Permission",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn current_types_are_explained() {
        assert_eq!(
            explained("UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS"),
            "credentials of a machine are used in another account (something is used by somebody who should not), seen on a user, a role or root"
        );
        assert_eq!(
            explained("CryptoCurrency:EC2/BitcoinTool.B!DNS"),
            "a machine talks to a pool of cryptocurrency miners (a machine mines, or talks to those who do), seen on a machine"
        );
        for kind in [
            "AttackSequence:S3/CompromisedData",
            "Recon:IAMUser/MaliciousIPCaller.Custom",
            "Policy:IAMUser/ShortTermRootCredentialUsage",
            "Impact:EC2/WinRMBruteForce",
            "Stealth:S3/ServerAccessLoggingDisabled",
            "Execution:Runtime/ReverseShell",
            "Backdoor:Lambda/C&CActivity.B",
        ] {
            assert!(
                explained(kind).contains(", seen on "),
                "{kind}: {}",
                explained(kind)
            );
        }
        assert!(explained("Recon:IAMUser/MaliciousIPCaller.Custom").ends_with("the list is your own"));
    }

    #[test]
    fn retired_types_are_told_as_such() {
        for (old, _) in RETIRED {
            assert!(explained(old).contains("no longer makes this type"), "{old}");
        }
    }

    #[test]
    fn what_is_not_known_is_told_as_far_as_it_is_and_never_invented() {
        assert_eq!(explained("Exfiltration:Quantum/NewThing.A"), "data leaves");
        assert_eq!(explained("Whatever"), "");
        assert_eq!(explained(""), "");
        assert_eq!(explained("a:b/c\u{202e}"), "");
    }
}
