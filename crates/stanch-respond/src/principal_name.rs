//! One name for a user or role however it is written, and the roles that IAM lets nobody change.
//!
//! Names of users and roles are unique in an account whatever their path (AWS, "IAM identifiers"), and sessions are named
//! without it: so the path is left out. It must not know what is done to anybody.

/// What an ARN names, as far as answering it is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Root,
    User,
    Role,
    Federated,
}

/// A principal by its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    pub(crate) partition: &'a str,
    pub(crate) account: &'a str,
    pub(crate) kind: Kind,
    /// Empty for root.
    pub(crate) name: &'a str,
    /// Of a session's ARN, its name; else empty.
    pub(crate) session: &'a str,
}

impl<'a> Parts<'a> {
    /// The parts of an ARN of a root user, user, role, session of a role, or federated user.
    pub(crate) fn of(arn: &'a str) -> Option<Self> {
        let mut pieces = arn.splitn(6, ':');
        if pieces.next() != Some("arn") {
            return None;
        }
        let partition = pieces.next()?;
        let service = pieces.next()?;
        let _region = pieces.next()?;
        let account = pieces.next()?;
        let resource = pieces.next()?;
        if !matches!(service, "iam" | "sts") {
            return None;
        }
        let (word, rest) = resource.split_once('/').unwrap_or((resource, ""));
        let (kind, name, session) = match word {
            "root" if rest.is_empty() => (Kind::Root, "", ""),
            "user" => (Kind::User, rest.rsplit('/').next()?, ""),
            "role" => (Kind::Role, rest.rsplit('/').next()?, ""),
            "federated-user" => (Kind::Federated, rest, ""),
            "assumed-role" => {
                let (role, session) = rest.split_once('/').unwrap_or((rest, ""));
                (Kind::Role, role, session)
            }
            _ => return None,
        };
        (kind == Kind::Root || !name.is_empty()).then_some(Self {
            partition,
            account,
            kind,
            name,
            session,
        })
    }

    /// The ARN without path and session.
    pub(crate) fn arn(&self) -> String {
        let (service, resource) = match self.kind {
            Kind::Root => ("iam", "root".to_owned()),
            Kind::User => ("iam", format!("user/{}", self.name)),
            Kind::Role => ("iam", format!("role/{}", self.name)),
            Kind::Federated => ("sts", format!("federated-user/{}", self.name)),
        };
        format!("arn:{}:{service}::{}:{resource}", self.partition, self.account)
    }
}

/// The ARN of a principal without path; of a session, that of its role.
pub(crate) fn principal(arn: &str) -> Option<String> {
    Parts::of(arn).map(|parts| parts.arn())
}

/// The same where it is one, else the text itself.
pub(crate) fn one_name(text: &str) -> String {
    principal(text).unwrap_or_else(|| text.to_owned())
}

/// Whether a role belongs to a service. IAM refuses every change to it (AWS, "Using service-linked roles").
///
/// Judged by the path, which only AWS can give: a role that merely bears such a name is an impostor and must be stoppable.
/// Where the path is not known, the name decides.
pub(crate) fn is_service_linked(arn: &str, path_is_known: bool) -> bool {
    is_of_aws(arn, path_is_known, "aws-service-role/", "AWSServiceRoleFor")
}

/// Whether a role belongs to IAM Identity Center, judged likewise. IAM refuses changes to it; they go through its permission
/// set (AWS, "Revoking IAM role temporary security credentials").
pub(crate) fn is_reserved_sso(arn: &str, path_is_known: bool) -> bool {
    is_of_aws(arn, path_is_known, "aws-reserved/", "AWSReservedSSO_")
}

fn is_of_aws(arn: &str, path_is_known: bool, path: &str, prefix: &str) -> bool {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let is_there = resource
        .strip_prefix("role/")
        .is_some_and(|rest| rest.starts_with(path));
    let is_named =
        Parts::of(arn).is_some_and(|parts| parts.kind == Kind::Role && parts.name.starts_with(prefix));
    is_there || (!path_is_known && is_named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_has_one_name() {
        for arn in [
            "arn:aws:iam::111122223333:role/ops/Admin",
            "arn:aws:iam::111122223333:role/Admin",
            "arn:aws:sts::111122223333:assumed-role/Admin/me",
        ] {
            assert_eq!(
                principal(arn).as_deref(),
                Some("arn:aws:iam::111122223333:role/Admin")
            );
        }
        assert_eq!(principal("arn:aws:iam::1:user/"), None);
        assert_eq!(principal("arn:aws:s3:::b"), None);
        assert_eq!(one_name("AKIA1"), "AKIA1");
    }

    #[test]
    fn roles_that_nobody_may_change_are_known_by_path_else_by_name() {
        let of_service = "arn:aws:iam::1:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
        assert!(is_service_linked(of_service, true));
        let named = "arn:aws:iam::1:role/AWSServiceRoleForX";
        assert!(is_service_linked(named, false) && !is_service_linked(named, true));
        let session = "arn:aws:sts::1:assumed-role/AWSReservedSSO_Admin_0123/me@x";
        assert!(is_reserved_sso(session, false));
        assert!(!is_reserved_sso("arn:aws:iam::1:role/mine", false));
        assert!(!is_service_linked(
            "arn:aws:iam::1:user/AWSServiceRoleForX",
            false
        ));
    }
}
