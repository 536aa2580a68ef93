//! Changes that several actions share: a policy that denies is put inline, attached or set as permissions boundary; a credential
//! is disabled.
//!
//! Every undo here restores what was found, so that an existing policy with the name that Stanch uses can neither prevent a deny
//! nor get lost. It must not hold anything that only one action needs.

use serde_json::{Value, json};
use stanch_core::plan::{
    CallTemplate, Change, Expectation, Form, Param, Path, Read, Restored, Reversibility, Test, Wave, Write,
};

use super::identities::changeable_role;
use super::parts::{aws_deny_all, document, iam, text};
use crate::account::Account;
use crate::action::{ActionRequest, Unplannable};

/// Kind of principal whose policies are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// An IAM user.
    User,
    /// An IAM role.
    Role,
}

impl Holder {
    const fn noun(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Role => "role",
        }
    }

    /// Returns the word in names of operations and members: `User`, `Role`.
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

    /// Returns the path of the permissions boundary in a reply of `GetUser` or `GetRole`.
    fn boundary(self) -> Path {
        match self {
            Self::User => Path::of("User.PermissionsBoundary.PermissionsBoundaryArn"),
            Self::Role => Path::of("Role.PermissionsBoundary.PermissionsBoundaryArn"),
        }
    }

    /// Returns the name of the target; of a role, only if it can be changed.
    fn target<'w>(self, request: &'w ActionRequest, account: &Account) -> Result<&'w str, Unplannable> {
        match self {
            Self::User => Ok(&request.target.name),
            Self::Role => changeable_role(request, account),
        }
    }
}

/// Texts in which changes of the same kind differ.
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    /// The action.
    pub(crate) action: &'static str,
    /// Sentence in the imperative.
    pub(crate) does: String,
    /// Access that undo opens again, in a sentence.
    pub(crate) frees: String,
}

/// Returns the change that puts an inline policy that denies. It has no condition on the former state: see the module.
pub(crate) fn inline(
    summary: Summary,
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
        ..bare(summary, request, Wave::Deny)
    })
}

/// Returns the change that attaches AWSDenyAll. Undo detaches it only if it was not attached before.
pub(crate) fn attached(
    summary: Summary,
    request: &ActionRequest,
    account: &Account,
    holder: Holder,
) -> Result<Change, Unplannable> {
    managed(summary, request, account, holder, &aws_deny_all(account))
}

/// Returns the change that attaches a managed policy. Undo detaches it only if it was not attached before.
pub(crate) fn managed(
    summary: Summary,
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
        ..bare(summary, request, Wave::Deny)
    })
}

/// Returns the change that sets AWSDenyAll as permissions boundary, for which there is no quota. Undo restores the old boundary, or
/// deletes it where there was none.
pub(crate) fn boundary(
    summary: Summary,
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
        ..bare(summary, request, Wave::Deny)
    })
}

/// Operations and members by which IAM lists and changes a credential of a user.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed {
    /// The operation that lists the credentials of a user.
    pub(crate) list: &'static str,
    /// Path of the credentials in its reply.
    pub(crate) path: &'static str,
    /// The member, and the parameter, with the id.
    pub(crate) id: &'static str,
    /// The operation that changes the status.
    pub(crate) update: &'static str,
}

/// Returns the change that disables a credential of the user in parameter `user`.
///
/// An expired credential is refused: it gives no access, and its status could not be restored.
pub(crate) fn inactive(
    summary: Summary,
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
        ..bare(summary, request, Wave::Credential)
    })
}

/// Returns a change without calls and with exact undo, which the others complete.
pub(crate) fn bare(summary: Summary, request: &ActionRequest, wave: Wave) -> Change {
    Change {
        action: summary.action.to_owned(),
        target: request.target.clone(),
        does: summary.does,
        wave,
        impact: request.impact.clone(),
        before: Vec::new(),
        requires: Vec::new(),
        writes: Vec::new(),
        once: false,
        after: Vec::new(),
        verified_by: Vec::new(),
        settles: None,
        undo: Vec::new(),
        restores: Vec::new(),
        reversibility: Reversibility::Exact,
        loses: None,
        undo_reopens: (!summary.frees.is_empty()).then_some(summary.frees),
    }
}

/// Returns a call to a service in the region of the target.
pub(crate) fn regional<const N: usize>(
    request: &ActionRequest,
    service: &str,
    operation: &str,
    params: [(&str, Param); N],
) -> CallTemplate {
    CallTemplate::new(&request.target.region, service, operation, Param::object(params))
}
