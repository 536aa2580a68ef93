//! Vendors and known-good entries: accounts and resources that a person vouches for.
//!
//! They come from the case, or from lists that a person wrote. It must not read files itself.

use std::collections::BTreeMap;

/// Vendors and the known-good.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    vendors: BTreeMap<String, String>,
    good: Vec<String>,
}

impl Known {
    /// Adds the vendors of a list; see [`Self::vendors_in`].
    ///
    /// # Errors
    /// The number of the first line, from 1, that does not begin with an account id.
    pub fn with_vendors(self, list: &str) -> Result<Self, usize> {
        let vendors = Self::vendors_in(list)?;
        let add = |known: Self, (account, name): &(String, String)| known.with_vendor(account, name);
        Ok(vendors.iter().fold(self, add))
    }

    /// Adds the entries of a list; see [`Self::good_in`].
    #[must_use]
    pub fn with_good(self, list: &str) -> Self {
        Self::good_in(list)
            .iter()
            .fold(self, |known, entry| known.with_entry(entry))
    }

    /// Adds a vendor.
    #[must_use]
    pub fn with_vendor(mut self, account: &str, name: &str) -> Self {
        self.vendors.insert(account.to_owned(), name.to_owned());
        self
    }

    /// Adds a known-good entry: the ARN, id or name of a resource, or an account id; a star at the end stands for any
    /// ending.
    #[must_use]
    pub fn with_entry(mut self, entry: &str) -> Self {
        self.good.push(entry.to_owned());
        self
    }

    /// Parses a list of vendors: an account id and a name on each line; `#` begins a remark.
    ///
    /// # Errors
    /// The number of the first line, from 1, that does not begin with an account id.
    pub fn vendors_in(list: &str) -> Result<Vec<(String, String)>, usize> {
        let vendor = |(place, line): (usize, &str)| {
            let (account, name) = line.split_once(char::is_whitespace).unwrap_or((line, "vendor"));
            let account = account.trim_end_matches([',', ':']).replace('-', "");
            let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
            is_account.then(|| (account, name.trim().to_owned())).ok_or(place)
        };
        lines(list).map(vendor).collect()
    }

    /// Parses a list of known-good entries, one on each line; `#` begins a remark.
    #[must_use]
    pub fn good_in(list: &str) -> Vec<String> {
        lines(list).map(|(_, line)| line.to_owned()).collect()
    }

    /// The vendor that an account belongs to.
    #[must_use]
    pub fn vendor(&self, account: &str) -> Option<&str> {
        self.vendors.get(account).map(String::as_str)
    }

    /// Returns true when an account is vouched for.
    #[must_use]
    pub fn vouches_account(&self, account: &str) -> bool {
        self.good.iter().any(|line| line == account)
    }

    /// The line that vouches for any of these names of a thing.
    #[must_use]
    pub fn vouches(&self, names: &[&str]) -> Option<&str> {
        let fits = |line: &str| {
            names.iter().any(|name| match line.strip_suffix('*') {
                Some(start) => !start.is_empty() && name.starts_with(start),
                None => *name == line,
            })
        };
        self.good.iter().map(String::as_str).find(|line| fits(line))
    }
}

fn lines(list: &str) -> impl Iterator<Item = (usize, &str)> {
    let trimmed = list
        .lines()
        .map(|line| line.split('#').next().unwrap_or("").trim());
    (1..).zip(trimmed).filter(|(_, line)| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_are_read_and_a_wrong_line_is_named() {
        let known = Known::default()
            .with_vendors("# who watches us\n464622532012  Datadog\n\n0116-4612-3456 Other # x")
            .unwrap();
        assert_eq!(known.vendor("464622532012"), Some("Datadog"));
        assert_eq!(known.vendor("011646123456"), Some("Other"));
        assert_eq!(Known::default().with_vendors("\nDatadog 464622532012"), Err(2));
    }

    #[test]
    fn only_what_is_written_is_vouched_for() {
        let known = Known::default().with_good("arn:aws:iam::1:role/deploy-*\n444455556666\n*");
        assert!(known.vouches(&["arn:aws:iam::1:role/deploy-a"]).is_some());
        assert!(known.vouches_account("444455556666"));
        // A lone star would vouch for everything.
        assert_eq!(known.vouches(&["arn:aws:iam::1:role/other"]), None);
    }
}
