//! The opening request of a case to a target.

use crate::{
    case::{Case, DeflateScript},
    protocol::handshake::ClientRequest,
};

use super::{Target, seed};

impl Target {
    /// The request that a case begins with in a run with this seed, before the case's edits.
    #[must_use]
    pub fn request_for(&self, case: &Case, run_seed: u64) -> ClientRequest {
        let nonce = seed::nonce(seed::of_case(run_seed, &case.id));
        let extensions = case.deflate.as_ref().map(DeflateScript::offered);
        self.request(nonce, extensions.unwrap_or_default())
    }

    /// Its octets as they are sent, the case's edits included.
    #[must_use]
    pub fn request_octets(&self, case: &Case, run_seed: u64) -> Vec<u8> {
        let request = self.request_for(case, run_seed);
        match case.handshake.request() {
            Some(edits) => edits.apply(request).octets(),
            None => request.encode(),
        }
    }
}
