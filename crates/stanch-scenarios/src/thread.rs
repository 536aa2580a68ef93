//! One caller at work: call after call, each some seconds after the last.

use serde_json::{Value, json};

use crate::actor::Actor;
use crate::call::Call;
use crate::labels::Took;
use crate::stage::{At, Stage};

/// See the module.
#[derive(Debug)]
pub(crate) struct Thread<'s> {
    pub(crate) stage: &'s mut Stage,
    pub(crate) actor: Actor,
    pub(crate) account: usize,
    pub(crate) region: &'static str,
    pub(crate) time: i64,
    pub(crate) hostile: bool,
    /// Seconds between two calls.
    pub(crate) pace: (u64, u64),
}

impl<'s> Thread<'s> {
    /// An attacker with a credential.
    pub(crate) fn attacker(stage: &'s mut Stage, actor: Actor, account: usize, time: i64) -> Self {
        Self {
            stage,
            actor,
            account,
            region: "us-east-1",
            time,
            hostile: true,
            pace: (3, 40),
        }
    }

    /// A legitimate caller.
    pub(crate) fn owner(stage: &'s mut Stage, actor: Actor, account: usize, time: i64) -> Self {
        let mut thread = Self::attacker(stage, actor, account, time);
        thread.hostile = false;
        thread
    }

    /// Id of the account in which it works.
    pub(crate) fn account_id(&self) -> String {
        self.stage.org.accounts[self.account].id.clone()
    }

    pub(crate) fn at(&self) -> At<'static> {
        At {
            account: self.account,
            region: self.region,
            time: self.time,
            hostile: self.hostile,
        }
    }

    /// Makes a call and returns the id of its event.
    pub(crate) fn call(&mut self, call: Call) -> String {
        self.time += self.stage.random.between(self.pace.0, self.pace.1) as i64;
        self.stage.record(self.at(), &self.actor, call)
    }

    /// Makes a call without a request.
    pub(crate) fn read(&mut self, service: &'static str, names: &[&'static str]) {
        for name in names {
            self.call(Call::new(service, name));
        }
    }

    /// Waits.
    pub(crate) fn wait(&mut self, seconds: i64) {
        self.time += seconds;
    }

    /// Continues as another identity from the same place.
    pub(crate) fn becomes(&mut self, identity: &Actor) {
        let (address, agent) = (self.actor.address.clone(), self.actor.agent.clone());
        self.actor = identity.from(&address, &agent);
    }

    /// Notes that the attacker left a thing.
    pub(crate) fn leaves(&mut self, name: &str) {
        if self.hostile {
            self.stage.labels.left.insert(name.to_owned());
        }
    }

    /// Notes that what was left is gone.
    pub(crate) fn removes(&mut self, name: &str) {
        self.stage.labels.left.remove(name);
    }

    /// Notes data that was taken.
    pub(crate) fn takes(&mut self, took: Took) {
        if self.hostile {
            self.stage.labels.take(took);
        }
    }

    /// A key id of the account.
    pub(crate) fn new_key(&mut self, prefix: &str) -> String {
        let account = self.account_id();
        self.stage.key_id(prefix, &account)
    }
}

/// `{"_return": true}`, as EC2 answers.
pub(crate) fn done() -> Value {
    json!({"_return": true})
}
