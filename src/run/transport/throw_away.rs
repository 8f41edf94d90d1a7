//! A certificate for the length of a run, with an authority of its own.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::SystemTime,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::ServerTls;

/// How long before and after now the certificates are valid: clocks differ, and a run may take
/// its time.
const DAYS_BEFORE: u64 = 1;
const DAYS_AFTER: u64 = 30;

/// A server's certificate that nobody else has, and the authority that signed it. Both keys are
/// forgotten with it.
#[derive(Debug)]
pub struct ThrowAway {
    /// TLS with the certificate.
    pub tls: ServerTls,
    /// The authority's certificate in PEM, for those who are to trust it.
    pub authority: String,
}

/// A certificate could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make a certificate ({0}); give one with --key and --cert")]
pub struct CertificateError(String);

impl ThrowAway {
    /// For a server at `localhost`, on the loopback addresses and at these.
    ///
    /// # Errors
    /// rcgen or rustls refuses.
    pub fn make(addresses: &[IpAddr]) -> Result<Self, CertificateError> {
        let refused = |error: rcgen::Error| CertificateError(error.to_string());
        let authority = authority().map_err(refused)?;
        let key = KeyPair::generate().map_err(refused)?;
        let certificate = server(addresses)
            .and_then(|params| params.signed_by(&key, &authority))
            .map_err(refused)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let tls = ServerTls::with(vec![certificate.der().clone()], key)
            .map_err(|error| CertificateError(error.to_string()))?;
        Ok(Self { tls, authority: authority.pem() })
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    name(&mut params, "wspec, for one run only");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn server(addresses: &[IpAddr]) -> Result<CertificateParams, rcgen::Error> {
    let loopback = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    let addresses: BTreeSet<&IpAddr> = loopback.iter().chain(addresses).collect();
    let mut names = vec!["localhost".to_owned()];
    names.extend(addresses.into_iter().map(IpAddr::to_string));
    let mut params = CertificateParams::new(names)?;
    name(&mut params, "localhost");
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

fn name(params: &mut CertificateParams, name: &str) {
    let days = |count: u64| std::time::Duration::from_secs(count * 24 * 60 * 60);
    let now = SystemTime::now();
    params.not_before = (now - days(DAYS_BEFORE)).into();
    params.not_after = (now + days(DAYS_AFTER)).into();
    params.distinguished_name.push(DnType::CommonName, name);
}
