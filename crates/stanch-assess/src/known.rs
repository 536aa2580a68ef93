//! What a person vouches for: accounts of vendors, accounts and things that are known to be good.
//!
//! Both come from files that a person wrote. It must not read them itself.

use std::collections::BTreeMap;

/// Vendors and the known-good.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    vendors: BTreeMap<String, String>,
    good: Vec<String>,
}

impl Known {
    /// Reads a list of vendors: an account number and a name on each line; `#` begins a remark.
    ///
    /// # Errors
    /// The number of the first line, from 1, that does not begin with an account number.
    pub fn with_vendors(mut self, list: &str) -> Result<Self, usize> {
        for (place, line) in lines(list) {
            let (account, name) = line.split_once(char::is_whitespace).unwrap_or((line, "vendor"));
            let account = account.trim_end_matches([',', ':']).replace('-', "");
            if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(place);
            }
            self.vendors.insert(account, name.trim().to_owned());
        }
        Ok(self)
    }

    /// Reads the known-good: on each line the ARN, id or name of a thing, or an account number; a star at the end
    /// stands for any ending.
    #[must_use]
    pub fn with_good(mut self, list: &str) -> Self {
        self.good.extend(lines(list).map(|(_, line)| line.to_owned()));
        self
    }

    /// The vendor that an account belongs to.
    #[must_use]
    pub fn vendor(&self, account: &str) -> Option<&str> {
        self.vendors.get(account).map(String::as_str)
    }

    /// Whether an account is vouched for.
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
