//! Which call goes wrong, and how: drawn from a seed, so that a run that failed can be run again.
//!
//! It must not touch the network.

/// A way to spoil a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The service says that it is asked too often.
    Throttled,
    /// 503, from a load balancer.
    Unavailable,
    /// The connection ends without a reply.
    Reset,
    /// The reply comes, in drops.
    Slow,
    /// The reply ends in its middle.
    Truncated,
    /// The service says that the token has expired.
    ExpiredToken,
    /// The service says that the clock is wrong, and shows its own.
    ClockSkew,
    /// A page in HTML, status 500.
    Html,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Throttled,
        Self::Unavailable,
        Self::Reset,
        Self::Slow,
        Self::Truncated,
        Self::ExpiredToken,
        Self::ClockSkew,
        Self::Html,
    ];
}

/// What share of calls goes wrong, and how.
#[derive(Debug, Clone)]
pub struct Faults {
    kinds: Vec<Fault>,
    percent: u64,
    state: u64,
}

impl Faults {
    /// Spoils `percent` of all calls, each in one of these ways.
    #[must_use]
    pub fn new(kinds: &[Fault], percent: u64, seed: u64) -> Self {
        Self {
            kinds: kinds.to_vec(),
            percent,
            state: seed,
        }
    }

    /// The next call's fault, if it has one.
    pub(crate) fn draw(&mut self) -> Option<Fault> {
        if self.kinds.is_empty() || self.next() % 100 >= self.percent {
            return None;
        }
        let place = self.next() % self.kinds.len() as u64;
        usize::try_from(place)
            .ok()
            .and_then(|place| self.kinds.get(place).copied())
    }

    /// SplitMix64: enough for drawing lots.
    const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_the_share_asked_for_goes_wrong_in_every_way() {
        let mut faults = Faults::new(&Fault::ALL, 20, 7);
        let drawn: Vec<Fault> = (0..10_000).filter_map(|_| faults.draw()).collect();
        assert!((1_800..2_200).contains(&drawn.len()), "{}", drawn.len());
        assert!(Fault::ALL.iter().all(|fault| drawn.contains(fault)));
        assert_eq!(Faults::new(&[], 100, 1).draw(), None);
    }
}
