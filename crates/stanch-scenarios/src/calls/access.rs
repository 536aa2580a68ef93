//! Credentials: sign-ins, role sessions, tokens.

use serde_json::json;

use crate::actor::{Actor, Role};
use crate::call::Call;
use crate::stage::iso;
use crate::thread::Thread;

impl Thread<'_> {
    /// Assumes a role of an account and returns the session.
    pub(crate) fn assume(&mut self, account: usize, role: &Role, session: &str) -> Actor {
        let id = self.stage.org.accounts[account].id.clone();
        let key = self.stage.key_id("ASIA", &id);
        let call = assume_call(&id, role, session, &key);
        if account == self.account {
            self.call(call);
        } else {
            self.call_in_both(account, call);
        }
        Actor::role(&id, role, session, &key, &iso(self.time))
    }

    /// A call that the logs of the caller's account and of another hold.
    fn call_in_both(&mut self, account: usize, call: Call) {
        let shared = self.stage.random.uuid();
        let call = call.shared(&shared);
        self.call(call.clone());
        // The other account sees which account called, and not with which key.
        let other = Actor::of(json!({
            "type": "AWSAccount",
            "principalId": self.actor.identity["principalId"],
            "accountId": self.actor.identity["accountId"],
        }))
        .from(&self.actor.address, &self.actor.agent);
        let mut at = self.at();
        at.account = account;
        self.stage.record(at, &other, call);
    }

    /// Session of a role, opened by somebody of an account outside the organization; only the role's account logs it.
    pub(crate) fn assume_from_outside(&mut self, outside: &str, role: &Role, session: &str) -> Actor {
        let id = self.account_id();
        let key = self.stage.key_id("ASIA", &id);
        let principal = format!("{}:collector", self.stage.random.iam_id("AROA"));
        let caller = Actor::of(json!({"type": "AWSAccount", "principalId": principal, "accountId": outside}));
        let before = self.actor.clone();
        self.becomes(&caller);
        let mut call = assume_call(&id, role, session, &key);
        call.request["externalId"] = "norden-7f21".into();
        let shared = self.stage.random.uuid();
        self.call(call.shared(&shared));
        self.actor = before;
        Actor::role(&id, role, session, &key, &iso(self.time))
    }

    /// Session of a role, for a token of an OIDC provider.
    pub(crate) fn assume_by_token(&mut self, role: &Role, subject: &str, session: &str) -> Actor {
        const PROVIDER: &str = "token.actions.githubusercontent.com";
        let id = self.account_id();
        let key = self.stage.key_id("ASIA", &id);
        let caller = Actor::of(json!({
            "type": "WebIdentityUser",
            "principalId": format!("arn:aws:iam::{id}:oidc-provider/{PROVIDER}:sts.amazonaws.com:{subject}"),
            "userName": subject,
            "identityProvider": format!("arn:aws:iam::{id}:oidc-provider/{PROVIDER}"),
        }));
        let before = self.actor.clone();
        self.becomes(&caller);
        let mut call = assume_call(&id, role, session, &key);
        call.name = "AssumeRoleWithWebIdentity";
        call.response["subjectFromWebIdentityToken"] = subject.into();
        call.response["provider"] = format!("arn:aws:iam::{id}:oidc-provider/{PROVIDER}").into();
        self.call(call);
        self.actor = before;
        Actor::role(&id, role, session, &key, &iso(self.time))
    }

    /// Opens the session of a person by IAM Identity Center.
    pub(crate) fn portal(&mut self, role: &Role, mail: &str) -> Actor {
        let id = self.account_id();
        let key = self.stage.key_id("ASIA", &id);
        let user = self.stage.random.uuid();
        let portal = Actor::of(json!({
            "type": "IdentityCenterUser",
            "accountId": self.stage.org.accounts[crate::world::MANAGEMENT].id,
            "onBehalfOf": {"userId": user, "identityStoreArn": "arn:aws:identitystore::000000000000:identitystore/d-9067f0aa11"},
            "credentialId": self.stage.random.uuid(),
        }));
        let before = self.actor.clone();
        self.becomes(&portal);
        let call = Call::new("sso", "Federate").of_type("AwsServiceEvent").with(
            "serviceEventDetails",
            json!({"role_name": role.name, "account_id": id}),
        );
        let account = self.account;
        self.account = crate::world::MANAGEMENT;
        self.call(call);
        self.account = account;
        self.actor = before;
        let saml = Actor::of(json!({
            "type": "SAMLUser",
            "principalId": format!("sso:{mail}"),
            "userName": mail,
            "identityProvider": "sso",
        }))
        .from("sso.amazonaws.com", "sso.amazonaws.com");
        let mut call = assume_call(&id, role, mail, &key);
        call.name = "AssumeRoleWithSAML";
        self.stage.record(self.at(), &saml, call);
        Actor::role(&id, role, mail, &key, &iso(self.time))
    }

    /// Signs in to the console; the identity is that of the session.
    pub(crate) fn sign_in(&mut self, identity: &Actor, mfa: bool, succeeds: bool) {
        let before = self.actor.clone();
        self.becomes(&identity.clone().without_key());
        let outcome = if succeeds { "Success" } else { "Failure" };
        let mut call = Call::new("signin", "ConsoleLogin")
            .of_type("AwsConsoleSignIn")
            .res(json!({"ConsoleLogin": outcome}))
            .with(
                "additionalEventData",
                json!({
                    "LoginTo": "https://console.aws.amazon.com/console/home",
                    "MobileVersion": "No",
                    "MFAUsed": if mfa { "Yes" } else { "No" },
                }),
            );
        if !succeeds {
            call = call.with("errorMessage", "Failed authentication".into());
        }
        self.call(call);
        self.actor = before;
    }

    /// `GetFederationToken` by a user: a session that outlives the user's key.
    pub(crate) fn federate(&mut self, issuer: (&str, &str), name: &str) -> Actor {
        let id = self.account_id();
        let key = self.stage.key_id("ASIA", &id);
        self.call(
            Call::new("sts", "GetFederationToken")
                .req(json!({
                    "name": name,
                    "durationSeconds": 129_600,
                    "policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}",
                }))
                .res(json!({
                    "credentials": {"accessKeyId": key, "sessionToken": "redacted", "expiration": iso(self.time + 129_600)},
                    "federatedUser": {
                        "federatedUserId": format!("{id}:{name}"),
                        "arn": format!("arn:aws:sts::{id}:federated-user/{name}"),
                    },
                    "packedPolicySize": 4,
                })),
        );
        Actor::federated(&id, name, issuer, &key, &iso(self.time))
    }

    /// `GetCallerIdentity`.
    pub(crate) fn identity(&mut self) {
        let response = json!({"account": self.account_id(), "arn": self.actor.arn()});
        self.call(Call::new("sts", "GetCallerIdentity").res(response));
    }
}

/// `AssumeRole`.
pub(crate) fn assume_call(account: &str, role: &Role, session: &str, key: &str) -> Call {
    let Role { path, name, id } = role;
    Call::new("sts", "AssumeRole")
        .req(json!({
            "roleArn": format!("arn:aws:iam::{account}:role{path}{name}"),
            "roleSessionName": session,
            "durationSeconds": 3600,
        }))
        .res(json!({
            "credentials": {"accessKeyId": key, "sessionToken": "redacted", "expiration": "Mar 9, 2026, 5:00:00 PM"},
            "assumedRoleUser": {
                "assumedRoleId": format!("{id}:{session}"),
                "arn": format!("arn:aws:sts::{account}:assumed-role/{name}/{session}"),
            },
        }))
        .with(
            "resources",
            json!([{"accountId": account, "type": "AWS::IAM::Role", "ARN": format!("arn:aws:iam::{account}:role{path}{name}")}]),
        )
}
