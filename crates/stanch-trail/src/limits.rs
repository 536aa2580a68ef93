//! How much a hostile input may make this program do.
//!
//! Plain numbers with defaults that no legitimate log reaches. What goes past one is named in the report, never
//! dropped in silence. It must not know how a limit is enforced.

/// Bounds on one run and on one input file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that one input file may unpack to, all layers and members together. Default: 8 GiB.
    pub unpacked_bytes: u64,
    /// Number of times its own size one input file may unpack to, once past [`Limits::UNPACKED_FREELY`].
    /// Default: 250. CloudTrail files reach about 20; deflate's ceiling is 1,032.
    pub unpacked_ratio: u64,
    /// Bytes of one record or line. Default: 4 MiB. CloudTrail's own limit is 256 KiB.
    pub record_bytes: usize,
    /// Levels of nesting in one record beyond which its details can't be examined. Default: 127, what the
    /// JSON parser takes.
    pub depth: usize,
    /// Members of all archives in one input file. Default: 1,000,000.
    pub members: u32,
    /// Archives within archives. Default: 2, an archive in an archive.
    pub archive_depth: u32,
    /// Files of one run. Default: 20,000,000.
    pub files: u64,
}

impl Limits {
    /// Bytes that any file may unpack to, however small it is.
    pub const UNPACKED_FREELY: u64 = 256 << 20;

    /// Number of bytes a file of this size may unpack to. A size of 0 means that it is not known.
    pub(crate) fn allowance(&self, size: u64) -> u64 {
        if size == 0 {
            return self.unpacked_bytes;
        }
        let by_ratio = size
            .saturating_mul(self.unpacked_ratio)
            .max(Self::UNPACKED_FREELY);
        self.unpacked_bytes.min(by_ratio)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            unpacked_bytes: 8 << 30,
            unpacked_ratio: 250,
            record_bytes: 4 << 20,
            depth: 127,
            members: 1_000_000,
            archive_depth: 2,
            files: 20_000_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_file_may_unpack_to_a_fixed_size_and_a_large_one_to_a_multiple() {
        let limits = Limits::default();
        assert_eq!(limits.allowance(1000), 256 << 20);
        assert_eq!(limits.allowance(4 << 20), 1000 << 20);
        assert_eq!(limits.allowance(1 << 40), 8 << 30);
        assert_eq!(limits.allowance(0), 8 << 30);
    }
}
