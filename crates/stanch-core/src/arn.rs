//! Amazon Resource Names: the one parser, for resources, principals and sessions.
//!
//! `arn:partition:service:region:account:resource`, of which only the resource may contain colons (AWS, "Amazon Resource
//! Names"). Nothing is checked beyond that form, since logs and policies may hold anything: a part may be empty or a pattern.
//! It must not know what is in an account.

use std::fmt;

use crate::ids::AccountId;

/// An ARN by its parts, borrowed from the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn<'a> {
    /// Partition, such as `aws` or `aws-cn`.
    pub partition: &'a str,
    /// Service, such as `iam` or `s3`.
    pub service: &'a str,
    /// Region; empty for services without regions and for buckets.
    pub region: &'a str,
    /// Account id; empty for buckets and some other resources.
    pub account: &'a str,
    /// Resource: everything after the fifth colon, such as `user/team/ann` or `function:resize:live`.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Parses an ARN; `None` for a text that does not start with `arn:` or has fewer than six parts.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
        Some(Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }

    /// Returns the type of the resource: the text before the first `/` or `:`. Empty where there is none, as for a bucket.
    #[must_use]
    pub fn resource_type(&self) -> &'a str {
        self.resource.split_once(['/', ':']).map_or("", |(kind, _)| kind)
    }

    /// Returns the resource without its type: the text after the first `/` or `:`, or all of it.
    #[must_use]
    pub fn resource_id(&self) -> &'a str {
        self.resource
            .split_once(['/', ':'])
            .map_or(self.resource, |(_, id)| id)
    }

    /// Returns the last part of the resource: the name of a user, role or topic without type and path.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.resource.rsplit(['/', ':']).next().unwrap_or(self.resource)
    }

    /// Returns the rest of the resource when its type is this one: of `role/team/x` and `role`, `team/x`.
    #[must_use]
    pub fn resource_of_type(&self, kind: &str) -> Option<&'a str> {
        self.resource.strip_prefix(kind)?.strip_prefix(['/', ':'])
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            service,
            region,
            account,
            resource,
        } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

/// Returns the partition of an ARN, and `aws` for any other text.
#[must_use]
pub fn partition_of(arn: &str) -> &str {
    Arn::parse(arn).map_or("aws", |arn| arn.partition)
}

/// Returns the account of an ARN, or the text itself when it is an account id.
#[must_use]
pub fn account_of(text: &str) -> Option<&str> {
    let account = Arn::parse(text).map_or(text, |arn| arn.account);
    AccountId::is_valid(account).then_some(account)
}

/// Kind of an IAM principal that an ARN names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalKind {
    /// Root user of an account.
    Root,
    /// IAM user.
    User,
    /// IAM role, or a session of one.
    Role,
    /// Federated user, as named in `GetFederationToken`.
    FederatedUser,
}

/// Principal of IAM by its parts. Names of users and roles are unique in an account whatever their path (AWS, "IAM
/// identifiers") and ARNs of sessions have no path: so the path is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrincipalArn<'a> {
    /// Partition, such as `aws`.
    pub partition: &'a str,
    /// Account id.
    pub account: &'a str,
    /// Kind of principal.
    pub kind: PrincipalKind,
    /// Name without path; empty for the root user.
    pub name: &'a str,
    /// Session name, where the ARN names a session of a role; else empty.
    pub session: &'a str,
}

impl<'a> PrincipalArn<'a> {
    /// Parses the ARN of a root user, user, role, session of a role, or federated user.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let arn = Arn::parse(text).filter(|arn| matches!(arn.service, "iam" | "sts"))?;
        let (kind, rest) = arn.resource.split_once('/').unwrap_or((arn.resource, ""));
        let (kind, name, session) = match kind {
            "root" if rest.is_empty() => (PrincipalKind::Root, "", ""),
            "user" => (PrincipalKind::User, arn.name(), ""),
            "role" => (PrincipalKind::Role, arn.name(), ""),
            "federated-user" => (PrincipalKind::FederatedUser, rest, ""),
            "assumed-role" => {
                let (role, session) = rest.split_once('/').unwrap_or((rest, ""));
                (PrincipalKind::Role, role, session)
            }
            _ => return None,
        };
        (kind == PrincipalKind::Root || !name.is_empty()).then_some(Self {
            partition: arn.partition,
            account: arn.account,
            kind,
            name,
            session,
        })
    }

    /// Returns the ARN of a user of an account.
    #[must_use]
    pub const fn user(partition: &'a str, account: &'a str, name: &'a str) -> Self {
        Self::new(partition, account, PrincipalKind::User, name)
    }

    /// Returns the ARN of a role of an account.
    #[must_use]
    pub const fn role(partition: &'a str, account: &'a str, name: &'a str) -> Self {
        Self::new(partition, account, PrincipalKind::Role, name)
    }

    /// Returns the ARN of the root user of an account.
    #[must_use]
    pub const fn root(partition: &'a str, account: &'a str) -> Self {
        Self::new(partition, account, PrincipalKind::Root, "")
    }

    const fn new(partition: &'a str, account: &'a str, kind: PrincipalKind, name: &'a str) -> Self {
        Self {
            partition,
            account,
            kind,
            name,
            session: "",
        }
    }

    /// Returns the session, where the ARN names one.
    #[must_use]
    pub fn session(&self) -> Option<SessionArn<'a>> {
        (!self.session.is_empty()).then_some(SessionArn {
            partition: self.partition,
            account: self.account,
            role: self.name,
            session: self.session,
        })
    }

    /// Writes the ARN without path and session.
    #[must_use]
    pub fn arn(&self) -> String {
        let Self {
            partition,
            account,
            name,
            ..
        } = self;
        match self.kind {
            PrincipalKind::Root => format!("arn:{partition}:iam::{account}:root"),
            PrincipalKind::User => format!("arn:{partition}:iam::{account}:user/{name}"),
            PrincipalKind::Role => format!("arn:{partition}:iam::{account}:role/{name}"),
            PrincipalKind::FederatedUser => format!("arn:{partition}:sts::{account}:federated-user/{name}"),
        }
    }
}

/// Session of a role: `arn:aws:sts::111122223333:assumed-role/ROLE/SESSION`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionArn<'a> {
    /// Partition, such as `aws`.
    pub partition: &'a str,
    /// Account id.
    pub account: &'a str,
    /// Name of the role, without path.
    pub role: &'a str,
    /// Session name.
    pub session: &'a str,
}

impl<'a> SessionArn<'a> {
    /// Parses the ARN of a session.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        PrincipalArn::parse(text)?.session()
    }

    /// Writes the ARN of the role, without path.
    #[must_use]
    pub fn role_arn(&self) -> String {
        PrincipalArn::role(self.partition, self.account, self.role).arn()
    }
}

impl fmt::Display for SessionArn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            account,
            role,
            session,
        } = self;
        write!(f, "arn:{partition}:sts::{account}:assumed-role/{role}/{session}")
    }
}

/// Writes the ARN of a principal without path, and of a session that of its role; `None` for any other text.
#[must_use]
pub fn principal(text: &str) -> Option<String> {
    PrincipalArn::parse(text).map(|principal| principal.arn())
}

/// Writes the ARN of a principal as [`principal`] does, and any other text as it is: one name for one identity.
#[must_use]
pub fn one_name(text: &str) -> String {
    principal(text).unwrap_or_else(|| text.to_owned())
}

/// Returns true for a role of an AWS service. IAM refuses every change to it (AWS, "Using service-linked roles").
///
/// Judged by the path, which only AWS can give: a role that merely has such a name is an impostor and must be stoppable.
/// Where the path is not known, the name decides.
#[must_use]
pub fn is_service_linked_role(arn: &str, path_is_known: bool) -> bool {
    is_of_aws(arn, path_is_known, "aws-service-role/", "AWSServiceRoleFor")
}

/// Returns true for a role of IAM Identity Center, judged as in [`is_service_linked_role`]. IAM refuses changes to it; they go
/// through its permission set (AWS, "Revoking IAM role temporary security credentials").
#[must_use]
pub fn is_reserved_sso_role(arn: &str, path_is_known: bool) -> bool {
    is_of_aws(arn, path_is_known, "aws-reserved/", "AWSReservedSSO_")
}

fn is_of_aws(arn: &str, path_is_known: bool, path: &str, prefix: &str) -> bool {
    let has_path = Arn::parse(arn)
        .and_then(|arn| arn.resource.strip_prefix("role/"))
        .is_some_and(|rest| rest.starts_with(path));
    let has_name = PrincipalArn::parse(arn)
        .is_some_and(|role| role.kind == PrincipalKind::Role && role.name.starts_with(prefix));
    has_path || (!path_is_known && has_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_an_arn() {
        for (text, parts, kind, name) in [
            (
                "arn:aws:iam::111122223333:user/team/ann",
                ["aws", "iam", "", "111122223333", "user/team/ann"],
                "user",
                "ann",
            ),
            (
                "arn:aws-cn:lambda:cn-north-1:111122223333:function:resize:live",
                [
                    "aws-cn",
                    "lambda",
                    "cn-north-1",
                    "111122223333",
                    "function:resize:live",
                ],
                "function",
                "live",
            ),
            ("arn:aws:s3:::logs", ["aws", "s3", "", "", "logs"], "", "logs"),
            (
                "arn:aws:s3:::logs/a:b/c",
                ["aws", "s3", "", "", "logs/a:b/c"],
                "logs",
                "c",
            ),
            ("arn:::::", ["", "", "", "", ""], "", ""),
        ] {
            let arn = Arn::parse(text).unwrap();
            let found = [arn.partition, arn.service, arn.region, arn.account, arn.resource];
            assert_eq!(
                (found, arn.resource_type(), arn.name()),
                (parts, kind, name),
                "{text}"
            );
        }
        for text in [
            "",
            "arn",
            "arn:aws:iam::111122223333",
            "ARN:aws:iam::1:root",
            "aws:iam::1:x:y",
            "x",
        ] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
        let function = Arn::parse("arn:aws:lambda:us-east-1:1:function:f:1").unwrap();
        assert_eq!(function.resource_of_type("function"), Some("f:1"));
        assert_eq!(function.resource_of_type("func"), None);
        assert_eq!((function.resource_id(), partition_of("x")), ("f:1", "aws"));
    }

    #[test]
    fn a_principal_has_one_name_however_it_is_written() {
        for arn in [
            "arn:aws:iam::111122223333:role/ops/teams/Admin",
            "arn:aws:iam::111122223333:role/Admin",
            "arn:aws:sts::111122223333:assumed-role/Admin/some@body",
        ] {
            assert_eq!(one_name(arn), "arn:aws:iam::111122223333:role/Admin", "{arn}");
        }
        for arn in [
            "",
            "arn:aws:iam::1:user/",
            "arn:aws:s3:::b",
            "arn:aws:iam::1:policy/x",
            "arn:aws:iam::1:root/x",
            "root",
        ] {
            assert_eq!(principal(arn), None, "{arn}");
        }
        assert_eq!(
            principal("arn:aws-cn:iam::1:root").as_deref(),
            Some("arn:aws-cn:iam::1:root")
        );
        let federated = "arn:aws:sts::111122223333:federated-user/ann";
        assert_eq!(principal(federated).as_deref(), Some(federated));
        assert_eq!(one_name("AKIA1"), "AKIA1");
    }

    #[test]
    fn a_session_leads_to_its_role() {
        let text = "arn:aws:sts::111122223333:assumed-role/web/i-0abcdef1234567890";
        let session = SessionArn::parse(text).unwrap();
        assert_eq!((session.role, session.session), ("web", "i-0abcdef1234567890"));
        assert_eq!(session.role_arn(), "arn:aws:iam::111122223333:role/web");
        assert_eq!(session.to_string(), text);
        assert_eq!(SessionArn::parse("arn:aws:iam::111122223333:role/web"), None);
        assert_eq!(
            SessionArn::parse("arn:aws:sts::111122223333:assumed-role/web"),
            None
        );
    }

    #[test]
    fn the_account_is_read_from_an_arn_or_an_account_id() {
        for (text, account) in [
            ("arn:aws:iam::111122223333:root", Some("111122223333")),
            ("111122223333", Some("111122223333")),
            ("arn:aws:s3:::logs", None),
            ("arn:aws:iam::aws:policy/ReadOnlyAccess", None),
            ("11112222333", None),
            ("*", None),
        ] {
            assert_eq!(account_of(text), account, "{text}");
        }
    }

    #[test]
    fn roles_of_aws_are_known_by_path_else_by_name() {
        let of_service = "arn:aws:iam::1:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
        assert!(is_service_linked_role(of_service, true));
        let named = "arn:aws:iam::1:role/AWSServiceRoleForX";
        assert!(is_service_linked_role(named, false) && !is_service_linked_role(named, true));
        let session = "arn:aws:sts::1:assumed-role/AWSReservedSSO_Admin_0123/me@x";
        assert!(is_reserved_sso_role(session, false));
        assert!(!is_reserved_sso_role("arn:aws:iam::1:role/mine", false));
        assert!(!is_service_linked_role(
            "arn:aws:iam::1:user/AWSServiceRoleForX",
            false
        ));
    }

    proptest::proptest! {
        #[test]
        fn parsing_never_panics_and_loses_nothing(text in "\\PC{0,60}|arn(:[a-z0-9*/-]{0,8}){0,8}") {
            if let Some(arn) = Arn::parse(&text) {
                proptest::prop_assert_eq!(arn.to_string(), text.clone());
                proptest::prop_assert!(arn.resource.ends_with(arn.name()) && arn.resource.ends_with(arn.resource_id()));
            }
            let one = one_name(&text);
            proptest::prop_assert_eq!(one_name(&one), one.clone());
            let _ = (account_of(&text), partition_of(&text), SessionArn::parse(&text));
        }

        #[test]
        fn a_principal_is_the_same_after_writing(name in "[a-zA-Z0-9+=,.@_-]{1,20}", path in "(/[a-z]{1,5}){0,3}/", session in "[a-z0-9@.=-]{1,10}") {
            let role = format!("arn:aws:iam::111122223333:role{path}{name}");
            let of_session = format!("arn:aws:sts::111122223333:assumed-role/{name}/{session}");
            proptest::prop_assert_eq!(one_name(&role), one_name(&of_session));
            let parsed = PrincipalArn::parse(&role).unwrap();
            proptest::prop_assert_eq!(parsed, PrincipalArn::role("aws", "111122223333", &name));
        }
    }
}
