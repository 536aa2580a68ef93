//! IAM: users, keys, roles, policies.

use serde_json::json;

use crate::actor::{Actor, Role};
use crate::call::Call;
use crate::thread::Thread;

/// AWS's administrator policy.
pub(crate) const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

impl Thread<'_> {
    /// Creates a user and returns its id.
    pub(crate) fn create_user(&mut self, name: &str) -> String {
        let id = self.stage.random.iam_id("AIDA");
        let account = self.account_id();
        self.call(Call::new("iam", "CreateUser").req(json!({"userName": name})).res(json!({
            "user": {"path": "/", "userName": name, "userId": id, "arn": format!("arn:aws:iam::{account}:user/{name}")},
        })));
        self.leaves(name);
        id
    }

    /// Creates an access key for a user and returns the user with it.
    pub(crate) fn create_key(&mut self, name: &str, id: &str) -> Actor {
        let key = self.new_key("AKIA");
        let account = self.account_id();
        self.call(
            Call::new("iam", "CreateAccessKey")
                .req(json!({"userName": name}))
                .res(json!({"accessKey": {"userName": name, "accessKeyId": key, "status": "Active"}})),
        );
        self.leaves(&key);
        Actor::user(&account, name, id, &key)
    }

    pub(crate) fn attach_user_policy(&mut self, name: &str, policy: &str) {
        self.call(Call::new("iam", "AttachUserPolicy").req(json!({"userName": name, "policyArn": policy})));
        self.leaves(name);
    }

    pub(crate) fn create_login(&mut self, name: &str) {
        self.call(
            Call::new("iam", "CreateLoginProfile")
                .req(json!({"userName": name, "passwordResetRequired": false}))
                .res(json!({"loginProfile": {"userName": name, "passwordResetRequired": false}})),
        );
        self.leaves(name);
    }

    /// Creates a role that a principal may assume.
    pub(crate) fn create_role(&mut self, name: &str, trusted: &str) -> Role {
        let role = Role {
            path: "/",
            name: name.to_owned(),
            id: self.stage.random.iam_id("AROA"),
        };
        let account = self.account_id();
        self.call(
            Call::new("iam", "CreateRole")
                .req(json!({"roleName": name, "assumeRolePolicyDocument": trust(trusted)}))
                .res(json!({"role": {"path": "/", "roleName": name, "roleId": role.id, "arn": format!("arn:aws:iam::{account}:role/{name}")}})),
        );
        self.leaves(name);
        role
    }

    pub(crate) fn attach_role_policy(&mut self, name: &str, policy: &str) {
        self.call(Call::new("iam", "AttachRolePolicy").req(json!({"roleName": name, "policyArn": policy})));
        self.leaves(name);
    }

    pub(crate) fn delete_key(&mut self, name: &str, key: &str) {
        self.call(Call::new("iam", "DeleteAccessKey").req(json!({"userName": name, "accessKeyId": key})));
        self.removes(key);
    }

    /// Looks at users, roles and policies.
    pub(crate) fn list_identities(&mut self) {
        self.read(
            "iam",
            &[
                "ListUsers",
                "ListRoles",
                "ListPolicies",
                "GetAccountSummary",
                "ListAccountAliases",
            ],
        );
    }
}

/// A trust policy.
fn trust(trusted: &str) -> String {
    let kind = if trusted.ends_with(".amazonaws.com") {
        "Service"
    } else {
        "AWS"
    };
    format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"{kind}\":\"{trusted}\"}},\"Action\":\"sts:AssumeRole\"}}]}}"
    )
}
