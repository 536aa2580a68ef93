//! The order in which inputs are read: that of the times in their names, so that neighbours in time are read together
//! and what is remembered of an hour is needed once.
//!
//! Only speed depends on it, no result does. It must not look into files.

use stanch_trail::Source;

/// Sorts inputs by the time in their names; those without one come first, in their own order.
pub(crate) fn by_time(sources: &mut [Source]) {
    sources.sort_by_cached_key(|source| {
        let name = source.path.file_name().map(std::ffi::OsStr::as_encoded_bytes);
        (time_in(name.unwrap_or_default()), source.id)
    });
}

/// The digits of the first time to the minute in a name: `20260305T1402Z` of CloudTrail and flow logs,
/// `2026-03-05-14-02` of S3 access logs. Empty when there is none.
fn time_in(name: &[u8]) -> Vec<u8> {
    const DIGITS: usize = 12;
    let mut digits = Vec::with_capacity(DIGITS);
    for byte in name {
        match byte {
            b'0'..=b'9' => digits.push(*byte),
            b'-' if matches!(digits.len(), 4 | 6 | 8 | 10) => {}
            b'T' if digits.len() == 8 => {}
            _ => digits.clear(),
        }
        // A year of this century; account numbers are as long as a time.
        if digits.len() == DIGITS {
            if digits.starts_with(b"20") && is_time(&digits) {
                return digits;
            }
            digits.clear();
        }
    }
    Vec::new()
}

fn is_time(digits: &[u8]) -> bool {
    let pair = |at: usize| (digits[at] - b'0') * 10 + (digits[at + 1] - b'0');
    (1..=12).contains(&pair(4)) && (1..=31).contains(&pair(6)) && pair(8) < 24 && pair(10) < 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_in_a_name_is_found() {
        for (name, time) in [
            (
                "111122223333_CloudTrail_us-east-1_20260305T1402Z_AbC123.json.gz",
                "202603051402",
            ),
            (
                "111122223333_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20260305T1405Z_12ab.log.gz",
                "202603051405",
            ),
            ("2026-03-05-14-02-17-0123456789ABCDEF", "202603051402"),
            ("prefix2026-03-05-14-02-17-0123456789ABCDEF", "202603051402"),
            ("events.json", ""),
            ("209912345678_x", ""),
            ("", ""),
        ] {
            assert_eq!(
                String::from_utf8(time_in(name.as_bytes())).unwrap(),
                time,
                "{name}"
            );
        }
    }
}
