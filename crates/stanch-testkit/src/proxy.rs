//! A proxy before a server that spoils a share of the calls on the way.
//!
//! A spoiled call still reaches the server where the fault lies in the reply, as it would in life: what the server did
//! is done. It must not change a call that it lets pass.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, TRANSFER_ENCODING};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::faults::{Fault, Faults};
use crate::listener::Listener;
use crate::operation::Asked;

/// A call that came by, and what befell it.
pub type Passed = (Asked, Option<Fault>);

type Body = BoxBody<Bytes, io::Error>;

/// How long a drop of a slow reply takes.
const DROP_TIME: Duration = Duration::from_millis(40);
/// Number of drops a slow reply comes in.
const DROPS: usize = 5;

/// See the module.
#[derive(Debug)]
pub struct FaultProxy {
    listener: Listener,
    passed: Arc<Mutex<Vec<Passed>>>,
}

#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    faults: Mutex<Faults>,
    passed: Arc<Mutex<Vec<Passed>>>,
}

impl FaultProxy {
    /// Starts a proxy before the server at `upstream`.
    ///
    /// # Errors
    /// When no port or thread is to be had.
    pub fn start(upstream: SocketAddr, faults: Faults) -> io::Result<Self> {
        let passed = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::new(Shared {
            upstream,
            faults: Mutex::new(faults),
            passed: Arc::clone(&passed),
        });
        let listener = Listener::start(move |stream| serve(stream, Arc::clone(&shared)))?;
        Ok(Self { listener, passed })
    }

    /// Where it listens, as an endpoint URL.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.listener.endpoint()
    }

    /// Every call that came by until now, in order.
    #[must_use]
    pub fn passed(&self) -> Vec<Passed> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(|request| pass(request, &shared));
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A connection that was cut on purpose ends in an error.
    drop(connection.await);
}

async fn pass(request: Request<Incoming>, shared: &Shared) -> io::Result<Response<Body>> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let fault = shared
        .faults
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .draw();
    shared
        .passed
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push((Asked::of(&parts, &body), fault));
    match fault {
        Some(Fault::Reset) => return Err(io::Error::other("cut on purpose")),
        Some(Fault::Throttled) => {
            return Ok(said(&parts.headers, 400, "ThrottlingException", "Rate exceeded"));
        }
        Some(Fault::Unavailable) => return Ok(page(503, "Service Unavailable")),
        Some(Fault::Html) => return Ok(page(500, "<html><body>Internal error</body></html>")),
        Some(Fault::ExpiredToken) => {
            let text = "The security token included in the request is expired";
            return Ok(said(&parts.headers, 400, "ExpiredTokenException", text));
        }
        Some(Fault::ClockSkew) => return Ok(skewed(&parts.headers)),
        Some(Fault::Slow | Fault::Truncated) | None => {}
    }
    let reply = forward(shared.upstream, Request::from_parts(parts, Full::new(body))).await?;
    Ok(match fault {
        Some(Fault::Slow) => in_drops(reply),
        Some(Fault::Truncated) => cut_short(reply),
        _ => reply.map(|bytes| Full::new(bytes).map_err(|never| match never {}).boxed()),
    })
}

async fn forward(upstream: SocketAddr, request: Request<Full<Bytes>>) -> io::Result<Response<Bytes>> {
    let stream = TcpStream::connect(upstream).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    drop(tokio::spawn(connection));
    let (mut parts, body) = sender
        .send_request(request)
        .await
        .map_err(io::Error::other)?
        .into_parts();
    let bytes = body.collect().await.map_err(io::Error::other)?.to_bytes();
    // The body is whole now, so how it was cut on the way no longer holds.
    parts.headers.remove(TRANSFER_ENCODING);
    parts
        .headers
        .insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    Ok(Response::from_parts(parts, bytes))
}

/// An error as the request's protocol writes it.
fn said(headers: &HeaderMap, status: u16, code: &str, text: &str) -> Response<Body> {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let in_xml = kind.contains("form")
        || kind.contains("xml")
        || kind.is_empty() && !headers.contains_key("x-amz-target");
    let (kind, body) = if in_xml {
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error><RequestId>fault</RequestId></ErrorResponse>"
        );
        ("text/xml", body)
    } else {
        (
            "application/x-amz-json-1.1",
            format!(r#"{{"__type":"{code}","message":"{text}"}}"#),
        )
    };
    let mut response = whole(status, body);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(code) = HeaderValue::from_str(code) {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    response
}

/// A server's clock that is an hour behind the client's, shown as AWS does.
#[expect(
    clippy::disallowed_methods,
    reason = "a clock that is wrong can't be shown without the right one"
)]
fn skewed(headers: &HeaderMap) -> Response<Body> {
    let text = "Signature expired: 20200101T000000Z is now earlier than 20200101T005500Z";
    let mut response = said(headers, 403, "RequestTimeTooSkewed", text);
    let now = std::time::SystemTime::now();
    let hour = Duration::from_secs(3600);
    let date = httpdate(now.checked_sub(hour).unwrap_or(now));
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

fn page(status: u16, text: &str) -> Response<Body> {
    let mut response = whole(status, text.to_owned());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

fn whole(status: u16, body: String) -> Response<Body> {
    let mut response = Response::new(
        Full::new(Bytes::from(body))
            .map_err(|never| match never {})
            .boxed(),
    );
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    response
}

fn in_drops(reply: Response<Bytes>) -> Response<Body> {
    reply.map(|bytes| {
        let size = bytes.len().div_ceil(DROPS).max(1);
        let drops: Vec<Bytes> = (0..bytes.len())
            .step_by(size)
            .map(|at| bytes.slice(at..(at + size).min(bytes.len())))
            .collect();
        let stream = futures_util::stream::unfold(drops.into_iter(), |mut drops| async {
            let next = drops.next()?;
            tokio::time::sleep(DROP_TIME).await;
            Some((Ok(Frame::data(next)), drops))
        });
        BodyExt::boxed(StreamBody::new(stream))
    })
}

/// Half of the body, then an end of the connection. A body too short to cut is cut to nothing.
fn cut_short(reply: Response<Bytes>) -> Response<Body> {
    reply.map(|bytes| {
        let half = bytes.slice(..bytes.len() / 2);
        let frames = [Ok(Frame::data(half)), Err(io::Error::other("cut on purpose"))];
        BodyExt::boxed(StreamBody::new(futures_util::stream::iter(frames)))
    })
}

/// RFC 9110's date.
fn httpdate(time: std::time::SystemTime) -> String {
    jiff::Timestamp::try_from(time).map_or_else(
        |_| String::new(),
        |time| time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorded::{RecordedReply, RecordedServer};

    async fn call(endpoint: &str) -> io::Result<(StatusCode, Bytes)> {
        let address: SocketAddr = endpoint.trim_start_matches("http://").parse().unwrap();
        let stream = TcpStream::connect(address).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(io::Error::other)?;
        drop(tokio::spawn(connection));
        let request = Request::builder()
            .method("POST")
            .uri("/")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::new(Bytes::from_static(b"Action=ListUsers")))
            .unwrap();
        let reply = sender.send_request(request).await.map_err(io::Error::other)?;
        let status = reply.status();
        let body = reply.into_body().collect().await.map_err(io::Error::other)?;
        Ok((status, body.to_bytes()))
    }

    fn through(fault: Option<Fault>) -> io::Result<(StatusCode, Bytes)> {
        let server = RecordedServer::start(Duration::ZERO, |_| RecordedReply {
            status: 200,
            content_type: "text/xml",
            body: Bytes::from_static(b"<ListUsersResponse/>"),
        })?;
        let upstream = server.endpoint().trim_start_matches("http://").parse().unwrap();
        let kinds: Vec<Fault> = fault.into_iter().collect();
        let proxy = FaultProxy::start(upstream, Faults::new(&kinds, 100, 1))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let reply = runtime.block_on(call(&proxy.endpoint()));
        let passed = proxy.passed();
        assert_eq!(
            (passed[0].0.operation.as_str(), passed[0].1),
            ("ListUsers", fault)
        );
        let reached = !matches!(fault, None | Some(Fault::Slow | Fault::Truncated));
        assert_eq!(server.recorded().asked.is_empty(), reached);
        reply
    }

    #[test]
    fn what_is_not_spoiled_passes_unchanged_and_slow_replies_are_whole() {
        let whole = (StatusCode::OK, Bytes::from_static(b"<ListUsersResponse/>"));
        assert_eq!(through(None).unwrap(), whole);
        assert_eq!(through(Some(Fault::Slow)).unwrap(), whole);
    }

    #[test]
    fn each_fault_is_what_it_says() {
        assert!(through(Some(Fault::Reset)).is_err());
        assert!(through(Some(Fault::Truncated)).is_err());
        let (status, body) = through(Some(Fault::Throttled)).unwrap();
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(
            body.windows(19).any(|part| part == b"ThrottlingException"),
            "{body:?}"
        );
        assert_eq!(through(Some(Fault::Unavailable)).unwrap().0, 503);
        assert_eq!(through(Some(Fault::Html)).unwrap().0, 500);
        assert_eq!(through(Some(Fault::ClockSkew)).unwrap().0, 403);
        assert_eq!(through(Some(Fault::ExpiredToken)).unwrap().0, 400);
    }
}
