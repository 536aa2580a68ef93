//! Declarations of the responder: responders, break-glass principals, vendors and known-good entries.
//!
//! A declaration is added and withdrawn by journal lines with a person and a reason. It must not know how an account is
//! assessed or contained.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stanch_core::text::bounded;
use stanch_core::{AccountId, Timestamp, arn};

use crate::case::Case;
use crate::entry::Entry;
use crate::error::CaseError;
use crate::info::CaseInfo;
use crate::principal::{self, Named};
use crate::transition::State;

const NAME_LIMIT: usize = 200;
const TEXT_LIMIT: usize = 2048;
const REASON_LIMIT: usize = 4000;
/// Reason of declarations that `case.json` carries.
const AT_OPENING: &str = "declared when the case was opened";

/// One declaration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Declaration {
    /// A responder: exempt from containment.
    Responder {
        /// ARN or name. Escape it where it is shown.
        principal: String,
    },
    /// A break-glass principal: exempt from containment.
    BreakGlass {
        /// ARN of the root user, a user, a role or an Identity Center user. Cases of format 1 may have any text.
        principal: String,
    },
    /// An external account that belongs to a vendor of the account's owner.
    Vendor {
        /// Account id of the vendor.
        account: AccountId,
        /// Name of the vendor. Escape it where it is shown.
        name: String,
    },
    /// A resource or account that is legitimate.
    KnownGood {
        /// ARN, id, name or account id; `*` at the end stands for any ending.
        entry: String,
    },
}

/// Kind of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeclarationKind {
    /// Responders.
    Responder,
    /// Break-glass principals.
    BreakGlass,
    /// Vendors.
    Vendor,
    /// Known-good entries.
    KnownGood,
}

/// A declaration with the person and the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Declared {
    /// The declaration.
    pub declaration: Declaration,
    /// The person. Escape it where it is shown.
    pub by: String,
    /// The reason. Escape it where it is shown.
    pub reason: String,
}

/// Kind and id of a declaration: two with the same key replace each other.
pub(crate) type Key = (DeclarationKind, String);

/// State of a declaration that the journal names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeclarationState {
    /// Position in the order in which ids were first named.
    pub(crate) order: usize,
    /// The declaration in effect; none once it is withdrawn.
    pub(crate) current: Option<Declared>,
}

impl Declaration {
    /// Kind of the declaration.
    #[must_use]
    pub const fn kind(&self) -> DeclarationKind {
        match self {
            Self::Responder { .. } => DeclarationKind::Responder,
            Self::BreakGlass { .. } => DeclarationKind::BreakGlass,
            Self::Vendor { .. } => DeclarationKind::Vendor,
            Self::KnownGood { .. } => DeclarationKind::KnownGood,
        }
    }

    /// The principal, account id or entry.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Responder { principal } | Self::BreakGlass { principal } => principal,
            Self::Vendor { account, .. } => account.as_str(),
            Self::KnownGood { entry } => entry,
        }
    }

    pub(crate) fn key(&self) -> Key {
        (self.kind(), self.id().to_owned())
    }

    /// Returns the declaration trimmed and bounded, with an account id as 12 digits.
    #[must_use]
    pub fn normal(&self) -> Self {
        match self {
            Self::Responder { principal } => Self::Responder {
                principal: bounded(principal.trim(), TEXT_LIMIT),
            },
            Self::BreakGlass { principal } => Self::BreakGlass {
                principal: bounded(principal.trim(), TEXT_LIMIT),
            },
            Self::Vendor { account, name } => Self::Vendor {
                account: AccountId(bounded(&account.as_str().trim().replace('-', ""), NAME_LIMIT)),
                name: bounded(name.trim(), NAME_LIMIT),
            },
            Self::KnownGood { entry } => Self::KnownGood {
                entry: bounded(entry.trim(), TEXT_LIMIT),
            },
        }
    }

    /// Returns a break-glass principal from what a person typed: `user/NAME`, `role/NAME` or `root` of the account that
    /// `caller` is in, or an ARN. [`Self::check`] refuses other texts.
    #[must_use]
    pub fn break_glass(typed: &str, caller: &str) -> Self {
        let (partition, account) = (arn::partition_of(caller), arn::account_of(caller).unwrap_or(""));
        Self::BreakGlass {
            principal: principal::expanded(typed.trim(), partition, account),
        }
    }

    /// Checks a declaration before it is added.
    ///
    /// # Errors
    /// When a responder or name is empty, a break-glass principal is not the ARN of a principal, an account id has not
    /// 12 digits, or a known-good entry would match everything.
    pub fn check(&self) -> Result<(), CaseError> {
        let refused = |reason, next| {
            Err(CaseError::BadDeclaration {
                text: self.id().to_owned(),
                reason,
                next,
            })
        };
        match self {
            Self::Responder { principal } if principal.trim().is_empty() => {
                refused("a case needs a responder", RESPONDER_NEXT)
            }
            Self::Responder { principal }
                if principal.starts_with("arn:") && principal::named(principal) == Named::Other =>
            {
                refused("it is not the ARN of a principal", RESPONDER_NEXT)
            }
            Self::BreakGlass { principal } => match principal::named(principal) {
                Named::Principal | Named::IdentityCenterUser => Ok(()),
                Named::Session => refused(
                    "it is the ARN of a role session, which ends",
                    "give the ARN of the role: arn:aws:iam::ACCOUNT:role/NAME",
                ),
                Named::Other => refused("it is not the ARN of a principal", BREAK_GLASS_NEXT),
            },
            Self::Vendor { account, .. } if !principal::is_account(account.as_str()) => refused(
                "it is not an account id",
                "give the 12 digits of the vendor's AWS account",
            ),
            Self::Vendor { name, .. } if name.trim().is_empty() => refused(
                "the vendor has no name",
                "give the vendor's name after the account id",
            ),
            Self::KnownGood { entry } => match too_wide(entry) {
                Some(reason) => refused(reason, KNOWN_GOOD_NEXT),
                None => Ok(()),
            },
            Self::Responder { .. } | Self::Vendor { .. } => Ok(()),
        }
    }
}

const RESPONDER_NEXT: &str =
    "give your own principal, as `stanch whoami` prints it: arn:aws:iam::ACCOUNT:user/NAME or :role/NAME";
const BREAK_GLASS_NEXT: &str = "give user/NAME, role/NAME or the ARN: arn:aws:iam::ACCOUNT:user/NAME, arn:aws:iam::ACCOUNT:role/NAME, arn:aws:iam::ACCOUNT:root, or of an Identity Center user: arn:aws:identitystore:::user/ID";
const KNOWN_GOOD_NEXT: &str =
    "give an ARN, id, name or account id; `*` is allowed at the end only, after the beginning of a name";

/// Reason why a known-good entry matches nothing or too much.
fn too_wide(entry: &str) -> Option<&'static str> {
    let Some(start) = entry.strip_suffix('*') else {
        return entry.trim().is_empty().then_some("it is empty");
    };
    let name = if start.starts_with("arn:") {
        let resource = start.splitn(6, ':').nth(5).unwrap_or("");
        resource.rsplit([':', '/']).next().unwrap_or("")
    } else {
        start
    };
    (name.len() < 2).then_some("it would match too many resources")
}

/// Returns the key of a declaration that a journal line names and its state after the line.
///
/// # Errors
/// When the line has no person or no reason.
pub(crate) fn applied(
    state: &State,
    declaration: &Declaration,
    (by, reason): (&str, &str),
    is_withdrawn: bool,
) -> Result<(Key, DeclarationState), &'static str> {
    if by.trim().is_empty() || reason.trim().is_empty() {
        return Err("it does not say who declares it, or the reason");
    }
    let key = declaration.key();
    let known = state.declarations.get(&key);
    let current = (!is_withdrawn).then(|| Declared {
        declaration: declaration.clone(),
        by: by.to_owned(),
        reason: reason.to_owned(),
    });
    let order = known.map_or(state.declarations.len(), |known| known.order);
    Ok((key, DeclarationState { order, current }))
}

/// Declarations in effect, by kind and in the order in which they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declarations {
    list: Vec<Declared>,
}

impl Declarations {
    /// Joins what `case.json` and the journal declare.
    pub(crate) fn of(info: &CaseInfo, state: &State) -> Self {
        let opened = |declaration: Declaration| Declared {
            declaration,
            by: info.responder.clone(),
            reason: AT_OPENING.to_owned(),
        };
        let responder = Some(&info.responder).filter(|name| !name.trim().is_empty());
        let responder = responder.map(|name| Declaration::Responder {
            principal: name.clone(),
        });
        let break_glass = info.break_glass.iter().map(|name| Declaration::BreakGlass {
            principal: name.clone(),
        });
        let mut found: BTreeMap<(DeclarationKind, usize, String), Declared> = BTreeMap::new();
        let first: Vec<Declaration> = responder.into_iter().chain(break_glass).collect();
        let count = first.len();
        for (order, declaration) in first.into_iter().enumerate() {
            let (kind, id) = declaration.key();
            if !state.declarations.contains_key(&(kind, id.clone())) {
                found.insert((kind, order, id), opened(declaration));
            }
        }
        for ((kind, id), declared) in &state.declarations {
            if let Some(current) = &declared.current {
                found.insert((*kind, count + declared.order, id.clone()), current.clone());
            }
        }
        Self {
            list: found.into_values().collect(),
        }
    }

    /// Declarations of a kind.
    pub fn of_kind(&self, kind: DeclarationKind) -> impl Iterator<Item = &Declared> {
        let is_it = move |declared: &&Declared| declared.declaration.kind() == kind;
        self.list.iter().filter(is_it)
    }

    /// Responders as ARNs or names.
    pub fn responders(&self) -> impl Iterator<Item = &str> {
        self.ids(DeclarationKind::Responder)
    }

    /// Break-glass principals: ARNs, or any text in cases of format 1.
    pub fn break_glass(&self) -> impl Iterator<Item = &str> {
        self.ids(DeclarationKind::BreakGlass)
    }

    /// Known-good entries.
    pub fn known_good(&self) -> impl Iterator<Item = &str> {
        self.ids(DeclarationKind::KnownGood)
    }

    /// Vendors: account id and name.
    pub fn vendors(&self) -> impl Iterator<Item = (&AccountId, &str)> {
        self.list
            .iter()
            .filter_map(|declared| match &declared.declaration {
                Declaration::Vendor { account, name } => Some((account, name.as_str())),
                _ => None,
            })
    }

    /// The responder who calls with an ARN; the first one where none is declared with it.
    #[must_use]
    pub fn responder(&self, caller: &str) -> Option<&str> {
        let named = self.responders().find(|name| *name == caller);
        named.or_else(|| self.responders().next())
    }

    fn ids(&self, kind: DeclarationKind) -> impl Iterator<Item = &str> {
        self.of_kind(kind).map(|declared| declared.declaration.id())
    }
}

impl Case {
    /// Declarations in effect.
    #[must_use]
    pub fn declarations(&self) -> Declarations {
        Declarations::of(self.info(), self.journal.state())
    }

    /// Adds a declaration, and returns false when it is in effect already. A vendor that is declared under another name
    /// gets the new name.
    ///
    /// # Errors
    /// When the declaration, the person or the reason is not acceptable (see [`Declaration::check`]), or the disk
    /// refuses.
    pub fn declare(
        &mut self,
        declaration: &Declaration,
        (by, reason): (&str, &str),
        at: Timestamp,
    ) -> Result<bool, CaseError> {
        let declaration = declaration.normal();
        declaration.check()?;
        let mut same = self.declarations().list.into_iter();
        if same.any(|declared| declared.declaration == declaration) {
            return Ok(false);
        }
        let (by, reason) = (bounded(by, NAME_LIMIT), bounded(reason, REASON_LIMIT));
        self.journal.append(
            at,
            &Entry::Declared {
                declaration,
                by,
                reason,
            },
        )?;
        Ok(true)
    }

    /// Withdraws the declaration of a kind with an id: principal, account id or entry.
    ///
    /// # Errors
    /// When it is not in effect, when it is the last responder, when the person or the reason is missing, or the disk
    /// refuses.
    pub fn withdraw(
        &mut self,
        kind: DeclarationKind,
        id: &str,
        (by, reason): (&str, &str),
        at: Timestamp,
    ) -> Result<(), CaseError> {
        let current = self.declarations();
        // Cases of format 1 may have any text, so that the id is taken as it is.
        let key = (kind, id.to_owned());
        let found = current
            .list
            .iter()
            .find(|declared| declared.declaration.key() == key);
        let Some(found) = found else {
            return Err(CaseError::NotDeclared { id: id.to_owned() });
        };
        if kind == DeclarationKind::Responder && current.responders().count() == 1 {
            return Err(CaseError::LastResponder { id: id.to_owned() });
        }
        let entry = Entry::Withdrawn {
            declaration: found.declaration.clone(),
            by: bounded(by, NAME_LIMIT),
            reason: bounded(reason, REASON_LIMIT),
        };
        self.journal.append(at, &entry)
    }
}
