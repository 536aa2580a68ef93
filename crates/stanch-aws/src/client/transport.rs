//! The one connection pool: TLS, proxies, and the fence that keeps tests from leaving this machine.
//!
//! It must not know AWS.

use std::net::IpAddr;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// Where requests may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere.
    Anywhere,
    /// To this machine only: whatever is configured, nothing else is ever connected to.
    Loopback,
}

/// One pool for everything: the credential chain's requests and the calls.
pub(super) fn http_client(reach: Reach) -> SharedHttpClient {
    let proxied = pool(ProxyConfig::from_env());
    let direct = pool(ProxyConfig::disabled());
    SharedHttpClient::new(Pool {
        proxied,
        direct,
        reach,
    })
}

fn pool(proxy: ProxyConfig) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut builder = Connector::builder().proxy_config(proxy.clone());
        builder.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            builder.set_sleep_impl(components.sleep_impl());
        }
        builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
    })
}

#[derive(Debug)]
struct Pool {
    proxied: SharedHttpClient,
    direct: SharedHttpClient,
    reach: Reach,
}

impl HttpClient for Pool {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Routed {
            proxied: self.proxied.http_connector(settings, components),
            direct: self.direct.http_connector(settings, components),
            reach: self.reach,
        })
    }
}

#[derive(Debug)]
struct Routed {
    proxied: SharedHttpConnector,
    direct: SharedHttpConnector,
    reach: Reach,
}

impl HttpConnector for Routed {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let near = Nearness::of(request.uri());
        if self.reach == Reach::Loopback && near != Nearness::Loopback {
            let text = "this run may only speak to this machine, and the request was for another";
            return HttpConnectorFuture::ready(Err(ConnectorError::user(text.into())));
        }
        // No proxy can reach an instance's own metadata, nor this machine.
        match near {
            Nearness::Loopback | Nearness::LinkLocal => self.direct.call(request),
            Nearness::Far => self.proxied.call(request),
        }
    }
}

/// Returns true when a URL's host is this machine.
pub(super) fn is_loopback(url: &str) -> bool {
    Nearness::of(url) == Nearness::Loopback
}

/// Distance of a host, by its name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nearness {
    Loopback,
    LinkLocal,
    Far,
}

impl Nearness {
    fn of(url: &str) -> Self {
        let Some(host) = host(url) else {
            return Self::Far;
        };
        match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) if address.is_link_local() => Self::LinkLocal,
            // The metadata service's own address: fd00:ec2::254.
            Ok(IpAddr::V6(address)) if address.segments()[..2] == [0xfd00, 0x0ec2] => Self::LinkLocal,
            Ok(address) if address.is_loopback() => Self::Loopback,
            Ok(_) => Self::Far,
            Err(_) if host == "localhost" || host.ends_with(".localhost") => Self::Loopback,
            Err(_) => Self::Far,
        }
    }
}

/// The host of a URL, without brackets and port.
pub(super) fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    if let Some(bracketed) = host.strip_prefix('[') {
        return bracketed.split(']').next();
    }
    host.split(':').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback_however_the_address_is_dressed_up() {
        for near in [
            "http://127.0.0.1:5000/",
            "http://localhost/x",
            "http://[::1]:1/",
            "http://1.localhost:5",
        ] {
            assert_eq!(Nearness::of(near), Nearness::Loopback, "{near}");
        }
        let far = [
            "https://iam.amazonaws.com/",
            "https://127.0.0.1@evil.example/",
            "https://127.0.0.1.evil.example/",
            "https://localhost.evil.example/",
            "https://evil.example/?127.0.0.1",
            "nonsense",
        ];
        for far in far {
            assert_eq!(Nearness::of(far), Nearness::Far, "{far}");
        }
        assert_eq!(Nearness::of("http://169.254.169.254/latest"), Nearness::LinkLocal);
        assert_eq!(Nearness::of("http://[fd00:ec2::254]/latest"), Nearness::LinkLocal);
    }
}
