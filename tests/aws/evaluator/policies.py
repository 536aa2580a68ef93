"""Policy documents by chance, over the things of one world. Knows no server."""

from __future__ import annotations

import json
from random import Random
from typing import Any

ACTIONS = ("*", "s3:*", "s3:Get*", "S3:getobject", "s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:?etObject", "iam:*", "iam:Get*", "iam:GetUser", "iam:ListUsers",
           "iam:GetRole", "ec2:*", "ec2:DescribeInstances", "ec2:Describe*", "sts:AssumeRole", "sts:*")
FAR, NEAR = "2031-01-01T00:00:00Z", "2021-01-01T00:00:00Z"
Condition = dict[str, dict[str, Any]]


class Maker:
    """`places` are ARNs and account numbers that requests are about; `principals` whom resource policies may name."""

    def __init__(self, chance: Random, places: list[str], account: str, principals: list[str]):
        self.chance, self.places, self.account, self.principals = chance, places, account, principals

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def some(self, options: Any, most: int = 3) -> Any:
        """One as text, or several as a list: both are allowed everywhere."""
        count = self.chance.choice((1, 1, 1, 2, most))
        picked = [self.chance.choice(list(options)) for _ in range(count)]
        return picked[0] if count == 1 and self.often(0.5) else picked

    def resource(self) -> str:
        place = self.chance.choice(self.places)
        form = self.chance.randrange(9)
        if form < 4:
            return "*"
        if form == 4:
            return place
        if form == 5:
            return place[:-1] + "*"
        if form == 6:
            return ":".join(place.split(":")[:3] + ["*", "*", "*"])
        if form == 7:
            return place[:-2] + "?" + place[-1]
        return self.chance.choice(("arn:aws:s3:::${aws:username}/*", "arn:aws:iam::*:user/${aws:username}", "arn:aws:s3:::*", "arn:aws:iam::*:*", "arn:aws:s3:::*/k*",
                                   "arn:aws:s3:::${aws:PrincipalTag/team, 'docs'}*", f"arn:aws:iam::{self.account}:user/U*"))

    def condition(self) -> Condition:
        pick, negated = self.chance.choice, self.often(0.35)
        exists = "IfExists" if self.often(0.25) else ""
        forms: list[Condition] = [
            {("StringNotEquals" if negated else "StringEquals") + exists: {pick(("aws:username", "AWS:UserName")): self.some(("u0", "u1", "u2", "U0"))}},
            {("StringNotLike" if negated else "StringLike") + exists: {"aws:userid": self.some(("*:one", "A*", "*", "x?"))}},
            {("StringNotEqualsIgnoreCase" if negated else "StringEqualsIgnoreCase") + exists: {"aws:PrincipalType": self.some(("user", "ASSUMEDROLE", "x"))}},
            {("ArnNotLike" if negated else pick(("ArnLike", "ArnEquals"))) + exists: {"aws:PrincipalArn": self.some((*self.principals, "arn:aws:iam::*:user/*", "arn:aws:iam::*:role/r?", "arn:*:role/r0", "*"))}},
            {("NotIpAddress" if negated else "IpAddress") + exists: {"aws:SourceIp": self.some(("198.51.100.0/24", "203.0.113.9", "0.0.0.0/0", "2001:db8::/32", "198.51.100.7/32"))}},
            {pick(("DateLessThan", "DateGreaterThan", "DateGreaterThanEquals", "DateLessThanEquals", "DateNotEquals")) + exists: {pick(("aws:CurrentTime", "aws:TokenIssueTime", "aws:EpochTime")): pick((FAR, NEAR, "1609459200"))}},
            {pick(("NumericLessThan", "NumericGreaterThan", "NumericGreaterThanEquals", "NumericNotEquals")) + exists: {pick(("aws:EpochTime", "aws:MultiFactorAuthAge", "s3:max-keys")): pick(("1609459200", "4000000000", "10"))}},
            {"Bool" + exists: {pick(("aws:MultiFactorAuthPresent", "aws:SecureTransport", "aws:ViaAWSService")): pick(("true", "false", True, False))}},
            {"Null": {pick(("aws:TokenIssueTime", "aws:username", "aws:PrincipalOrgID", "aws:SourceIp")): pick(("true", "false", ["true", "false"]))}},
            {pick(("ForAllValues:", "ForAnyValue:")) + ("StringNotEquals" if negated else "StringEquals") + exists: {pick(("aws:TagKeys", "aws:RequestedRegion")): self.some(("us-east-1", "eu-west-1"))}},
            {("StringNotEquals" if negated else "StringEquals"): {"aws:PrincipalAccount": self.some((self.account, "666677778888"))}},
            {"StringEquals": {"aws:RequestedRegion": "us-east-1", "aws:PrincipalAccount": self.account}},
            {"StringLike": {"aws:PrincipalArn": "*${aws:username}"}},
            {"BinaryEquals" + exists: {"aws:UserAgent": pick(("c3RhbmNo", "other"))}},
        ]
        first = self.chance.choice(forms)
        return {**self.chance.choice(forms), **first} if self.often(0.2) else first

    def statement(self, denies: float) -> dict[str, Any]:
        found: dict[str, Any] = {"Effect": "Deny" if self.often(denies) else "Allow"}
        found["NotAction" if self.often(0.12) else "Action"] = self.some(ACTIONS)
        found["NotResource" if self.often(0.1) else "Resource"] = self.some([self.resource() for _ in range(3)])
        if self.often(0.4):
            found["Condition"] = self.condition()
        return found

    def document(self, denies: float = 0.15, most: int = 3, whole: float = 0.25) -> str:
        """`whole`: how often one statement allows everything, so that what limits it decides."""
        parts = [self.statement(denies) for _ in range(self.chance.randint(1, most))]
        if self.often(whole):
            parts.append({"Effect": "Allow", "Action": "*", "Resource": "*"})
        version = {"Version": "2012-10-17"} if self.often(0.85) else {"Version": "2008-10-17"}
        return json.dumps({**version, "Statement": parts[0] if len(parts) == 1 and self.often(0.5) else parts})

    def principal(self) -> Any:
        return self.chance.choice(("*", {"AWS": "*"}, {"AWS": self.some(self.principals)}, {"AWS": self.some(self.principals)}, {"AWS": self.chance.choice(self.principals)},
                                   {"AWS": f"arn:aws:iam::{self.account}:root"}, {"AWS": self.account}, {"Service": "ec2.amazonaws.com"}, {"AWS": ["AIDACKCEVSQ6C2EXAMPLE", self.account]}))

    def of_resource(self, resources: list[str], exempt: list[list[str]]) -> str:
        """A bucket's policy. `NotPrincipal` lists everybody with all their names, as AWS asks for."""
        parts = []
        for _ in range(self.chance.randint(1, 3)):
            part = self.statement(0.25)
            part.pop("NotResource", None)
            part["Resource"] = self.some(resources)
            if part["Effect"] == "Deny" and self.often(0.3):
                part["NotPrincipal"] = {"AWS": self.chance.choice(exempt)}
            else:
                part["Principal"] = self.principal()
            parts.append(part)
        return json.dumps({"Version": "2012-10-17", "Statement": parts})

    def trust(self) -> str:
        part: dict[str, Any] = {"Effect": "Allow", "Principal": self.principal(), "Action": "sts:AssumeRole"}
        if self.often(0.3):
            part["Condition"] = self.chance.choice(({"StringEquals": {"sts:ExternalId": "x1"}}, {"StringLike": {"sts:RoleSessionName": "o*"}}, self.condition()))
        parts = [part]
        if self.often(0.15):
            parts.append({"Effect": "Deny", "Principal": self.principal(), "Action": "sts:AssumeRole"})
        return json.dumps({"Version": "2012-10-17", "Statement": parts})
