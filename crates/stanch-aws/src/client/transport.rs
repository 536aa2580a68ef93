//! The one connection pool: TLS, proxies, and the fence that keeps tests from leaving this machine.
//!
//! It must not know AWS.

use std::net::IpAddr;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::ways::{SetupError, Ways};

/// Where requests may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere.
    Anywhere,
    /// To this machine only: whatever is configured, nothing else is ever connected to.
    Loopback,
}

/// One pool for everything: the credential chain's requests and the calls.
pub(super) fn http_client(reach: Reach, trust: Option<TlsContext>) -> SharedHttpClient {
    let proxied = pool(ProxyConfig::from_env(), trust.clone());
    let direct = pool(ProxyConfig::disabled(), trust);
    SharedHttpClient::new(Pool {
        proxied,
        direct,
        reach,
    })
}

/// Returns the certificates of the CA bundle that the environment or the profile names, in place of those of the system, as the
/// AWS CLI takes it; none where no bundle is named.
///
/// # Errors
/// When the file can't be read or holds no certificate that can be used.
pub(super) fn trust(ways: &Ways) -> Result<Option<TlsContext>, SetupError> {
    let Some((path, from)) = &ways.ca_bundle else {
        return Ok(None);
    };
    let failed = |why: String| SetupError::Bundle {
        path: path.display().to_string(),
        from,
        why,
    };
    let text = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    let mut store = TrustStore::empty();
    let mut roots = RootCertStore::empty();
    let mut found = 0;
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|error| failed(format!("it is no PEM file: {error}")))?;
        // The SDK ends the program on a certificate that it can't use: such ones are left out, as OpenSSL does.
        if roots.add(certificate.clone()).is_ok() {
            store.add_pem_certificate(pem(&certificate));
            found += 1;
        }
    }
    if found == 0 {
        return Err(failed("it holds no certificate of a CA".to_owned()));
    }
    let context = TlsContext::builder().with_trust_store(store).build();
    context.map(Some).map_err(|error| failed(error.to_string()))
}

fn pem(certificate: &CertificateDer<'_>) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(certificate);
    let lines: Vec<String> = text
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    let lines = lines.join("\n");
    format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n")
}

fn pool(proxy: ProxyConfig, trust: Option<TlsContext>) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut builder = Connector::builder().proxy_config(proxy.clone());
        builder.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            builder.set_sleep_impl(components.sleep_impl());
        }
        let builder = builder.tls_provider(Provider::Rustls(CryptoMode::Ring));
        match &trust {
            Some(context) => builder.tls_context(context.clone()).build(),
            None => builder.build(),
        }
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

    /// A self-signed certificate made for this test: CN=Corporate CA.
    const CORPORATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBhTCCASugAwIBAgIUEEIqbDC/+FMCPyMMJVeWCfcfyjUwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMQ29ycG9yYXRlIENBMCAXDTI2MTIwMTEyNTIyM1oYDzIxMjYx
MTA3MTI1MjIzWjAXMRUwEwYDVQQDDAxDb3Jwb3JhdGUgQ0EwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAR9SPsh8uyJiieyjxV+cj09F1Pcye7J6KwjyJzV4VcseGYC
K8bsuw+flUXzCemCsUtHiTWINId235Kc7OrN5o4ro1MwUTAdBgNVHQ4EFgQU4GhD
gtHUN9ue5SyMmXV+7N4ukM8wHwYDVR0jBBgwFoAU4GhDgtHUN9ue5SyMmXV+7N4u
kM8wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEApDIkaEPreXug
jzdlyYBF10LuXy3O19AYUve5FeTb0scCIDtmqbSp6r1yqm+mM9b5hG4qjzIpaai/
tWGxTjAsQoae
-----END CERTIFICATE-----
";

    fn with_bundle(path: &std::path::Path) -> Ways {
        Ways {
            profile: "default".to_owned(),
            is_named: false,
            way: super::super::ways::Way::Keys,
            mfa: None,
            ca_bundle: Some((path.to_owned(), "AWS_CA_BUNDLE")),
        }
    }

    #[test]
    fn a_ca_bundle_that_can_not_be_used_is_an_error_and_not_a_panic() {
        let folder = std::env::temp_dir().join(format!("stanch-bundle-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("ca.pem");
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (text, why) in [
            ("", "no certificate"),
            ("hello", "no certificate"),
            (broken, "no certificate"),
        ] {
            std::fs::write(&file, text).unwrap();
            let error = trust(&with_bundle(&file)).unwrap_err().to_string();
            assert!(
                error.contains(why) && error.contains("AWS_CA_BUNDLE"),
                "{text:?}: {error}"
            );
        }
        let good = CORPORATE;
        std::fs::write(&file, format!("{broken}{good}")).unwrap();
        assert!(
            trust(&with_bundle(&file)).unwrap().is_some(),
            "what can't be used is left out"
        );
        std::fs::remove_file(&file).unwrap();
        let error = trust(&with_bundle(&file)).unwrap_err().to_string();
        assert!(error.contains("can't be used"), "{error}");
        std::fs::remove_dir_all(&folder).unwrap();
    }

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
