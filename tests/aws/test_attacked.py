#!/usr/bin/env python3
"""What a containment is judged by, tried with one done by hand: who can call, what was written, whether an undo left anything behind."""

from __future__ import annotations

import tempfile
import time
import unittest
from pathlib import Path

import state
from attacked import attacked
from story.account import HOME, document
from test_hostile import contain
from test_standin import DENY_ALL

HONEST = ["alice.admin", "bob.dev", "responder", "ses-mailer"]
STOLEN = ["aws-support-svc", "breakglass-session", "ci-deploy", "ses-mailer-2"]


class ByHand(unittest.TestCase):
    def test_a_containment_is_seen_and_its_undo_leaves_nothing(self) -> None:
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        account = self.enterContext(attacked(folder))
        self.assertEqual((account.able(True), account.able(False)), (STOLEN, HONEST))
        iam = account.caller("responder")("iam")
        before = account.state()
        self.assertEqual(state.differences(before, account.state()), {})
        self.assertGreater(len(before), 150)
        account.forget_requests()
        iam.list_users()
        self.assertEqual(account.writes(), [], "reading writes nothing")
        iam.put_user_policy(UserName="bob.dev", PolicyName="contained", PolicyDocument=document(DENY_ALL))
        self.assertEqual(account.calls("bob.dev"), [])
        self.assertEqual(list(state.differences(before, account.state())), [f"{HOME}/iam/UserDetailList/bob.dev"])
        iam.delete_user_policy(UserName="bob.dev", PolicyName="contained")
        self.assertEqual(state.differences(before, account.state()), {})
        self.assertEqual([each["operation"] for each in account.writes()], ["PutUserPolicy", "DeleteUserPolicy"])
        self.assertEqual(list(account.first_denies()), ["bob.dev"])
        account.forget_requests()
        with account.under_fire() as summary:
            contain(iam, account.credentials)
            time.sleep(3)
        self.assertEqual((account.able(True), account.able(False)), ([], HONEST))
        self.assertEqual({label for label, each in summary["credentials"].items() if each["last"] == "allowed"}, set())
        self.assertTrue({"ci-deploy", "aws-support-svc", "breakglass", "billing"} <= set(account.first_denies()))
        self.assertEqual(min(account.first_denies().values()), 0.0)

    def test_documents_are_the_same_in_other_words(self) -> None:
        one = {"PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}, DENY_ALL]}}
        other = {"PolicyDocument": '{"Statement": [{"Effect":"Deny","Action":"*","Resource":["*"]}, {"Resource":"*","Action":"s3:*","Effect":"Allow"}], "Version":"2012-10-17"}'}
        self.assertEqual(state.normal(one), state.normal(other))
        self.assertNotEqual(state.normal(one), state.normal({"PolicyDocument": document(DENY_ALL)}))


if __name__ == "__main__":
    unittest.main()
