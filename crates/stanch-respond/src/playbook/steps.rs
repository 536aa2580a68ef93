//! Phases and steps of the playbook, and what Stanch does of each. It must not know how far a case is.

use serde::Serialize;

use crate::actions;

/// What Stanch does of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// It changes the account, on an approved plan.
    Acted,
    /// It says what a person must do, and checks it.
    Guided,
    /// It reads the account.
    Collected,
    /// It finds it in logs or in what was collected.
    Analysed,
    /// Nothing yet.
    NotBuilt,
}

/// A step.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Its number in the playbook.
    pub id: &'static str,
    /// What is done, in a line.
    pub title: &'static str,
    /// What Stanch does of it.
    pub how: &'static [How],
    /// The verb that does it, if one does.
    pub verb: Option<&'static str>,
    /// The guided steps that belong to it.
    pub guided: &'static [&'static str],
    /// What is not built of it.
    pub lacks: Option<&'static str>,
}

/// A phase.
#[derive(Debug, Clone, Copy)]
pub struct Phase {
    /// Its number.
    pub number: u8,
    /// Its subject.
    pub title: &'static str,
    /// Its steps.
    pub steps: &'static [Step],
}

const NONE: Step = Step {
    id: "",
    title: "",
    how: &[],
    verb: None,
    guided: &[],
    lacks: None,
};

const STOP: &[Step] = &[
    Step {
        id: "1",
        title: "root password, root mailbox",
        how: &[How::Guided],
        guided: &[
            "root-held",
            "root-mailbox",
            "root-password",
            "root-keys",
            "member-root",
        ],
        ..NONE
    },
    Step {
        id: "2",
        title: "keys, passwords and other credentials of suspects off",
        how: &[How::Acted],
        verb: Some("contain"),
        ..NONE
    },
    Step {
        id: "3",
        title: "live sessions cut, compromised roles denied",
        how: &[How::Acted, How::Guided],
        verb: Some("contain"),
        guided: &["portal-sessions"],
        ..NONE
    },
    Step {
        id: "4",
        title: "MFA on root",
        how: &[How::Guided],
        guided: &["root-mfa"],
        ..NONE
    },
    Step {
        id: "5",
        title: "payment, organisation, spend alert",
        how: &[How::Guided, How::Acted],
        guided: &["payment-method"],
        lacks: Some("no verb plans the spend alert yet: make a budget in the console"),
        ..NONE
    },
];

const FAR: &[Step] = &[
    Step {
        id: "6",
        title: "CloudTrail on, gaps in the logs found",
        how: &[How::Acted, How::Analysed],
        verb: Some("contain"),
        lacks: Some("contain repairs a trail that was stopped; it makes none where there was none"),
        ..NONE
    },
    Step {
        id: "7",
        title: "timeline out of CloudTrail",
        how: &[How::Analysed],
        verb: Some("hunt"),
        ..NONE
    },
    Step {
        id: "8",
        title: "everything that runs, in every region",
        how: &[How::Collected],
        verb: Some("collect"),
        ..NONE
    },
    Step {
        id: "9",
        title: "GuardDuty findings",
        how: &[How::Collected, How::Analysed],
        verb: Some("collect"),
        ..NONE
    },
    Step {
        id: "10",
        title: "what was taken from S3",
        how: &[How::Analysed],
        verb: Some("hunt"),
        ..NONE
    },
];

const ENTRY: &[Step] = &[
    Step {
        id: "11a",
        title: "keys leaked in repositories",
        how: &[How::Analysed],
        verb: Some("scan-keys"),
        lacks: Some("clone the repositories, then: stanch scan-keys PATH"),
        ..NONE
    },
    Step {
        id: "11b",
        title: "phishing and stolen passwords",
        how: &[How::Analysed],
        verb: Some("hunt"),
        ..NONE
    },
    Step {
        id: "11c",
        title: "the metadata service: IMDSv1, requests for it",
        how: &[How::Collected, How::Analysed],
        verb: Some("assess"),
        lacks: Some("web logs are searched by another command: stanch scan-ssrf LOG"),
        ..NONE
    },
    Step {
        id: "12",
        title: "persistence",
        how: &[How::Collected, How::Analysed],
        verb: Some("assess"),
        ..NONE
    },
];

const MACHINES: &[Step] = &[
    Step {
        id: "13",
        title: "instances isolated, nothing terminated",
        how: &[How::Acted],
        verb: Some("contain"),
        lacks: Some("memory is not captured"),
        ..NONE
    },
    Step {
        id: "14",
        title: "every credential rotated",
        how: &[How::NotBuilt],
        lacks: Some("the rotation of secrets is not built"),
        ..NONE
    },
];

const BILL: &[Step] = &[Step {
    id: "15",
    title: "support case, and the bill",
    how: &[How::Guided],
    guided: &["support-case"],
    lacks: Some("charges: copy the bill from S3, then: stanch cost BILL, stanch dispute --bill BILL"),
    ..NONE
}];

const HARDENING: &[Step] = &[Step {
    id: "16",
    title: "hardening",
    how: &[How::NotBuilt],
    lacks: Some("hardening is not built; what is weak is told by stanch assess --verbose"),
    ..NONE
}];

/// The playbook, in order.
pub const PHASES: &[Phase] = &[
    Phase {
        number: 1,
        title: "Stop the bleeding",
        steps: STOP,
    },
    Phase {
        number: 2,
        title: "How far did it go",
        steps: FAR,
    },
    Phase {
        number: 3,
        title: "How in, what is left",
        steps: ENTRY,
    },
    Phase {
        number: 4,
        title: "Instances, rotation",
        steps: MACHINES,
    },
    Phase {
        number: 5,
        title: "The bill",
        steps: BILL,
    },
    Phase {
        number: 6,
        title: "Hardening",
        steps: HARDENING,
    },
];

impl Step {
    /// Returns whether an action belongs to it.
    #[must_use]
    pub fn takes(&self, action: &str) -> bool {
        actions::named(action).is_some_and(|action| action.about().steps.contains(&self.id))
    }

    /// Returns whether any action belongs to it.
    #[must_use]
    pub fn has_actions(&self) -> bool {
        let mut all = actions::ALL.iter();
        all.any(|action| action.about().steps.contains(&self.id))
    }
}
