//! ATT&CK as other programs' schemas want it: tactic numbers, techniques with their parents, links.
//!
//! It must not explain ATT&CK, nor name techniques: names change with its versions, numbers do not.

use stanch_core::{Tactic, TechniqueId};

/// The number of a tactic (<https://attack.mitre.org/tactics/enterprise/>).
pub(crate) const fn tactic_number(tactic: Tactic) -> &'static str {
    match tactic {
        Tactic::Reconnaissance => "TA0043",
        Tactic::ResourceDevelopment => "TA0042",
        Tactic::InitialAccess => "TA0001",
        Tactic::Discovery => "TA0007",
        Tactic::Execution => "TA0002",
        Tactic::Persistence => "TA0003",
        Tactic::PrivilegeEscalation => "TA0004",
        Tactic::DefenseEvasion => "TA0005",
        Tactic::CredentialAccess => "TA0006",
        Tactic::LateralMovement => "TA0008",
        Tactic::Collection => "TA0009",
        Tactic::CommandAndControl => "TA0011",
        Tactic::Exfiltration => "TA0010",
        Tactic::Impact => "TA0040",
    }
}

/// The technique of an id, and the id itself when that is a sub-technique.
pub(crate) fn technique_parts(id: &TechniqueId) -> (&str, Option<&str>) {
    let id = id.as_str();
    id.split_once('.')
        .map_or((id, None), |(technique, _)| (technique, Some(id)))
}

/// The page about a technique.
pub(crate) fn technique_url(id: &TechniqueId) -> String {
    format!(
        "https://attack.mitre.org/techniques/{}/",
        id.as_str().replace('.', "/")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sub_technique_has_a_parent_and_a_page() {
        let id = TechniqueId::parse("T1098.001").unwrap();
        assert_eq!(technique_parts(&id), ("T1098", Some("T1098.001")));
        assert_eq!(
            technique_url(&id),
            "https://attack.mitre.org/techniques/T1098/001/"
        );
        let id = TechniqueId::parse("T1530").unwrap();
        assert_eq!(technique_parts(&id), ("T1530", None));
    }
}
