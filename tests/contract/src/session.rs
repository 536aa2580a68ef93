//! One case's way to the stand-in or to a recording of it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use stanch_aws::client::Client;
use stanch_core::ports::{Catalogue as _, Clock as _, Cloud};
use stanch_core::{Answer, Call};

use crate::moments::moved;
use crate::recording::{Asked, Recording};
use crate::world::{BEGIN, Wall, models};

/// The number that chance begins with in every case, so that all make the same ids.
const CHANCE: usize = 42;
/// The number after so many changes.
const CHANCE_OF_CHANGE: usize = 1_000;

/// Members that hold a token of the client's.
const TOKENS: [&str; 3] = ["ClientToken", "ClientRequestToken", "CreatorRequestId"];

/// A recording that several cases of one action share.
pub(crate) type Shared = Arc<Mutex<Recording>>;

/// See the module.
pub(crate) struct Session {
    recording: Shared,
    node: Mutex<usize>,
    /// The stand-in; none to replay.
    live: Option<(Arc<Client>, String)>,
}

impl Session {
    pub(crate) fn new(recording: &Shared, live: Option<(Arc<Client>, String)>) -> Self {
        Self {
            recording: Arc::clone(recording),
            node: Mutex::new(0),
            live,
        }
    }

    pub(crate) fn recording(&self) -> MutexGuard<'_, Recording> {
        self.recording.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer(&self, call: &Call) -> Answer {
        let asked = Asked::of(call);
        let at = *self.node.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, then) = match &self.live {
            None => self.recording().replay(at, &asked),
            Some((client, endpoint)) => {
                let about = models().and_then(|models| models.operation(&call.service, &call.operation));
                let reads = about.is_some_and(|about| about.reads);
                let depth = self.recording().depth(at);
                if !reads {
                    // Without it, what a change makes would have other ids after other calls.
                    drop(control(endpoint, &seed(CHANCE_OF_CHANGE + depth)));
                }
                let mut answer = client.ask(call).await;
                settled(&mut answer);
                let then = self.recording().keep(at, asked, &answer, reads);
                (answer, then)
            }
        };
        *self.node.lock().unwrap_or_else(PoisonError::into_inner) = then;
        answer
    }
}

impl Cloud for Session {
    fn ask<'c>(&'c self, call: &'c Call) -> Pin<Box<dyn Future<Output = Answer> + Send + 'c>> {
        Box::pin(self.answer(call))
    }
}

/// Takes out of a reply what differs from day to day.
pub(crate) fn settled(answer: &mut Answer) {
    moved(&mut answer.body, Wall.now().0, BEGIN);
    without_tokens(&mut answer.body);
    answer.sha256s.clear();
    answer.attempts = 1;
}

/// Replaces the tokens by which a service tells a repeated request: the client makes a new one for each.
fn without_tokens(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(without_tokens),
        Value::Object(members) => {
            for (name, value) in members {
                if TOKENS.contains(&name.as_str()) && value.is_string() {
                    *value = Value::from("token");
                } else {
                    without_tokens(value);
                }
            }
        }
        _ => {}
    }
}

/// Makes the stand-in forget everything, and begin with the same chance.
pub(crate) fn reset(endpoint: &str) -> Result<(), String> {
    control(endpoint, "/moto-api/reset")?;
    control(endpoint, &seed(CHANCE))
}

fn seed(number: usize) -> String {
    format!("/moto-api/seed?a={number}")
}

/// Sends an order to the stand-in itself.
fn control(endpoint: &str, path: &str) -> Result<(), String> {
    let address = endpoint.trim_start_matches("http://");
    let failed = |error: std::io::Error| format!("the stand-in, {path}: {error}");
    let mut stream = TcpStream::connect(address).map_err(failed)?;
    let request =
        format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).map_err(failed)?;
    if reply.starts_with("HTTP/1.1 200") {
        Ok(())
    } else {
        Err(format!(
            "the stand-in, {path}: {}",
            reply.lines().next().unwrap_or_default()
        ))
    }
}
