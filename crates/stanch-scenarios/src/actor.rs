//! Callers, with the identity that CloudTrail writes for each.

use serde_json::{Value, json};

/// The caller of a record.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    pub(crate) identity: Value,
    pub(crate) address: String,
    pub(crate) agent: String,
}

/// Clients.
pub(crate) const BROWSER: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
pub(crate) const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
pub(crate) const CLI_MAC: &str = "aws-cli/2.31.3 md/awscrt#0.27.6 ua/2.1 os/macos#25.0.0 md/arch#arm64 lang/python#3.13.7 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off";
pub(crate) const CLI_LINUX: &str = "aws-cli/2.27.50 md/awscrt#0.26.1 ua/2.1 os/linux#6.8.0-1029 md/arch#x86_64 lang/python#3.13.4 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off";
pub(crate) const BOTO: &str = "Boto3/1.40.21 md/Botocore#1.40.21 ua/2.1 os/linux#6.1.0-28-amd64 md/arch#x86_64 lang/python#3.11.2 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.40.21";
pub(crate) const BOTO_WINDOWS: &str = "Boto3/1.34.11 md/Botocore#1.34.11 ua/2.0 os/windows#10 md/arch#amd64 lang/python#3.10.8 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.11";
pub(crate) const JAVA: &str = "aws-sdk-java/2.33.4 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.148 lang/java#21.0.8 md/OpenJDK_64-Bit_Server_VM#21.0.8 md/vendor#Amazon.com_Inc. cfg/retry-mode#legacy";
pub(crate) const GO: &str =
    "aws-sdk-go-v2/1.39.0 ua/2.1 os/linux lang/go#1.24.6 md/GOOS#linux md/GOARCH#amd64";
pub(crate) const SCANNER: &str = "Boto3/1.39.15 md/Botocore#1.39.15 ua/2.1 os/linux#5.10.240 md/arch#x86_64 lang/python#3.12.11 md/pyimpl#CPython exec-env/AWS_ECS_FARGATE cfg/retry-mode#standard Botocore/1.39.15";
pub(crate) const TERRAFORM: &str = "APN/1.0 HashiCorp/1.0 Terraform/1.13.1 (+https://www.terraform.io) terraform-provider-aws/6.11.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.38.3 ua/2.1 os/linux lang/go#1.24.6 md/GOOS#linux md/GOARCH#amd64";

impl Actor {
    /// The same identity from elsewhere.
    pub(crate) fn from(&self, address: &str, agent: &str) -> Self {
        Self {
            identity: self.identity.clone(),
            address: address.to_owned(),
            agent: agent.to_owned(),
        }
    }

    /// A service of AWS.
    pub(crate) fn service(principal: &str) -> Self {
        Self {
            identity: json!({"type": "AWSService", "invokedBy": principal}),
            address: principal.to_owned(),
            agent: principal.to_owned(),
        }
    }

    /// An IAM user with a long-term key.
    pub(crate) fn user(account: &str, name: &str, id: &str, key: &str) -> Self {
        Self::of(json!({
            "type": "IAMUser",
            "principalId": id,
            "arn": format!("arn:aws:iam::{account}:user/{name}"),
            "accountId": account,
            "accessKeyId": key,
            "userName": name,
        }))
    }

    /// An IAM user's console session.
    pub(crate) fn user_session(
        account: &str,
        name: &str,
        id: &str,
        key: &str,
        (began, mfa): (&str, bool),
    ) -> Self {
        let mut actor = Self::user(account, name, id, key);
        actor.identity["sessionContext"] = json!({
            "attributes": {"creationDate": began, "mfaAuthenticated": mfa.to_string()},
        });
        actor
    }

    /// Root user, in a console session or with a key.
    pub(crate) fn root(account: &str, key: &str, began: &str) -> Self {
        Self::of(json!({
            "type": "Root",
            "principalId": account,
            "arn": format!("arn:aws:iam::{account}:root"),
            "accountId": account,
            "accessKeyId": key,
            "sessionContext": {"attributes": {"creationDate": began, "mfaAuthenticated": "true"}},
        }))
    }

    /// A session of a role.
    pub(crate) fn role(account: &str, role: &Role, session: &str, key: &str, began: &str) -> Self {
        let Role { path, name, id } = role;
        Self::of(json!({
            "type": "AssumedRole",
            "principalId": format!("{id}:{session}"),
            "arn": format!("arn:aws:sts::{account}:assumed-role/{name}/{session}"),
            "accountId": account,
            "accessKeyId": key,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": id,
                    "arn": format!("arn:aws:iam::{account}:role{path}{name}"),
                    "accountId": account,
                    "userName": name,
                },
                "attributes": {"creationDate": began, "mfaAuthenticated": "false"},
            },
        }))
    }

    /// A federated user of `GetFederationToken`.
    pub(crate) fn federated(
        account: &str,
        name: &str,
        (issuer, issuer_id): (&str, &str),
        key: &str,
        began: &str,
    ) -> Self {
        Self::of(json!({
            "type": "FederatedUser",
            "principalId": format!("{account}:{name}"),
            "arn": format!("arn:aws:sts::{account}:federated-user/{name}"),
            "accountId": account,
            "accessKeyId": key,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "IAMUser",
                    "principalId": issuer_id,
                    "arn": format!("arn:aws:iam::{account}:user/{issuer}"),
                    "accountId": account,
                    "userName": issuer,
                },
                "attributes": {"creationDate": began, "mfaAuthenticated": "false"},
            },
        }))
    }

    /// A caller with an identity, from nowhere yet.
    pub(crate) fn of(identity: Value) -> Self {
        Self {
            identity,
            address: String::new(),
            agent: String::new(),
        }
    }

    /// `arn`.
    pub(crate) fn arn(&self) -> &str {
        self.identity["arn"].as_str().unwrap_or_default()
    }

    /// The same without a key: sign-ins name none.
    pub(crate) fn without_key(mut self) -> Self {
        if let Some(identity) = self.identity.as_object_mut() {
            identity.remove("accessKeyId");
        }
        self
    }
}

/// A role.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    /// With a slash at both ends.
    pub(crate) path: &'static str,
    pub(crate) name: String,
    pub(crate) id: String,
}
