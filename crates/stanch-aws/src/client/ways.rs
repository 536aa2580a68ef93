//! Settings of the AWS configuration files and the environment that the SDK for Rust reads otherwise than the AWS CLI, or not at all:
//! the selected profile, the CA bundle, and the MFA device of a role.
//!
//! The AWS CLI and boto3 decide what is right here. It must not send anything or read a secret.

use std::borrow::Cow;
use std::path::PathBuf;

use aws_config::profile::{self, ProfileSet};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};

/// Why the configuration can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The named profile is in neither of the two files.
    #[error("the AWS configuration has no profile {name}")]
    NoProfile {
        /// The name.
        name: String,
        /// Profiles that exist.
        known: Vec<String>,
    },
    /// A configuration file can't be read.
    #[error("the AWS configuration files can't be read: {0}")]
    Files(String),
    /// The CA bundle can't be used.
    #[error("the CA bundle {path} (from {from}) can't be used: {why}")]
    Bundle {
        /// The file.
        path: String,
        /// The setting that names it.
        from: &'static str,
        /// Reason.
        why: String,
    },
}

/// Source of the credentials of a profile, by the members that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// IAM Identity Center: `aws sso login`.
    Sso,
    /// A console session: `aws login`.
    Login,
    /// A role, assumed with another profile or another source.
    Role {
        /// The other profile.
        source: Option<String>,
    },
    /// An external program.
    Process,
    /// Access keys in the files, or none.
    Keys,
}

/// Settings of the files and the environment, read before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ways {
    /// The selected profile.
    pub profile: String,
    /// True when `--profile` or the environment names it.
    pub is_named: bool,
    /// Source of the credentials of the profile.
    pub way: Way,
    /// The MFA device of the role of the profile, the role, its external id and the profile that it is assumed with.
    pub mfa: Option<RoleWithMfa>,
    /// The file with certificates of CAs, and the setting that names it.
    pub ca_bundle: Option<(PathBuf, &'static str)>,
}

/// A profile's role that asks for a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleWithMfa {
    /// Serial number or ARN of the device.
    pub serial: String,
    /// The role.
    pub role_arn: String,
    /// External id.
    pub external_id: Option<String>,
    /// The profile with the credentials that assume it.
    pub source: String,
}

impl Ways {
    /// Reads the environment and the files.
    ///
    /// # Errors
    /// When the named profile does not exist, or a file can't be read.
    pub async fn read(option: Option<&str>) -> Result<Self, SetupError> {
        Self::of(option, &Env::real(), &Fs::real()).await
    }

    async fn of(option: Option<&str>, env: &Env, fs: &Fs) -> Result<Self, SetupError> {
        let set = |name: &str| env.get(name).ok().filter(|value| !value.is_empty());
        let named = option
            .map(str::to_owned)
            .or_else(|| set("AWS_DEFAULT_PROFILE"))
            .or_else(|| set("AWS_PROFILE"));
        let profile = named.clone().unwrap_or_else(|| "default".to_owned());
        let files = EnvConfigFiles::default();
        let profiles = profile::load(fs, env, &files, Some(Cow::Owned(profile.clone())))
            .await
            .map_err(|error| SetupError::Files(super::credentials::causes(&error)))?;
        let is_missing = profiles.get_profile(&profile).is_none();
        // botocore gives no error for a missing profile of the name `default`.
        if named.is_some() && profile != "default" && is_missing {
            let mut known: Vec<String> = profiles.profiles().map(str::to_owned).collect();
            known.sort();
            return Err(SetupError::NoProfile { name: profile, known });
        }
        let member = |name: &str| profiles.get(name).map(str::to_owned);
        let home = set("HOME").or_else(|| set("USERPROFILE"));
        let expanded = |path: String| match (path.strip_prefix("~/"), &home) {
            (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
            _ => PathBuf::from(path),
        };
        let bundle = set("AWS_CA_BUNDLE").map(|path| (expanded(path), "AWS_CA_BUNDLE"));
        let bundle =
            bundle.or_else(|| member("ca_bundle").map(|path| (expanded(path), "ca_bundle of the profile")));
        Ok(Self {
            way: way(&profiles),
            mfa: role_with_mfa(&profiles),
            profile,
            is_named: named.is_some(),
            ca_bundle: bundle,
        })
    }
}

fn way(profiles: &ProfileSet) -> Way {
    let has = |name: &str| profiles.get(name).is_some();
    if has("role_arn") {
        let source = profiles.get("source_profile").map(str::to_owned);
        Way::Role { source }
    } else if has("sso_session") || has("sso_start_url") {
        Way::Sso
    } else if has("login_session") {
        Way::Login
    } else if has("credential_process") {
        Way::Process
    } else {
        Way::Keys
    }
}

fn role_with_mfa(profiles: &ProfileSet) -> Option<RoleWithMfa> {
    let member = |name: &str| profiles.get(name).map(str::to_owned);
    Some(RoleWithMfa {
        serial: member("mfa_serial")?,
        role_arn: member("role_arn")?,
        external_id: member("external_id"),
        source: member("source_profile")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "\
[default]
region = eu-west-1
ca_bundle = ~/corporate.pem
[profile keys]
ca_bundle = /etc/other.pem
[profile chain]
role_arn = arn:aws:iam::111122223333:role/Responder
source_profile = keys
[profile code]
role_arn = arn:aws:iam::111122223333:role/Responder
source_profile = keys
mfa_serial = arn:aws:iam::111122223333:mfa/phone
external_id = x
[profile sso]
sso_session = acme
[profile old-sso]
sso_start_url = https://acme.awsapps.com/start
[profile login]
login_session = arn:aws:iam::111122223333:user/ann
[profile process]
credential_process = /opt/tool
";

    async fn ways(option: Option<&str>, environment: &[(&str, &str)]) -> Result<Ways, SetupError> {
        let mut all = vec![("HOME", "/home/ann")];
        all.extend(environment);
        let env = Env::from_slice(&all);
        let files = [("/home/ann/.aws/config".to_owned(), CONFIG.as_bytes().to_vec())];
        Ways::of(option, &env, &Fs::from_map(files.into())).await
    }

    #[tokio::test]
    async fn the_option_wins_over_the_environment_and_a_missing_profile_is_an_error() {
        let profile = |ways: Result<Ways, SetupError>| ways.map(|ways| ways.profile);
        for (option, environment, expected) in [
            (None, vec![], "default"),
            (None, vec![("AWS_PROFILE", "keys")], "keys"),
            (
                None,
                vec![("AWS_DEFAULT_PROFILE", "sso"), ("AWS_PROFILE", "keys")],
                "sso",
            ),
            (Some("chain"), vec![("AWS_PROFILE", "keys")], "chain"),
            (Some("chain"), vec![("AWS_ACCESS_KEY_ID", "AKIA1")], "chain"),
            (Some("default"), vec![], "default"),
        ] {
            let found = profile(ways(option, &environment).await);
            assert_eq!(found, Ok(expected.to_owned()), "{option:?} {environment:?}");
        }
        for missing in [
            ways(Some("nosuch"), &[]).await,
            ways(None, &[("AWS_PROFILE", "nosuch")]).await,
        ] {
            let Err(SetupError::NoProfile { name, known }) = missing else {
                panic!("{missing:?}");
            };
            assert_eq!(name, "nosuch");
            assert!(
                known.contains(&"chain".to_owned()) && known.is_sorted(),
                "{known:?}"
            );
        }
    }

    #[tokio::test]
    async fn the_way_of_a_profile_is_known_by_its_members() {
        let source = Some("keys".to_owned());
        for (profile, expected) in [
            ("keys", Way::Keys),
            (
                "chain",
                Way::Role {
                    source: source.clone(),
                },
            ),
            ("code", Way::Role { source }),
            ("sso", Way::Sso),
            ("old-sso", Way::Sso),
            ("login", Way::Login),
            ("process", Way::Process),
        ] {
            let found = ways(Some(profile), &[]).await.unwrap();
            assert_eq!(found.way, expected, "{profile}");
            assert_eq!(found.mfa.is_some(), profile == "code");
        }
        let code = ways(Some("code"), &[]).await.unwrap().mfa.unwrap();
        assert_eq!(
            (code.source.as_str(), code.external_id.as_deref()),
            ("keys", Some("x"))
        );
    }

    #[tokio::test]
    async fn the_ca_bundle_is_that_of_the_environment_else_that_of_the_profile() {
        for (option, environment, expected) in [
            (None, vec![], Some("/home/ann/corporate.pem")),
            (Some("keys"), vec![], Some("/etc/other.pem")),
            (
                Some("keys"),
                vec![("AWS_CA_BUNDLE", "/tmp/ca.pem")],
                Some("/tmp/ca.pem"),
            ),
            (Some("sso"), vec![], None),
        ] {
            let found = ways(option, &environment).await.unwrap();
            let path = found.ca_bundle.map(|(path, _)| path);
            assert_eq!(path, expected.map(PathBuf::from), "{option:?} {environment:?}");
        }
    }
}
