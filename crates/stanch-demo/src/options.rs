//! Options of the generator.

/// Options of the generator. The same options give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where all chance comes from.
    pub seed: u64,
    /// About how many harmless events.
    pub events: u64,
    /// Number of days; at least one.
    pub days: u32,
    /// Number of accounts; at least one. The first is attacked.
    pub accounts: u32,
    /// Number of regions that are in use, 1 to 8. The attacker goes to three more.
    pub regions: u32,
    /// The first day, `YYYY-MM-DD`.
    pub start: String,
    /// True when names, agents, messages and the like carry what breaks careless programs: terminal controls,
    /// markup, spreadsheet formulas, text that reorders itself.
    pub hostile_text: bool,
    /// True when the attack happens.
    pub incident: bool,
    /// True when one file is cut short and one is a Git LFS pointer.
    pub damaged: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 7,
            events: 20_000,
            days: 6,
            accounts: 2,
            regions: 4,
            start: "2026-03-02".to_owned(),
            hostile_text: false,
            incident: true,
            damaged: true,
        }
    }
}
