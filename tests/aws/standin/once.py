"""What moto computes for every account or every request, computed once: AWS managed policies, the list of services, models of operations."""

from __future__ import annotations

import copy
import threading
from typing import Any

import moto.backends
from moto.core.model import OperationModel, ServiceModel
from moto.iam import models


def share() -> None:
    _share_managed_policies()
    make_models_one_at_a_time()
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


def make_models_one_at_a_time() -> None:
    """Guards the models of operations with a lock: requests arrive on many threads.

    moto's `ServiceModel.operation_model` and botocore's, which it calls, cache under the same key. Between the two writes, another
    thread finds botocore's model there, which lacks `http_trait`, and its request fails.
    """
    lock = threading.RLock()
    make = ServiceModel.operation_model

    def one_at_a_time(self: ServiceModel, operation_name: str) -> OperationModel:
        with lock:
            return make(self, operation_name)

    ServiceModel.operation_model = one_at_a_time
