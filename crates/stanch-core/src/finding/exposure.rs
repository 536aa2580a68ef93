//! Exposure of a resource: the access that it grants to other accounts and to the public.
//!
//! Data for decisions; sentences are made where they are shown. It must not know the policy that grants the access.

use serde::{Deserialize, Serialize};

use crate::ids::AccountId;

/// Access that a resource grants beyond its own account and organization.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Exposure {
    /// Anyone has access: no condition says whose call it must be.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// External accounts that are not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<AccountId>,
    /// An external account has access whose id is not known, as with an S3 canonical user.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unknown_account: bool,
    /// Conditions that limit the access, such as `aws:SourceVpc`, and settings that were not read; for people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// Names of known vendors that have access too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vendors: Vec<String>,
}

impl Exposure {
    /// Returns true when an unknown external account or the public has access. Known vendors do not count.
    #[must_use]
    pub const fn is_external(&self) -> bool {
        self.public || self.unknown_account || !self.accounts.is_empty()
    }

    /// Returns true when there is nothing to report, not even a known vendor.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !self.is_external() && self.vendors.is_empty()
    }

    /// Returns the external accounts, none where the access depends on a condition: it is possible then, not certain.
    #[must_use]
    pub fn unconditional_accounts(&self) -> &[AccountId] {
        if self.conditions.is_empty() {
            &self.accounts
        } else {
            &[]
        }
    }

    /// Adds an account, once.
    pub fn add_account(&mut self, account: &str) {
        if self.accounts.iter().all(|known| known.as_str() != account) {
            self.accounts.push(account.into());
        }
    }

    /// Adds the access that another part of the resource grants.
    pub fn merge(&mut self, other: &Self) {
        self.public |= other.public;
        self.unknown_account |= other.unknown_account;
        for account in &other.accounts {
            self.add_account(account.as_str());
        }
        for (into, from) in [
            (&mut self.conditions, &other.conditions),
            (&mut self.vendors, &other.vendors),
        ] {
            for one in from {
                if !into.contains(one) {
                    into.push(one.clone());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendor_alone_is_no_external_access() {
        let mut exposure = Exposure {
            vendors: vec!["Datadog".to_owned()],
            ..Exposure::default()
        };
        assert!(!exposure.is_external() && !exposure.is_empty());
        exposure.add_account("444455556666");
        exposure.add_account("444455556666");
        assert!(exposure.is_external() && exposure.accounts.len() == 1);
        assert_eq!(exposure.unconditional_accounts(), ["444455556666".into()]);
        exposure.conditions.push("sts:ExternalId".to_owned());
        assert!(exposure.unconditional_accounts().is_empty());
    }

    #[test]
    fn merging_keeps_each_once_and_is_stored_without_what_is_empty() {
        let mut one = Exposure {
            public: true,
            ..Exposure::default()
        };
        let other = Exposure {
            accounts: vec!["444455556666".into()],
            conditions: vec!["aws:SourceVpc".to_owned()],
            ..Exposure::default()
        };
        one.merge(&other);
        one.merge(&other);
        let stored = serde_json::to_value(&one).unwrap();
        let wanted = serde_json::json!({"public": true, "accounts": ["444455556666"], "conditions": ["aws:SourceVpc"]});
        assert_eq!(stored, wanted);
        assert_eq!(serde_json::from_value::<Exposure>(stored).unwrap(), one);
        assert!(serde_json::from_str::<Exposure>("{}").unwrap().is_empty());
    }
}
