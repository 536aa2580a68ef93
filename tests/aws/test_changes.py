#!/usr/bin/env python3
"""The stand-in under change: what containment writes takes effect, late and throttled as on AWS, and every call is on record.

`make standin` runs them after those of `test_standin.py`.
"""

from __future__ import annotations

import json
import time
import unittest
from typing import Any

from standin.reply import AwsError
from standin.requests import WriteLimit
from story.account import ACCOUNT, Caller, allow, document, trust
from test_standin import DENY_ALL, REFUSALS, Strict, code, instances, post


def requests(endpoint: str, query: str = "") -> list[dict[str, Any]]:
    return post(endpoint, f"/standin/requests{query}", method="GET")["requests"]


class Record(Strict):
    """What came in, and what event history says of it."""

    def test_writes_are_told_from_reads_and_who_asked(self) -> None:
        caller = self.user("u", allow("*"))
        self.enforce()
        post(self.endpoint, "/standin/requests", method="DELETE")
        caller("iam").list_users()
        caller("iam").generate_credential_report()
        caller("sts").get_caller_identity()
        self.assertEqual(code(lambda: caller("ec2").run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, DryRun=True)), "DryRunOperation")
        self.assertEqual(requests(self.endpoint, "?writes"), [])
        before = time.time()
        caller("iam").create_user(UserName="v")
        caller("iam").delete_user(UserName="v")
        written = requests(self.endpoint, "?writes")
        self.assertEqual([(each["operation"], each["write"], each["status"]) for each in written], [("CreateUser", True, 200), ("DeleteUser", True, 200)])
        self.assertEqual({(each["access_key"], each["principal"], each["address"]) for each in written},
                         {(caller.credentials["AccessKeyId"], f"arn:aws:iam::{ACCOUNT}:user/u", "198.51.100.7")})
        self.assertTrue(all(before - 0.1 <= each["epoch"] <= time.time() for each in written))
        self.assertRegex(written[0]["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_refused_calls_are_in_event_history_with_their_sender(self) -> None:
        watcher = self.user("watcher", allow("*"))
        denied = Caller(self.endpoint, self.user("u", DENY_ALL).credentials, "203.0.113.9")
        role = self.role("r", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), allow("s3:*"))
        burned = self.user("burned", allow("*"))
        self.root("iam").update_access_key(UserName="burned", AccessKeyId=burned.credentials["AccessKeyId"], Status="Inactive")
        self.enforce()
        session = self.assume(watcher, role)
        self.assertEqual(code(lambda: denied("iam").list_users()), "AccessDenied")
        self.assertEqual(code(lambda: session("iam").list_roles()), "AccessDenied")
        self.assertEqual(code(lambda: burned("iam").list_users()), "InvalidClientTokenId")

        def seen(key: str) -> list[dict[str, Any]]:
            found = watcher("cloudtrail").lookup_events(LookupAttributes=[{"AttributeKey": "AccessKeyId", "AttributeValue": key}])["Events"]
            return [json.loads(event["CloudTrailEvent"]) for event in found]

        (of_user,), (of_role,) = seen(denied.credentials["AccessKeyId"]), seen(session.credentials["AccessKeyId"])
        self.assertEqual((of_user["errorCode"], of_user["userIdentity"]["arn"], of_user["sourceIPAddress"]),
                         ("AccessDenied", f"arn:aws:iam::{ACCOUNT}:user/u", "203.0.113.9"))
        self.assertEqual((of_role["errorCode"], of_role["eventName"], of_role["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"]),
                         ("AccessDenied", "ListRoles", role))
        self.assertEqual(seen(burned.credentials["AccessKeyId"]), [], "a call that nobody signed for is not logged")
        self.assertEqual([each["error"] for each in requests(self.endpoint) if each["access_key"] == burned.credentials["AccessKeyId"]], ["InvalidClientTokenId"])


class Late(Strict):
    """Writes to IAM show at once and count later; here not before they are told to, however slow this machine is."""

    arguments = ("--propagation", "3600")

    def settle(self) -> None:
        post(self.endpoint, "/standin/settle")

    def test_a_write_is_read_at_once_and_counts_later(self) -> None:
        caller, admin = self.user("u", allow("*")), self.user("admin", allow("*"))
        role = self.role("r", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
        self.enforce()
        self.assertEqual(instances(caller), "AuthFailure", "a new key does not count yet")
        self.settle()
        session, iam = self.assume(admin, role), admin("iam")
        key = caller.credentials["AccessKeyId"]
        iam.put_user_policy(UserName="u", PolicyName="stop", PolicyDocument=document(DENY_ALL))
        iam.put_role_policy(RoleName="r", PolicyName="stop", PolicyDocument=document(DENY_ALL))
        iam.update_assume_role_policy(RoleName="r", PolicyDocument=trust({"Service": "ec2.amazonaws.com"}))
        self.assertIn("stop", iam.list_user_policies(UserName="u")["PolicyNames"])
        self.assertEqual((instances(caller), instances(session)), ("OK", "OK"))
        self.assertEqual(code(lambda: self.assume(admin, role)), "OK")
        self.settle()
        self.assertIn(instances(caller), REFUSALS)
        self.assertIn(instances(session), REFUSALS)
        self.assertEqual(code(lambda: self.assume(admin, role)), "AccessDenied")
        iam.delete_user_policy(UserName="u", PolicyName="stop")
        self.assertIn(instances(caller), REFUSALS)
        iam.update_access_key(UserName="u", AccessKeyId=key, Status="Inactive")
        self.assertEqual(iam.list_access_keys(UserName="u")["AccessKeyMetadata"][0]["Status"], "Inactive")
        self.settle()
        self.assertEqual(instances(caller), "AuthFailure")

    def test_a_policy_that_many_have_and_a_key_that_is_deleted(self) -> None:
        admin, iam = self.user("admin", allow("*")), self.root("iam")
        caller = self.user("u")
        arn = iam.create_policy(PolicyName="p", PolicyDocument=document(allow("*")))["Policy"]["Arn"]
        iam.attach_user_policy(UserName="u", PolicyArn=arn)
        self.settle()
        self.enforce()
        admin("iam").create_policy_version(PolicyArn=arn, PolicyDocument=document(allow("s3:*")), SetAsDefault=True)
        self.assertEqual(instances(caller), "OK")
        self.settle()
        self.assertIn(instances(caller), REFUSALS)
        admin("iam").delete_access_key(UserName="u", AccessKeyId=caller.credentials["AccessKeyId"])
        self.assertEqual(code(lambda: caller("s3").list_buckets()), "OK")
        self.settle()
        self.assertEqual(code(lambda: caller("s3").list_buckets()), "InvalidAccessKeyId")


class Soon(Strict):
    """The delay by the clock."""

    arguments = ("--propagation", "0.5")

    def test_the_delay_ends(self) -> None:
        caller = self.user("u", allow("*"))
        time.sleep(0.6)
        self.enforce()
        caller("iam").put_user_policy(UserName="u", PolicyName="stop", PolicyDocument=document(DENY_ALL))
        time.sleep(0.6)
        self.assertIn(instances(caller), REFUSALS)


class Limited(Strict):
    """So many writes a second, however many reads."""

    arguments = ("--write-rate", "0.05")

    def test_writes_are_throttled_and_reads_are_not(self) -> None:
        iam, ec2 = self.root("iam"), self.root("ec2")
        self.assertEqual([code(lambda n=number: iam.create_user(UserName=f"u{n}")) for number in range(3)], ["OK", "Throttling", "Throttling"])
        self.assertEqual(code(lambda: ec2.create_key_pair(KeyName="k")), "RequestLimitExceeded")
        self.assertEqual({code(lambda: iam.list_users()) for _ in range(15)}, {"OK"})

    def test_the_limit_by_the_clock(self) -> None:
        now = [100.0]
        limit = WriteLimit(15, lambda: now[0])

        def passed(asked: int) -> int:
            done = 0
            for _ in range(asked):
                try:
                    limit.take(ACCOUNT)
                    done += 1
                except AwsError:
                    pass
            return done

        self.assertEqual((passed(40), passed(40)), (15, 0))
        now[0] += 1 / 15 + 1e-6
        self.assertEqual(passed(40), 1)
        now[0] += 1
        self.assertEqual(passed(40), 15)
        now[0] += 60
        self.assertEqual(passed(40), 15, "what was not used is not saved up")
        self.assertEqual(WriteLimit(0).take(ACCOUNT), None)
        late = WriteLimit(0, lambda: now[0])
        late.rate = 15
        limit = late
        self.assertEqual(passed(40), 15, "a limit that is set later begins full, too")


if __name__ == "__main__":
    unittest.main()
