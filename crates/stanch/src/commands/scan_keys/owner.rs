//! Owners of credentials as the case knows them: its accounts, its access keys and their use in the logs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use stanch_case::{Case, CaseError};
use stanch_collect::CollectError;
use stanch_collect::snapshot::Wanted;
use stanch_core::text::bounded;
use stanch_core::{Severity, Timestamp};
use stanch_leaks::{Credential, Kind};

use crate::commands::snapshots;
use crate::commands::who::Relative;
use crate::error::Failure;

/// Keys whose use is looked up in the events of the case: each costs a pass.
const LOOKED_UP: usize = 20;

/// Relation of a credential to the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "relation")]
pub(crate) enum Owner {
    /// Access key of a user in the case's snapshot.
    Key {
        /// User.
        user: String,
        /// Account.
        account: String,
        /// It works.
        is_active: bool,
        /// First use in the logs of the case.
        #[serde(skip_serializing_if = "Option::is_none")]
        first_use: Option<Timestamp>,
        /// First use after the first commit that has it.
        used_after_leak: bool,
    },
    /// The account is of the case, the key is not in its snapshot: deleted, or of a session.
    Account {
        /// First use in the logs of the case.
        #[serde(skip_serializing_if = "Option::is_none")]
        first_use: Option<Timestamp>,
    },
    /// Another account.
    OtherAccount,
    /// The credential carries no account.
    Unknown,
}

/// Accounts and keys of a case.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    accounts: BTreeSet<String>,
    keys: BTreeMap<String, (String, String, bool)>,
    uses: std::cell::RefCell<BTreeMap<String, Option<Timestamp>>>,
    case: std::path::PathBuf,
    has_case: bool,
    /// Parts of the case that were not read.
    pub(crate) problems: u64,
}

impl Owners {
    /// Reads the case; empty where the folder is no case.
    pub(crate) fn of_case(case: &Path) -> Result<Self, Failure> {
        let mut owners = Self {
            case: case.to_owned(),
            ..Self::default()
        };
        match Case::open_read_only(case) {
            Ok(view) => owners.accounts.extend(
                view.info()
                    .accounts
                    .iter()
                    .map(|account| account.as_str().to_owned()),
            ),
            Err(CaseError::NotACase { .. }) => return Ok(owners),
            Err(error) => return Err(error.into()),
        }
        owners.has_case = true;
        for snapshot in snapshots::all(case)
            .iter()
            .filter(|snapshot| !snapshots::is_events(snapshot))
        {
            let read = snapshot.each(&Wanted::of("iam", "ListAccessKeys"), |reading| {
                owners.accounts.insert(reading.account.as_str().to_owned());
                for item in reading
                    .body
                    .get("AccessKeyMetadata")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                {
                    let text = |name: &str| {
                        item.get(name)
                            .and_then(Value::as_str)
                            .map(|text| bounded(text, 128))
                            .unwrap_or_default()
                    };
                    let owner = (
                        text("UserName"),
                        reading.account.as_str().to_owned(),
                        text("Status") == "Active",
                    );
                    owners.keys.insert(text("AccessKeyId"), owner);
                }
                Ok::<(), CollectError>(())
            });
            owners.problems += u64::from(read.is_err());
        }
        Ok(owners)
    }

    /// Returns whether there is a case to compare with.
    pub(crate) const fn has_case(&self) -> bool {
        self.has_case
    }

    /// Returns the relation of a credential to the case.
    pub(crate) fn of(&self, credential: &Credential) -> Owner {
        let leaked = credential.first_committed();
        if let Some((user, account, is_active)) = self
            .keys
            .get(&credential.id)
            .filter(|_| credential.kind != Kind::ConsolePassword)
        {
            let first_use = self.first_use(&credential.id);
            let used_after_leak = leaked
                .zip(first_use)
                .is_some_and(|(leaked, used)| used.seconds() >= leaked);
            return Owner::Key {
                user: user.clone(),
                account: account.clone(),
                is_active: *is_active,
                first_use,
                used_after_leak,
            };
        }
        match &credential.account {
            Some(account) if self.accounts.contains(account) => Owner::Account {
                first_use: self.first_use(&credential.id),
            },
            Some(_) => Owner::OtherAccount,
            None => Owner::Unknown,
        }
    }

    /// Returns the severity that the case gives a credential.
    pub(crate) fn severity(&self, credential: &Credential) -> Option<Severity> {
        let listed = self
            .keys
            .get(&credential.id)
            .filter(|_| credential.kind != Kind::ConsolePassword);
        if let Some((_, _, is_active)) = listed {
            return Some(if *is_active {
                Severity::Critical
            } else {
                Severity::High
            });
        }
        let is_of_case = credential
            .account
            .as_ref()
            .is_some_and(|account| self.accounts.contains(account));
        (is_of_case && credential.doubt.is_none()).then_some(Severity::High)
    }

    fn first_use(&self, id: &str) -> Option<Timestamp> {
        if let Some(known) = self.uses.borrow().get(id) {
            return *known;
        }
        if self.uses.borrow().len() >= LOOKED_UP {
            return None;
        }
        let dossier = Relative::new(&self.case, &[], None).of(id);
        let firsts = dossier
            .iter()
            .flat_map(|dossier| &dossier.subjects)
            .filter(|subject| subject.id == id);
        let first = firsts.filter_map(|subject| subject.usage.first).min();
        self.uses.borrow_mut().insert(id.to_owned(), first);
        first
    }
}
