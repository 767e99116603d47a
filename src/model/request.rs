//! How large the request becomes that carries a zip, and how large a zip a request can carry.
//!
//! A direct upload sends the zip as base64 inside a JSON body, so that 50 MB of zip are 67 MB of request. That is where
//! the odd numbers in AWS's answers come from.

use super::bytes::Bytes;
use super::limits::{ByteLimit, Carried, DirectCall, LIMITS};

impl DirectCall {
    /// The bytes of the body that carries a zip of this length.
    pub fn request(&self, zip: Bytes) -> Bytes {
        Bytes(self.frame.len() as u64 + zip.0.div_ceil(3).saturating_mul(4))
    }

    /// The longest zip whose body stays below a limit.
    pub fn largest_zip(&self, limit: &ByteLimit) -> Bytes {
        let room = limit.bytes.0.saturating_sub(1 + self.frame.len() as u64);
        Bytes(room / 4 * 3)
    }

    /// The longest zip that this call takes today: its body and the zip itself each stay below their limit.
    pub fn largest_accepted(&self) -> Bytes {
        self.largest_zip(&LIMITS.request).min(Bytes(LIMITS.direct_upload.bytes.0 - 1))
    }
}

/// The call that uploads such a zip.
pub fn call_for(carried: Carried) -> Option<&'static DirectCall> {
    LIMITS.calls.iter().find(|call| call.carries == carried)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_call_takes_a_zip_to_the_byte() {
        let largest = |limit: &ByteLimit| LIMITS.calls.iter().map(|call| call.largest_zip(limit).0).collect::<Vec<_>>();
        assert_eq!(largest(&LIMITS.request_before), [52_428_786, 52_428_777, 52_428_720]);
        assert_eq!(largest(&LIMITS.request), [52_625_394, 52_625_385, 52_625_328]);
        for call in &LIMITS.calls {
            for limit in [&LIMITS.request, &LIMITS.request_before] {
                let zip = call.largest_zip(limit);
                assert!(!limit.is_reached_by(call.request(zip)), "{} takes {zip:?}", call.name);
                assert!(limit.is_reached_by(call.request(zip + Bytes(1))), "{} refuses one more", call.name);
            }
        }
    }

    #[test]
    fn the_safe_length_is_below_what_every_call_takes() {
        let limits = [&LIMITS.request, &LIMITS.request_before];
        let smallest = LIMITS.calls.iter().flat_map(|call| limits.map(|limit| call.largest_zip(limit))).min();
        assert!(smallest.is_some_and(|smallest| LIMITS.direct_upload_safe.bytes < smallest));
    }
}
