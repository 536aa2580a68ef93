//! Changes of the same shape: a policy that denies is put, attached or made the boundary; a credential becomes inactive.
//!
//! Every undo here restores what was found, so that a policy of Stanch's own name that somebody put there first can neither
//! stop a deny nor get lost. It must not hold anything that only one action needs.

use serde_json::{Value, json};
use stanch_core::plan::{
    CallTemplate, Change, Expectation, Form, Param, Path, Read, Restored, Reversibility, Test, Wave, Write,
};

use super::identities::changeable_role;
use super::parts::{aws_deny_all, document, iam, text};
use crate::account::Account;
use crate::action::{ActionRequest, Unplannable};

/// Whose policies are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// A user of IAM.
    User,
    /// A role.
    Role,
}

impl Holder {
    const fn noun(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Role => "role",
        }
    }

    /// The word in names of operations and members: `User`, `Role`.
    const fn word(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Role => "Role",
        }
    }

    const fn parameter(self) -> &'static str {
        match self {
            Self::User => "UserName",
            Self::Role => "RoleName",
        }
    }

    /// The path into what `GetUser` or `GetRole` tells of the permissions boundary.
    fn boundary(self) -> Path {
        match self {
            Self::User => Path::of("User.PermissionsBoundary.PermissionsBoundaryArn"),
            Self::Role => Path::of("Role.PermissionsBoundary.PermissionsBoundaryArn"),
        }
    }

    /// The name of the target; of a role, only if it can be changed.
    fn target<'w>(self, request: &'w ActionRequest, account: &Account) -> Result<&'w str, Unplannable> {
        match self {
            Self::User => Ok(&request.target.name),
            Self::Role => changeable_role(request, account),
        }
    }
}

/// What tells one change of a shape from another.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// The action.
    pub(crate) action: &'static str,
    /// What it does, in a sentence.
    pub(crate) does: String,
    /// Who can call again after undo.
    pub(crate) frees: String,
}

/// A change that puts an inline policy that denies. It has no condition on what was there: see the module.
pub(crate) fn inline(
    told: Told,
    request: &ActionRequest,
    account: &Account,
    holder: Holder,
    (name, denying): (&str, &Value),
) -> Result<Change, Unplannable> {
    let whom = holder.target(request, account)?;
    let params = || [(holder.parameter(), text(whom)), ("PolicyName", text(name))];
    let named = |verb: &str| iam(account, &format!("{verb}{}Policy", holder.word()), params());
    let put = |by| {
        let [whom, name] = params();
        let operation = format!("Put{}Policy", holder.word());
        Write::new(iam(account, &operation, [whom, name, ("PolicyDocument", by)]))
    };
    let policy = || Path::of("PolicyDocument");
    let was = |test| Expectation::new("policy", policy(), test);
    Ok(Change {
        before: vec![Read::new("policy", named("Get"))],
        writes: vec![put(document(denying))],
        after: vec![Read::new("policy-after", named("Get"))],
        verified_by: vec![Expectation::new(
            "policy-after",
            policy(),
            Test::Is(denying.clone()),
        )],
        undo: vec![
            Write::new(named("Delete"))
                .when(was(Test::Absent))
                .fine_if("NoSuchEntity"),
            put(Param::from_reply("policy", policy(), Form::Document)).when(was(Test::Present)),
        ],
        restores: vec![Restored::new("policy", policy())],
        ..bare(told, request, Wave::Deny)
    })
}

/// A change that attaches AWS's own policy that denies everything. Undo detaches it only if it was not attached before.
pub(crate) fn attached(
    told: Told,
    request: &ActionRequest,
    account: &Account,
    holder: Holder,
) -> Result<Change, Unplannable> {
    managed(told, request, account, holder, &aws_deny_all(account))
}

/// A change that attaches a managed policy. Undo detaches it only if it was not attached before.
pub(crate) fn managed(
    told: Told,
    request: &ActionRequest,
    account: &Account,
    holder: Holder,
    arn: &str,
) -> Result<Change, Unplannable> {
    let whom = holder.target(request, account)?;
    let list = || {
        let operation = format!("ListAttached{}Policies", holder.word());
        iam(account, &operation, [(holder.parameter(), text(whom))])
    };
    let change = |verb: &str| {
        let params = [(holder.parameter(), text(whom)), ("PolicyArn", text(arn))];
        iam(account, &format!("{verb}{}Policy", holder.word()), params)
    };
    let policy = || {
        Path::of("AttachedPolicies")
            .only("PolicyArn", arn)
            .then("PolicyArn")
    };
    let absent = Expectation::new("attached", policy(), Test::Absent);
    Ok(Change {
        before: vec![Read::new("attached", list())],
        writes: vec![Write::new(change("Attach"))],
        after: vec![Read::new("attached-after", list())],
        verified_by: vec![Expectation::new("attached-after", policy(), Test::Present)],
        undo: vec![Write::new(change("Detach")).when(absent).fine_if("NoSuchEntity")],
        restores: vec![Restored::new("attached", policy())],
        ..bare(told, request, Wave::Deny)
    })
}

/// A change that makes AWS's own policy that denies everything the permissions boundary. There is one slot and it is never full.
/// Undo puts the old boundary back, or deletes it where there was none.
pub(crate) fn boundary(
    told: Told,
    request: &ActionRequest,
    account: &Account,
    holder: Holder,
) -> Result<Change, Unplannable> {
    let whom = holder.target(request, account)?;
    let arn = aws_deny_all(account);
    let params = || [(holder.parameter(), text(whom))];
    let get = || iam(account, &format!("Get{}", holder.word()), params());
    let put = |boundary| {
        let [whom] = params();
        let operation = format!("Put{}PermissionsBoundary", holder.word());
        Write::new(iam(
            account,
            &operation,
            [whom, ("PermissionsBoundary", boundary)],
        ))
    };
    let delete = iam(
        account,
        &format!("Delete{}PermissionsBoundary", holder.word()),
        params(),
    );
    let path = || holder.boundary();
    let was = |test| Expectation::new(holder.noun(), path(), test);
    let after = format!("{}-after", holder.noun());
    Ok(Change {
        before: vec![Read::new(holder.noun(), get())],
        writes: vec![put(text(&arn))],
        after: vec![Read::new(&after, get())],
        verified_by: vec![Expectation::new(&after, path(), Test::Is(json!(arn)))],
        undo: vec![
            Write::new(delete).when(was(Test::Absent)).fine_if("NoSuchEntity"),
            put(Param::reply(holder.noun(), path())).when(was(Test::Present)),
        ],
        restores: vec![Restored::new(holder.noun(), path())],
        ..bare(told, request, Wave::Deny)
    })
}

/// A credential of a user that has a status, and where IAM lists and changes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed {
    /// The operation that lists the credentials of a user.
    pub(crate) list: &'static str,
    /// Where they lie in its reply.
    pub(crate) path: &'static str,
    /// The member, and the parameter, that holds the id.
    pub(crate) id: &'static str,
    /// The operation that changes the status.
    pub(crate) update: &'static str,
}

/// A change that makes a credential of a user inactive. Takes `user`: whose it is.
///
/// One that has expired is left alone: it opens nothing, and its status could not be put back.
pub(crate) fn inactive(
    told: Told,
    request: &ActionRequest,
    account: &Account,
    listed: Listed,
) -> Result<Change, Unplannable> {
    let (user, credential) = (request.value("user")?, request.target.id.as_str());
    let list = || iam(account, listed.list, [("UserName", text(user))]);
    let status = || Path::of(listed.path).only(listed.id, credential).then("Status");
    let set = |status| {
        let params = [
            ("UserName", text(user)),
            (listed.id, text(credential)),
            ("Status", status),
        ];
        Write::new(iam(account, listed.update, params))
    };
    let was = |test| Expectation::new("credentials", status(), test);
    Ok(Change {
        before: vec![Read::new("credentials", list())],
        requires: vec![was(Test::Present), was(Test::IsNot(json!("Expired")))],
        writes: vec![set(text("Inactive"))],
        after: vec![Read::new("credentials-after", list())],
        verified_by: vec![Expectation::new(
            "credentials-after",
            status(),
            Test::Is(json!("Inactive")),
        )],
        undo: vec![set(Param::reply("credentials", status()))],
        restores: vec![Restored::new("credentials", status())],
        ..bare(told, request, Wave::Credential)
    })
}

/// A change without calls that can be taken back exactly: what the others have in common.
pub(crate) fn bare(told: Told, request: &ActionRequest, wave: Wave) -> Change {
    Change {
        action: told.action.to_owned(),
        target: request.target.clone(),
        does: told.does,
        wave,
        impact: request.impact.clone(),
        before: Vec::new(),
        requires: Vec::new(),
        writes: Vec::new(),
        once: false,
        after: Vec::new(),
        verified_by: Vec::new(),
        undo: Vec::new(),
        restores: Vec::new(),
        reversibility: Reversibility::Exact,
        loses: None,
        undo_reopens: (!told.frees.is_empty()).then_some(told.frees),
    }
}

/// A call to a service of the region that the target lies in.
pub(crate) fn regional<const N: usize>(
    request: &ActionRequest,
    service: &str,
    operation: &str,
    params: [(&str, Param); N],
) -> CallTemplate {
    CallTemplate::new(&request.target.region, service, operation, Param::object(params))
}
