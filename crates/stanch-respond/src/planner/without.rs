//! Steps that a person leaves out of a plan, by `ACTION` or `ACTION:TARGET`; what they would have done is listed as not fixed.
//!
//! It must not leave out anything silently.

use stanch_core::text::shown;

use super::PlanError;
use super::explain::not_fixed::{Omission, OmissionKind};
use super::scope::WORDS;
use super::steps::draft::Draft;

/// Removes the steps. Steps that need one of them can't be planned, and are listed for that.
pub(super) fn leave_out(
    drafts: &mut Vec<Draft>,
    without: &[String],
    omitted: &mut Vec<Omission>,
) -> Result<(), PlanError> {
    for step in without {
        let (action, target) = step
            .split_once(':')
            .map_or((step.as_str(), None), |(action, target)| (action, Some(target)));
        let is_it = |draft: &Draft| {
            let of = &draft.request.target;
            draft.action == action && target.is_none_or(|target| target == of.name || target == of.id)
        };
        let (out, kept): (Vec<Draft>, Vec<Draft>) = std::mem::take(drafts).into_iter().partition(is_it);
        *drafts = kept;
        if out.is_empty() {
            return Err(PlanError::NotInPlan {
                step: shown(step, WORDS),
            });
        }
        omitted.extend(out.iter().map(|draft| Omission {
            what: shown(&draft.request.target.id, WORDS),
            kind: OmissionKind::NotContained,
            why: format!("{} was left out by --without", draft.action),
        }));
    }
    Ok(())
}
