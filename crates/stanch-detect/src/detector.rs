//! What a coded detector is: a fold over events in any order, then a judgement.
//!
//! One detector is one file under `detectors/`. Its state must be mergeable (the result must not depend on
//! how events were spread over threads or runs), serialisable (an interrupted hunt continues from it) and bounded.

use std::any::Any;

use serde::Serialize;
use serde::de::DeserializeOwned;
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::{Severity, Timestamp};

use crate::activity::{ObjectLogs, Recorded};
use crate::network::Networks;
use crate::observation::Observation;
use crate::sample::Sample;

/// Which events a detector wants to see. Cheap to check, so that a detector costs nothing elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// Every event.
    Every,
    /// Events whose name without its API date is one of these.
    Names(&'static [&'static str]),
}

/// What pass 2 may know next to the detector's own state.
#[derive(Debug, Clone, Copy)]
pub struct JudgeContext<'c> {
    /// Address tables.
    pub networks: &'c Networks,
    /// S3 buckets whose object calls were recorded.
    pub object_logs: &'c ObjectLogs,
    /// Until when management events were recorded, by account and region.
    pub recorded: &'c Recorded,
    /// The first event of the whole input.
    pub first: Timestamp,
    /// The last event of the whole input.
    pub last: Timestamp,
    /// Number of events that a finding may cite.
    pub cited_limit: usize,
}

/// One group that a detection holds for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Who.
    pub principal: Principal,
    /// How grave here.
    pub severity: Severity,
    /// First event.
    pub first: Timestamp,
    /// Last event.
    pub last: Timestamp,
    /// Number of events.
    pub count: u64,
    /// Number of them succeeded.
    pub succeeded: u64,
    /// What happened, in one or two plain sentences. Made safe to show by the engine.
    pub summary: String,
    /// The facts behind it.
    pub facts: Vec<Fact>,
    /// The events to cite.
    pub sample: Sample,
}

/// A coded detector.
pub trait Detector: Send + Sync + 'static {
    /// What it remembers of the events it saw.
    type State: Default + Serialize + DeserializeOwned + Send + 'static;

    /// What it says of itself.
    fn about(&self) -> DetectionAbout;

    /// Which events it wants.
    fn interest(&self) -> Interest;

    /// Folds one event in.
    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>);

    /// Folds another thread's or run's state in.
    fn merge(&self, into: &mut Self::State, from: Self::State, cited_limit: usize);

    /// Whether something was left out of the state to keep it within its limits. What a detector did not find is
    /// then unknown, not absent.
    fn overflowed(&self, state: &Self::State) -> bool {
        let _ = state;
        false
    }

    /// Judges. At most one [`Found`] per principal.
    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found>;
}

/// A detector whose state type is hidden, so that detectors can stand in one list.
pub trait ErasedDetector: Send + Sync {
    /// See [`Detector::about`].
    fn about(&self) -> DetectionAbout;
    /// See [`Detector::interest`].
    fn interest(&self) -> Interest;
    /// An empty state.
    fn new_state(&self) -> ErasedState;
    /// See [`Detector::observe`].
    fn observe(&self, state: &mut ErasedState, observation: &Observation<'_, '_>);
    /// See [`Detector::merge`].
    fn merge(&self, into: &mut ErasedState, from: ErasedState, cited_limit: usize);
    /// The state as bytes.
    ///
    /// # Errors
    /// When the state can't be serialised.
    fn save(&self, state: &ErasedState) -> Result<Vec<u8>, StateError>;
    /// A state from bytes.
    ///
    /// # Errors
    /// When the bytes are no state of this detector.
    fn load(&self, bytes: &[u8]) -> Result<ErasedState, StateError>;
    /// See [`Detector::overflowed`].
    fn overflowed(&self, state: &ErasedState) -> bool;
    /// See [`Detector::judge`].
    fn judge(&self, state: ErasedState, context: &JudgeContext<'_>) -> Vec<Found>;
}

/// A detector's state, its type hidden.
pub struct ErasedState(Box<dyn Any + Send>);

/// A saved state that can't be written or read.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The bytes are no such state.
    #[error("the saved state of a detection can't be read or written")]
    Format(#[from] postcard::Error),
    /// The state is that of a program with other detectors.
    #[error("the saved state is that of other detectors")]
    OtherDetectors,
}

impl<D: Detector> ErasedDetector for D {
    fn about(&self) -> DetectionAbout {
        Detector::about(self)
    }

    fn interest(&self) -> Interest {
        Detector::interest(self)
    }

    fn new_state(&self) -> ErasedState {
        ErasedState(Box::new(D::State::default()))
    }

    fn observe(&self, state: &mut ErasedState, observation: &Observation<'_, '_>) {
        if let Some(state) = state.0.downcast_mut() {
            Detector::observe(self, state, observation);
        }
    }

    fn merge(&self, into: &mut ErasedState, from: ErasedState, cited_limit: usize) {
        if let (Some(into), Ok(from)) = (into.0.downcast_mut(), from.0.downcast()) {
            Detector::merge(self, into, *from, cited_limit);
        }
    }

    fn save(&self, state: &ErasedState) -> Result<Vec<u8>, StateError> {
        match state.0.downcast_ref::<D::State>() {
            Some(state) => Ok(postcard::to_stdvec(state)?),
            None => Ok(Vec::new()),
        }
    }

    fn load(&self, bytes: &[u8]) -> Result<ErasedState, StateError> {
        Ok(ErasedState(Box::new(postcard::from_bytes::<D::State>(bytes)?)))
    }

    fn overflowed(&self, state: &ErasedState) -> bool {
        let known = state.0.downcast_ref();
        known.is_some_and(|state| Detector::overflowed(self, state))
    }

    fn judge(&self, state: ErasedState, context: &JudgeContext<'_>) -> Vec<Found> {
        state
            .0
            .downcast::<D::State>()
            .map_or_else(|_| Vec::new(), |state| Detector::judge(self, *state, context))
    }
}
