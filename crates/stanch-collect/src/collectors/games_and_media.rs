//! Costly services that are used for mining because nobody looks there.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "games-and-media",
    purpose: "Game servers, media and video services",
    steps: &["8"],
    service: "gamelift",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListFleets"),
        Ask::new("ListChannels").of("medialive"),
        Ask::new("ListInputs").of("medialive"),
        Ask::new("ListChannels").of("mediapackage"),
        Ask::new("ListStreams").of("kinesisvideo"),
        Ask::new("ListChannels").of("ivs"),
        Ask::new("ListQueues").of("mediaconvert"),
    ],
};
