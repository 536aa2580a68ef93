//! Data stores that are forgotten when the big ones are counted.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "other-databases",
    purpose: "Caches, search domains, streams and queues of databases",
    steps: &["8"],
    service: "elasticache",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeCacheClusters"),
        Ask::new("DescribeReplicationGroups"),
        Ask::new("DescribeSnapshots"),
        Ask::new("ListDomainNames").of("opensearch").each(
            "DomainNames[]",
            &[with("DescribeDomain", &[("DomainName", "DomainName")])],
        ),
        Ask::new("ListCollections").of("opensearchserverless"),
        Ask::new("ListClustersV2").of("kafka"),
        Ask::new("ListBrokers").of("mq"),
        Ask::new("ListStreams").of("kinesis"),
        Ask::new("ListDeliveryStreams").of("firehose"),
        Ask::new("DescribeClusters").of("memorydb"),
        Ask::new("DescribeReplicationInstances").of("dms"),
        Ask::new("DescribeEndpoints").of("dms"),
    ],
};
