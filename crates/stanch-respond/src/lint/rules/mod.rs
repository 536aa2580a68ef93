//! Every rule, one file each, in the order of their names.
//!
//! To add one: write the file and run `cargo xtask index`.

use super::Rule;

// <index>
mod administrators_last;
mod another_account;
mod another_caller;
mod another_endpoint;
mod break_glass_none;
mod clock_skew;
mod credentials_expire;
mod declared_later;
mod edited;
mod exempt_denied;
mod exempt_touched;
mod in_use;
mod organization_limits;
mod put_back;
mod quota_full;
mod roles_of_aws;
mod too_old;
mod undo_missing;

/// Every rule, by name.
pub(super) static ALL: &[(&str, Rule)] = &[
    ("administrators-last", administrators_last::rule),
    ("another-account", another_account::rule),
    ("another-caller", another_caller::rule),
    ("another-endpoint", another_endpoint::rule),
    ("break-glass-none", break_glass_none::rule),
    ("clock-skew", clock_skew::rule),
    ("credentials-expire", credentials_expire::rule),
    ("declared-later", declared_later::rule),
    ("edited", edited::rule),
    ("exempt-denied", exempt_denied::rule),
    ("exempt-touched", exempt_touched::rule),
    ("in-use", in_use::rule),
    ("organization-limits", organization_limits::rule),
    ("put-back", put_back::rule),
    ("quota-full", quota_full::rule),
    ("roles-of-aws", roles_of_aws::rule),
    ("too-old", too_old::rule),
    ("undo-missing", undo_missing::rule),
];
// </index>

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::ALL;

    #[test]
    fn every_file_is_registered_under_its_own_name() {
        let folder = Path::new("src/lint/rules");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".rs").map(|stem| stem.replace('_', "-")))
            .filter(|stem| stem != "mod")
            .collect();
        let names: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
        assert!(names.is_sorted(), "the registry is sorted by name");
        assert_eq!(files, names.into_iter().map(str::to_owned).collect());
    }
}
