//! Chance that can be repeated: the same parts of a name give the same numbers, on every host.

/// A small generator (splitmix64). Good enough for a story, for nothing else.
#[derive(Debug, Clone)]
pub struct Random(u64);

const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &[u8] = b"0123456789abcdef";
const REQUEST: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Random {
    /// The generator that belongs to a name of several parts.
    pub fn of(seed: u64, parts: &[&str]) -> Self {
        let mut random = Self(seed ^ 0x9e37_79b9_7f4a_7c15);
        for part in parts {
            let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ part.len() as u64;
            for byte in part.bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
            random.0 ^= hash;
            random.0 = random.bits();
        }
        random
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a limit; 0 when the limit is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(limit)) >> 64) as u64
    }

    /// A number from one to another, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True this many times in a thousand.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of several. There must be at least one.
    pub fn pick<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.below(things.len() as u64) as usize]
    }

    /// The index that a draw over rising sums of weights falls on.
    pub fn weighted(&mut self, sums: &[u64]) -> usize {
        let draw = self.below(sums.last().copied().unwrap_or(0));
        sums.partition_point(|sum| *sum <= draw)
    }

    fn letters(&mut self, count: usize, alphabet: &[u8]) -> String {
        (0..count).map(|_| char::from(*self.pick(alphabet))).collect()
    }

    /// Lower-case hexadecimal digits.
    pub fn hex(&mut self, count: usize) -> String {
        self.letters(count, HEX)
    }

    /// Letters and digits.
    pub fn alphanumeric(&mut self, count: usize) -> String {
        self.letters(count, ALPHANUMERIC)
    }

    /// An S3 request id.
    pub fn request_id(&mut self) -> String {
        self.letters(16, REQUEST)
    }

    /// An IAM unique id with a prefix such as `AKIA`.
    pub fn iam_id(&mut self, prefix: &str) -> String {
        let rest = if prefix == "AKIA" || prefix == "ASIA" {
            16
        } else {
            17
        };
        format!("{prefix}{}", self.letters(rest, BASE32))
    }

    /// A resource id such as `i-0123456789abcdef0`.
    pub fn resource_id(&mut self, prefix: &str) -> String {
        format!("{prefix}-0{}", self.hex(16))
    }

    /// A random UUID.
    pub fn uuid(&mut self) -> String {
        let bits = (u128::from(self.bits()) << 64) | u128::from(self.bits());
        let digits = format!("{bits:032x}");
        let variant = HEX[8 + self.below(4) as usize] as char;
        format!(
            "{}-{}-4{}-{variant}{}-{}",
            &digits[..8],
            &digits[8..12],
            &digits[13..16],
            &digits[17..20],
            &digits[20..]
        )
    }

    /// A size in bytes, mostly small, seldom large.
    pub fn size(&mut self, typical: u64) -> u64 {
        let doubling = self.below(5) + self.below(5);
        let scale = (typical.max(16) << doubling) >> 4;
        self.between(scale / 2, scale * 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_repeated_by_name_and_only_by_name() {
        let numbers = |seed, name: &[&str]| {
            let mut random = Random::of(seed, name);
            (random.bits(), random.uuid())
        };
        assert_eq!(numbers(1, &["a", "b"]), numbers(1, &["a", "b"]));
        assert_ne!(numbers(1, &["a", "b"]), numbers(1, &["ab"]));
        assert_ne!(numbers(1, &["a", "b"]), numbers(2, &["a", "b"]));
    }

    #[test]
    fn draws_stay_within_their_limits() {
        let mut random = Random::of(3, &[]);
        for _ in 0..2_000 {
            assert!(random.below(7) < 7);
            assert!((3..=5).contains(&random.between(3, 5)));
            assert!(random.weighted(&[2, 2, 9]) != 1);
        }
        assert_eq!(random.below(0), 0);
        assert_eq!(random.iam_id("AKIA").len(), 20);
        assert_eq!(random.uuid().len(), 36);
    }
}
