"""What moto works out anew for every account or every request, worked out once: AWS's own policies, the list of its services."""

from __future__ import annotations

import copy
from typing import Any

import moto.backends
from moto.iam import models


def share() -> None:
    _share_managed_policies()
    services = tuple(moto.backends.list_of_moto_modules())
    moto.backends.list_of_moto_modules = lambda: iter(services)


def _share_managed_policies() -> None:
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
