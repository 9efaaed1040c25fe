"""`retired:` in conf/model/<name>.yaml: why a model is not built any more, everywhere or in one environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from remodel.checkout import Checkout
from remodel.errors import UnknownName
from remodel.recipes.params import read_params
from remodel.yaml import parse, read_yaml

Reason = Annotated[str, Field(min_length=1, pattern=r"\S")]


class Retirement(BaseModel):
    """The key `retired` among all others of the file, which are Hydra's to check."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    retired: Reason | dict[str, Reason] | None = None


def retired_reason(checkout: Checkout, model: str, environment: str) -> str | None:
    """Why a model is retired in an environment; None where it is not. UsageError where the key is not understood."""
    name = f"conf/model/{model}.yaml"
    retired = parse(Retirement, read_yaml(checkout.conf / "model" / f"{model}.yaml"), name).retired
    if not isinstance(retired, dict):
        return retired and " ".join(retired.split())
    valid = read_params(checkout).environments
    for named in retired:
        if named not in valid:
            raise UnknownName("environment", named, valid, f"{name}, retired")
    reason = retired.get(environment)
    return reason and " ".join(reason.split())
