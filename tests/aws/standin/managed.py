"""AWS's own policies, made once and copied for each account: moto reads all of them anew for every account that is named."""

from __future__ import annotations

import copy
from typing import Any

from moto.iam import models


def share_managed_policies() -> None:
    made: list[Any] = []
    make = models.IAMBackend._init_aws_policies

    def of_account(self: models.IAMBackend) -> list[Any]:
        if not made:
            made.extend(make(self))
        copies = [copy.copy(policy) for policy in made]
        for policy in copies:
            policy.account_id = self.account_id
        return copies

    models.IAMBackend._init_aws_policies = of_account
