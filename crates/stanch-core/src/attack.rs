//! MITRE ATT&CK words: tactics and technique ids, as Sigma tags carry them.

use serde::{Deserialize, Serialize};

/// A tactic of ATT&CK for Enterprise, in the order in which an intrusion mostly runs
/// (<https://attack.mitre.org/tactics/enterprise/>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tactic {
    /// TA0043
    Reconnaissance,
    /// TA0042
    ResourceDevelopment,
    /// TA0001
    InitialAccess,
    /// TA0007
    Discovery,
    /// TA0002
    Execution,
    /// TA0003
    Persistence,
    /// TA0004
    PrivilegeEscalation,
    /// TA0005
    DefenseEvasion,
    /// TA0006
    CredentialAccess,
    /// TA0008
    LateralMovement,
    /// TA0009
    Collection,
    /// TA0011
    CommandAndControl,
    /// TA0010
    Exfiltration,
    /// TA0040
    Impact,
}

impl Tactic {
    const NAMES: [(Self, &'static str); 14] = [
        (Self::Reconnaissance, "reconnaissance"),
        (Self::ResourceDevelopment, "resource-development"),
        (Self::InitialAccess, "initial-access"),
        (Self::Discovery, "discovery"),
        (Self::Execution, "execution"),
        (Self::Persistence, "persistence"),
        (Self::PrivilegeEscalation, "privilege-escalation"),
        (Self::DefenseEvasion, "defense-evasion"),
        (Self::CredentialAccess, "credential-access"),
        (Self::LateralMovement, "lateral-movement"),
        (Self::Collection, "collection"),
        (Self::CommandAndControl, "command-and-control"),
        (Self::Exfiltration, "exfiltration"),
        (Self::Impact, "impact"),
    ];

    /// The name in kebab case, as Sigma's `attack.` tags and Stratus use it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(tactic, _)| *tactic == self)
            .map_or("", |(_, name)| name)
    }

    /// The tactic a Sigma tag names (`attack.defense-evasion`, `attack.defense_evasion`), if it names one.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let name = tag.strip_prefix("attack.")?.replace('_', "-");
        Self::NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(tactic, _)| *tactic)
    }
}

/// A technique or sub-technique of ATT&CK, `T1098.001`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TechniqueId(String);

impl TechniqueId {
    /// Reads `T1098`, `t1098.001` or the Sigma tag `attack.t1098.001`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let id = text.strip_prefix("attack.").unwrap_or(text).to_ascii_uppercase();
        let digits = id.strip_prefix('T')?;
        let (main, sub) = digits
            .split_once('.')
            .map_or((digits, None), |(main, sub)| (main, Some(sub)));
        let numeric =
            |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        (numeric(main, 4) && sub.is_none_or(|sub| numeric(sub, 3))).then_some(Self(id))
    }

    /// The id as ATT&CK writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigma_tags_are_read() {
        assert_eq!(
            TechniqueId::parse("attack.t1098.001").unwrap().as_str(),
            "T1098.001"
        );
        assert_eq!(TechniqueId::parse("T1496").unwrap().as_str(), "T1496");
        assert_eq!(TechniqueId::parse("attack.persistence"), None);
        assert_eq!(
            Tactic::from_tag("attack.privilege_escalation"),
            Some(Tactic::PrivilegeEscalation)
        );
        assert_eq!(Tactic::from_tag("car.2013"), None);
    }
}
