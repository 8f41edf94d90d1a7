//! Certificates and keys from files.

use std::path::{Path, PathBuf};

use tokio_rustls::rustls::{
    self,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
};

use crate::input::{self, InputError};

/// The largest file of certificates or keys, in octets; all that browsers trust take 250 KiB.
const OCTETS_MAX: u64 = 8 << 20;

/// Why a file of certificates or keys is of no use.
#[derive(Debug, thiserror::Error)]
pub enum TlsFileError {
    /// It cannot be read, or is larger than any that is meant.
    #[error(transparent)]
    Input(#[from] InputError),
    /// There is no certificate in it.
    #[error(
        "`{}` has no certificate in PEM (-----BEGIN CERTIFICATE-----); if it is DER, \
         `openssl x509 -inform der -in FILE` makes PEM of it", .0.display()
    )]
    NoCertificate(PathBuf),
    /// There is no key in it.
    #[error(
        "`{}` has no private key in PEM that can be read without a password \
         (-----BEGIN PRIVATE KEY-----); `openssl pkey -in FILE` takes a password off", .0.display()
    )]
    NoKey(PathBuf),
    /// What is in it is not what it says.
    #[error("`{}` cannot be used ({reason})", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The key is another one than the certificate's.
    #[error(
        "the key in `{}` is not that of the first certificate in `{}`",
        key.display(), certificate.display()
    )]
    OtherKey {
        /// The file with the key.
        key: PathBuf,
        /// The file with the certificate.
        certificate: PathBuf,
    },
    /// A name that no server can have.
    #[error("`{0}` is no name of a server; expected something like example.org")]
    ServerName(String),
}

/// All certificates of a file; at least one.
///
/// # Errors
/// A file without a certificate.
pub fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsFileError> {
    let octets = read(path)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&octets).collect();
    match found {
        Ok(found) if found.is_empty() => Err(TlsFileError::NoCertificate(path.to_owned())),
        Ok(found) => Ok(found),
        Err(error) => Err(unusable(path, &error)),
    }
}

/// The first private key of a file.
///
/// # Errors
/// A file without a key.
pub fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsFileError> {
    match PrivateKeyDer::from_pem_slice(&read(path)?) {
        Ok(key) => Ok(key),
        Err(pem::Error::NoItemsFound) => Err(TlsFileError::NoKey(path.to_owned())),
        Err(error) => Err(unusable(path, &error)),
    }
}

/// What rustls has against a certificate with its key.
pub fn refused(certificate: &Path, key: &Path, error: &rustls::Error) -> TlsFileError {
    match error {
        rustls::Error::InconsistentKeys(_) => {
            TlsFileError::OtherKey { key: key.to_owned(), certificate: certificate.to_owned() }
        }
        // It reads the key first.
        rustls::Error::General(_) => unusable(key, error),
        _ => unusable(certificate, error),
    }
}

/// A file that has something, but nothing of use.
pub fn unusable(path: &Path, reason: &impl ToString) -> TlsFileError {
    TlsFileError::Unusable { path: path.to_owned(), reason: reason.to_string() }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsFileError> {
    Ok(input::read(path, OCTETS_MAX)?)
}
