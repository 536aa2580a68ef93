//! Meaning of GuardDuty finding types.
//!
//! A type is `Purpose:Resource/Family.Mechanism!Artifact`
//! (<https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html>). Each part is explained by itself, so
//! that a newer type is explained as far as its parts are known. It must not judge.

/// Returns the meaning of a finding type; empty when none of its parts is known.
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
        words.push_str("; GuardDuty no longer generates this type");
        if !now.is_empty() {
            words.push_str(": replaced by ");
            words.push_str(now);
        }
    }
    words
}

/// Threat purposes, by the first part of a type.
const PURPOSES: [(&str, &str); 20] = [
    ("AttackSequence", "several findings that together are an attack"),
    (
        "Backdoor",
        "a compromised resource contacts a command and control server",
    ),
    ("Behavior", "unusual behavior of a resource"),
    ("CredentialAccess", "an attempt to get passwords, keys or tokens"),
    ("CryptoCurrency", "crypto-mining, or traffic to a mining pool"),
    ("DefenseEvasion", "an attempt to evade detection"),
    ("Discovery", "an attempt to discover resources"),
    ("Execution", "execution of malicious code"),
    ("Exfiltration", "an attempt to exfiltrate data"),
    ("Impact", "destruction, manipulation or abuse of resources"),
    ("InitialAccess", "an attempt to get access"),
    ("PenTest", "calls from a penetration testing system"),
    ("Persistence", "an attempt to keep access"),
    ("Policy", "a violation of security best practices"),
    ("PrivilegeEscalation", "an attempt to get more permissions"),
    ("Recon", "an attempt to find vulnerabilities"),
    (
        "ResourceConsumption",
        "instances started by a principal that never did so before",
    ),
    ("Stealth", "an attempt to hide an attack"),
    ("Trojan", "malware activity"),
    ("UnauthorizedAccess", "unauthorized use of a resource"),
];

/// Affected resources, by the second part.
const RESOURCES: [(&str, &str); 12] = [
    ("IAMUser", "an IAM user, a role or the root user"),
    ("IAM", "credentials"),
    ("EC2", "an EC2 instance"),
    ("S3", "an S3 bucket"),
    ("S3Object", "an S3 object"),
    ("Kubernetes", "a Kubernetes cluster"),
    ("EKS", "a Kubernetes cluster"),
    ("ECS", "containers"),
    ("Container", "a container"),
    ("Lambda", "a Lambda function"),
    ("RDS", "a database"),
    ("Runtime", "the runtime of an instance or container"),
];

/// Activities, by a word of the third part; of two words that fit, the first counts.
const FAMILIES: [(&str, &str); 57] = [
    (
        "InstanceCredentialExfiltration.InsideAWS",
        "credentials of an instance are used in another account",
    ),
    (
        "InstanceCredentialExfiltration",
        "credentials of an instance role are used outside the instance",
    ),
    (
        "ResourceCredentialExfiltration",
        "credentials of a workload role are used outside the workload",
    ),
    (
        "CompromisedCredentials",
        "an attack sequence with compromised credentials",
    ),
    ("CompromisedData", "an attack sequence against data in S3 buckets"),
    ("CompromisedCluster", "an attack sequence against a cluster"),
    (
        "CompromisedInstanceGroup",
        "an attack sequence against a group of instances",
    ),
    (
        "ShortTermRootCredentialUsage",
        "a member account's root user was used through a session",
    ),
    ("RootCredentialUsage", "the root user was used"),
    (
        "CloudTrailLoggingDisabled",
        "a CloudTrail trail was stopped or deleted",
    ),
    ("PasswordPolicyChange", "the IAM password policy was weakened"),
    (
        "ServerAccessLoggingDisabled",
        "server access logging of an S3 bucket was disabled",
    ),
    (
        "AccountBlockPublicAccessDisabled",
        "Block Public Access of the account was disabled",
    ),
    (
        "BucketBlockPublicAccessDisabled",
        "Block Public Access of an S3 bucket was disabled",
    ),
    ("BucketAnonymousAccessGranted", "an S3 bucket was made public"),
    (
        "BucketPublicAccessGranted",
        "an S3 bucket was opened to all authenticated AWS users",
    ),
    ("AnomalousBehavior", "calls that this principal never made before"),
    (
        "ConsoleLoginSuccess",
        "a console sign-in from an unusual location, or from two at once",
    ),
    ("SuccessfulAnonymousAccess", "an anonymous request was allowed"),
    (
        "AnonymousAccessGranted",
        "permissions were granted to anonymous users",
    ),
    (
        "AdminAccessToDefaultServiceAccount",
        "the default service account was made administrator",
    ),
    (
        "ExposedDashboard",
        "an administrative dashboard is open to the internet",
    ),
    (
        "ExposedKubeflowDashboard",
        "an administrative dashboard is open to the internet",
    ),
    (
        "MaliciousIPCaller",
        "calls from, or to, an address on a threat list",
    ),
    ("TorIPCaller", "calls through the Tor network"),
    ("TorClient", "connections to the Tor network as a client"),
    ("TorRelay", "traffic of a Tor relay"),
    ("KaliLinux", "calls by Kali Linux"),
    ("ParrotLinux", "calls by Parrot Linux"),
    ("PentooLinux", "calls by Pentoo Linux"),
    ("BitcoinTool", "traffic to a crypto-mining pool"),
    ("BitcoinDomainRequest", "DNS queries for a crypto-mining pool"),
    ("CryptoMinerExecuted", "a crypto-miner runs"),
    ("C&CActivity", "traffic to a command and control server"),
    ("DenialOfService", "a denial of service attack from the resource"),
    ("Spambot", "the resource sends spam"),
    ("BruteForce", "a password brute force attack, perhaps successful"),
    (
        "PortProbe",
        "a probe of an open port from an address on a threat list",
    ),
    ("Portscan", "a port scan from the resource"),
    ("PortSweep", "a scan of many hosts for one port"),
    (
        "MetadataDNSRebind",
        "DNS rebinding to the instance metadata service",
    ),
    ("DNSDataExfiltration", "data exfiltration in DNS queries"),
    (
        "DGADomainRequest",
        "DNS queries for generated domain names, as malware makes",
    ),
    ("PhishingDomainRequest", "DNS queries for a phishing domain"),
    ("DomainRequest", "DNS queries for a domain of low reputation"),
    ("BlackholeTraffic", "traffic to a sinkholed address"),
    (
        "DriveBySource",
        "a download from a site that infects its visitors",
    ),
    ("DropPoint", "traffic to a host that stores stolen data"),
    ("ReverseShell", "a reverse shell to an external host"),
    ("MaliciousFile", "a file with malware was found"),
    (
        "BucketEnumeration",
        "buckets listed by a principal that never did so before",
    ),
    (
        "ObjectRead",
        "objects read by a principal that never did so before",
    ),
    (
        "ObjectDelete",
        "objects or buckets deleted by a principal that never did so before",
    ),
    (
        "PermissionsModification",
        "bucket permissions changed by a principal that never did so before",
    ),
    ("NetworkPermissions", "network permissions were opened"),
    ("ResourcePermissions", "resource policies were changed"),
    ("XORDDOS", "a denial of service attack, as of the XOR trojan"),
];

/// Retired types that old exports contain, and their replacements
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
            "credentials of an instance are used in another account (unauthorized use of a resource), seen on an IAM user, a role or the root user"
        );
        assert_eq!(
            explained("CryptoCurrency:EC2/BitcoinTool.B!DNS"),
            "traffic to a crypto-mining pool (crypto-mining, or traffic to a mining pool), seen on an EC2 instance"
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
    fn retired_types_are_marked() {
        for (old, _) in RETIRED {
            assert!(explained(old).contains("no longer generates this type"), "{old}");
        }
    }

    #[test]
    fn unknown_types_are_explained_as_far_as_their_parts_are_known() {
        assert_eq!(
            explained("Exfiltration:Quantum/NewThing.A"),
            "an attempt to exfiltrate data"
        );
        assert_eq!(explained("Whatever"), "");
        assert_eq!(explained(""), "");
        assert_eq!(explained("a:b/c\u{202e}"), "");
    }
}
