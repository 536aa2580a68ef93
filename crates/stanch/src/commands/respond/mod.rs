//! Verbs that plan and apply changes: contain, plan, apply, undo, watch, respond.
//!
//! Nothing here sends a change by itself: the engine does, from a plan that is kept and approved.

mod actions;
pub(crate) mod apply;
pub(crate) mod contain;
pub(in crate::commands) mod kept;
mod lint;
pub(crate) mod plan;
mod rights;
mod run_output;
mod situation;
pub(crate) mod undo;
pub(crate) mod walk;
pub(crate) mod watch;

use stanch_aws::client::Caller;
use stanch_core::text::shown;

use super::aws::Session;
use crate::error::Failure;
use crate::requests::Access;

/// A session, and who it is.
pub(crate) struct Responder {
    pub(crate) session: Session,
    pub(crate) caller: Caller,
    /// The key in use.
    pub(crate) key: String,
    /// Expiry of the credentials.
    pub(crate) expires: Option<stanch_core::Timestamp>,
}

impl Responder {
    /// Opens a session and asks who it is: once, before anything else.
    pub(crate) fn open(access: &Access) -> Result<Self, Failure> {
        let mut session = Session::open(access)?;
        session.client.hurry();
        let seen = session
            .runtime
            .block_on(session.client.credentials())
            .map_err(|reason| session.no_identity(None, &reason))?;
        let asked = session
            .runtime
            .block_on(session.client.caller(session.any_region()));
        let caller = asked.map_err(|error| session.no_identity(error.code.as_deref(), &error.message))?;
        session.client.own_account(caller.account.as_str().into());
        Ok(Self {
            session,
            key: seen.access_key_id,
            expires: seen.expires.map(stanch_core::Timestamp::from_seconds),
            caller,
        })
    }

    /// The partition that the caller's ARN names.
    pub(crate) fn partition(&self) -> &str {
        stanch_core::arn::partition_of(&self.caller.arn)
    }

    /// Refuses to act with a plan on an account or a server that it was not made for.
    pub(crate) fn fits(&self, plan: &stanch_core::Plan) -> Result<(), Failure> {
        if self.caller.account != plan.account.as_str() {
            let what = format!(
                "the plan is for account {}, and these credentials belong to account {}",
                shown(plan.account.as_str(), 20),
                shown(&self.caller.account, 20)
            );
            return Err(Failure::new(
                what,
                "use credentials of that account (--profile, --role-arn); check: stanch whoami",
            ));
        }
        let endpoint = self.session.client.endpoint_url();
        if endpoint != plan.endpoint.as_deref() {
            let named =
                |endpoint: Option<&str>| endpoint.map_or_else(|| "AWS".to_owned(), |url| shown(url, 200));
            let what = format!(
                "the plan was made for {}, and would now be sent to {}",
                named(plan.endpoint.as_deref()),
                named(endpoint)
            );
            return Err(Failure::new(
                what,
                "use the endpoint that the plan was made for, or plan again",
            ));
        }
        Ok(())
    }
}
