//! A detector's words about itself, as constants.

use stanch_core::finding::{DetectionAbout, DetectionOrigin};
use stanch_core::{DetectionId, Severity, Tactic, TechniqueId};

/// [`DetectionAbout`] in a form that can be written down as one literal.
pub(crate) struct About {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) severity: Severity,
    pub(crate) tactics: &'static [Tactic],
    pub(crate) techniques: &'static [&'static str],
    pub(crate) why: &'static str,
    pub(crate) false_positives: &'static [&'static str],
    pub(crate) next: &'static [&'static str],
}

impl About {
    /// The owned form.
    pub(crate) fn build(&self) -> DetectionAbout {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        DetectionAbout {
            id: DetectionId::from(self.id),
            title: self.title.to_owned(),
            severity: self.severity,
            tactics: self.tactics.to_vec(),
            techniques: self
                .techniques
                .iter()
                .filter_map(|id| TechniqueId::parse(id))
                .collect(),
            why: self.why.to_owned(),
            false_positives: owned(self.false_positives),
            next: owned(self.next),
            origin: DetectionOrigin::Detector,
        }
    }
}
