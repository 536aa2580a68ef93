//! Certificates for the account's names, and authorities that can make more.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "certificates",
    purpose: "Certificates and private authorities",
    steps: &["8", "12"],
    service: "acm",
    scope: Scope::EachRegion,
    asks: &[
Ask::new("ListCertificates").given(r#"{"Includes":{"keyTypes":["RSA_1024","RSA_2048","RSA_3072","RSA_4096","EC_prime256v1","EC_secp384r1","EC_secp521r1"]}}"#).each("CertificateSummaryList[]", &[with("DescribeCertificate", &[("CertificateArn", "CertificateArn")])]),
Ask::new("ListCertificateAuthorities").of("acm-pca").each("CertificateAuthorities[]", &[with("GetPolicy", &[("ResourceArn", "Arn")])]),
],
};
