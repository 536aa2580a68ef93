//! A server that gives recorded replies after a set time, and counts how it was asked.
//!
//! It must not hold state between calls: an answer depends on the request alone.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::listener::Listener;
use crate::operation::Asked;

/// One recorded reply.
#[derive(Debug, Clone)]
pub struct RecordedReply {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// The body.
    pub body: Bytes,
}

/// What answers a request.
type Answering = dyn Fn(&Asked) -> RecordedReply + Send + Sync;

/// What a [`RecordedServer`] saw.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// Number of times each (region, service, operation) was asked.
    pub asked: BTreeMap<(String, String, String), u64>,
    /// The most requests that were open at one moment.
    pub most_at_once: usize,
    /// When each request came, in their order, by (region, service).
    pub moments: BTreeMap<(String, String), Vec<Instant>>,
    open: usize,
}

/// See the module.
#[derive(Debug)]
pub struct RecordedServer {
    listener: Listener,
    seen: Arc<Mutex<Recorded>>,
}

impl RecordedServer {
    /// Starts a server that answers after `latency`.
    ///
    /// # Errors
    /// When no port or thread is to be had.
    pub fn start(
        latency: Duration,
        answer: impl Fn(&Asked) -> RecordedReply + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let seen = Arc::new(Mutex::new(Recorded::default()));
        let answer: Arc<Answering> = Arc::new(answer);
        let shared = Arc::clone(&seen);
        let listener =
            Listener::start(move |stream| serve(stream, latency, Arc::clone(&answer), Arc::clone(&shared)))?;
        Ok(Self { listener, seen })
    }

    /// Where it listens, as an endpoint URL.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.listener.endpoint()
    }

    /// What it saw until now.
    #[must_use]
    pub fn recorded(&self) -> Recorded {
        locked(&self.seen).clone()
    }
}

/// A thread that panicked while counting leaves counts that are still right.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(stream: TcpStream, latency: Duration, answer: Arc<Answering>, seen: Arc<Mutex<Recorded>>) {
    let service = service_fn(|request| reply(request, latency, &answer, &seen));
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A client that goes away is none of the server's business.
    drop(connection.await);
}

async fn reply(
    request: Request<Incoming>,
    latency: Duration,
    answer: &Arc<Answering>,
    seen: &Mutex<Recorded>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let asked = Asked::of(&parts, &body);
    locked(seen).begin(&asked);
    tokio::time::sleep(latency).await;
    locked(seen).open -= 1;
    let recorded = answer(&asked);
    let mut response = Response::new(Full::new(recorded.body));
    *response.status_mut() = hyper::StatusCode::from_u16(recorded.status).unwrap_or_default();
    let kind = hyper::header::HeaderValue::from_static(recorded.content_type);
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, kind);
    Ok(response)
}

impl Recorded {
    fn begin(&mut self, asked: &Asked) {
        let place = (asked.region.clone(), asked.service.clone());
        let operation = (place.0.clone(), place.1.clone(), asked.operation.clone());
        *self.asked.entry(operation).or_default() += 1;
        self.moments.entry(place).or_default().push(Instant::now());
        self.open += 1;
        self.most_at_once = self.most_at_once.max(self.open);
    }
}
