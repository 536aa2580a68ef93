//! Less common roads in and out.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "network-services",
    purpose: "Network firewalls, lattices, direct links and accelerators",
    steps: &["8", "12"],
    service: "network-firewall",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListFirewalls"),
        Ask::new("ListServices").of("vpc-lattice"),
        Ask::new("ListServiceNetworks").of("vpc-lattice"),
        Ask::new("DescribeConnections").of("directconnect"),
        Ask::new("DescribeVirtualInterfaces").of("directconnect"),
    ],
};
