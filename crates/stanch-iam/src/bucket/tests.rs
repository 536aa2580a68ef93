//! One bucket, one thing changed at a time.

use serde_json::json;

use super::*;

const OWN: &str = "111122223333";
const STRANGER: &str = "999988887777";

fn policy(statements: &Value) -> Seen<Policy> {
    Seen::Is(Policy::read(
        &json!({"Version": "2012-10-17", "Statement": statements}),
    ))
}

/// A statement that lets somebody read, under conditions.
fn lets(principal: &Value, condition: &Value) -> Value {
    json!({"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", "Condition": condition})
}

/// A bucket of which everything was read, and there is nothing.
fn closed() -> BucketFacts {
    BucketFacts {
        name: "b".to_owned(),
        account: OWN.to_owned(),
        policy: Seen::None,
        list: Seen::Is(json!({"Owner": {"ID": "own"}, "Grants": []})),
        ownership: Seen::None,
        account_block: Seen::None,
        block: Seen::None,
        access_points: Seen::Is(Vec::new()),
    }
}

fn with(statements: &Value) -> BucketFacts {
    BucketFacts {
        policy: policy(statements),
        ..closed()
    }
}

fn openness(facts: &BucketFacts) -> Openness {
    facts.access(&[STRANGER.to_owned()]).openness
}

#[test]
fn conditions_decide_who_a_star_is() {
    for (condition, expected) in [
        (json!({}), Openness::Public),
        (
            json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
            Openness::Closed,
        ),
        (
            json!({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}),
            Openness::Public,
        ),
        (
            json!({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
            Openness::Public,
        ),
        (
            json!({"StringEquals": {"aws:PrincipalOrgID": "o-example"}}),
            Openness::Closed,
        ),
        (
            json!({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-example"}}),
            Openness::Public,
        ),
        (
            json!({"StringEquals": {"aws:PrincipalAccount": STRANGER}}),
            Openness::CrossAccount,
        ),
        (
            json!({"ArnLike": {"aws:PrincipalArn": format!("arn:aws:iam::{STRANGER}:role/*")}}),
            Openness::CrossAccount,
        ),
        (
            json!({"StringEquals": {"aws:SourceVpce": "vpce-1"}}),
            Openness::Closed,
        ),
        // Whoever asks chooses the referrer.
        (
            json!({"StringLike": {"aws:Referer": "https://example.com/*"}}),
            Openness::Public,
        ),
        (json!({"Bool": {"aws:SecureTransport": "true"}}), Openness::Public),
        (
            json!({"StringEquals": {"s3:ExistingObjectTag/public": "yes"}}),
            Openness::Unknown,
        ),
    ] {
        assert_eq!(
            openness(&with(&lets(&json!("*"), &condition))),
            expected,
            "{condition}"
        );
    }
}

#[test]
fn a_deny_closes_what_an_allow_opens() {
    let open = lets(&json!("*"), &json!({}));
    let mut deny = open.clone();
    deny["Effect"] = json!("Deny");
    assert_eq!(openness(&with(&json!([open, deny]))), Openness::Closed);
    deny["Condition"] = json!({"Bool": {"aws:SecureTransport": "false"}});
    assert_eq!(openness(&with(&json!([open, deny]))), Openness::Public);
}

#[test]
fn blocks_close_public_policies_to_other_accounts_too() {
    let open = lets(&json!("*"), &json!({}));
    let stranger = lets(&json!({"AWS": STRANGER}), &json!({}));
    let restricts = Seen::Is(Block {
        restricts_policies: true,
        ignores_lists: false,
    });
    for (statements, expected) in [
        (json!([open]), Openness::Closed),
        (json!([stranger]), Openness::CrossAccount),
        (json!([open, stranger]), Openness::Closed),
    ] {
        let of_bucket = BucketFacts {
            block: restricts.clone(),
            ..with(&statements)
        };
        let of_account = BucketFacts {
            account_block: restricts.clone(),
            ..with(&statements)
        };
        assert_eq!(
            (openness(&of_bucket), openness(&of_account)),
            (expected, expected),
            "{statements}"
        );
    }
    // The other settings leave what is there: without effect.
    let ignores = Seen::Is(Block {
        ignores_lists: true,
        restricts_policies: false,
    });
    assert_eq!(
        openness(&BucketFacts {
            block: ignores,
            ..with(&open)
        }),
        Openness::Public
    );
    assert_eq!(
        openness(&BucketFacts {
            block: Seen::Unknown,
            ..with(&open)
        }),
        Openness::Unknown
    );
    // One block that is known to close is enough.
    let half = BucketFacts {
        block: Seen::Unknown,
        account_block: restricts,
        ..with(&open)
    };
    assert_eq!(openness(&half), Openness::Closed);
}

fn listing(grantee: &Value) -> BucketFacts {
    let grant = json!({"Grantee": grantee, "Permission": "READ"});
    BucketFacts {
        list: Seen::Is(json!({"Owner": {"ID": "own"}, "Grants": [grant]})),
        ..closed()
    }
}

#[test]
fn access_lists_are_open_unless_switched_off_or_denied() {
    let everybody = || listing(&json!({"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}));
    let other = || listing(&json!({"ID": "other"}));
    let ignoring = |facts: BucketFacts| {
        let block = Seen::Is(Block {
            ignores_lists: true,
            restricts_policies: false,
        });
        openness(&BucketFacts { block, ..facts })
    };
    let owned = |facts: BucketFacts, ownership: Seen<String>| openness(&BucketFacts { ownership, ..facts });
    let enforced = || Seen::Is("BucketOwnerEnforced".to_owned());
    assert_eq!(openness(&everybody()), Openness::Public);
    assert_eq!(openness(&other()), Openness::CrossAccount);
    assert_eq!(
        (ignoring(everybody()), ignoring(other())),
        (Openness::Closed, Openness::CrossAccount)
    );
    assert_eq!(
        (owned(everybody(), enforced()), owned(other(), enforced())),
        (Openness::Closed, Openness::Closed)
    );
    assert_eq!(owned(other(), Seen::Unknown), Openness::Unknown);
    let policy_unread = BucketFacts {
        policy: Seen::Unknown,
        ..everybody()
    };
    assert_eq!(openness(&policy_unread), Openness::Unknown);
    let denied = with(&json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}));
    assert_eq!(
        openness(&BucketFacts {
            list: everybody().list,
            ..denied
        }),
        Openness::Closed
    );
}

#[test]
fn an_access_point_opens_what_the_bucket_allows_through_it() {
    let delegated = json!({"StringEquals": {"s3:DataAccessPointAccount": OWN}});
    let bucket = with(&lets(&json!({"AWS": "*"}), &delegated));
    let point = |is_within_network: bool| AccessPoint {
        name: "p".to_owned(),
        is_within_network,
        policy: policy(
            &json!({"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:us-east-1:111122223333:accesspoint/p/object/*"}),
        ),
        block: Seen::None,
    };
    assert_eq!(openness(&bucket), Openness::Closed);
    let through = |point: AccessPoint, bucket: BucketFacts| {
        openness(&BucketFacts {
            access_points: Seen::Is(vec![point]),
            ..bucket
        })
    };
    assert_eq!(through(point(false), bucket.clone()), Openness::CrossAccount);
    assert_eq!(through(point(true), bucket), Openness::Closed);
    assert_eq!(through(point(false), closed()), Openness::Closed);
}

#[test]
fn what_was_not_read_is_unknown_unless_it_cannot_matter() {
    assert_eq!(openness(&closed()), Openness::Closed);
    for facts in [
        BucketFacts {
            policy: Seen::Unknown,
            ..closed()
        },
        BucketFacts {
            list: Seen::Unknown,
            ..closed()
        },
    ] {
        assert_eq!(openness(&facts), Openness::Unknown);
    }
    let points = BucketFacts {
        access_points: Seen::Unknown,
        ..closed()
    };
    assert_eq!(openness(&points), Openness::Closed);
    let lists_off = BucketFacts {
        list: Seen::Unknown,
        ownership: Seen::Is("BucketOwnerEnforced".to_owned()),
        ..closed()
    };
    assert_eq!(openness(&lists_off), Openness::Closed);
}
