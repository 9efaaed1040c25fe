"""The memory and threads that a model declares: sizes as people write them, and where they stand."""

from __future__ import annotations

import pytest

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.rebuild.budget import Budget, Needs, needs_of
from remodel.recipes.recipes import make_recipe, select_model
from remodel.recipes.resources import (
    Memory,
    MemoryLimit,
    Resources,
    chosen_limit,
    declared_limit,
    read_resources,
)

MODEL = "iris_decision_tree"
FILE = f"conf/model/{MODEL}.yaml"


def declare(checkout: Checkout, text: str) -> None:
    """Let the model's file declare resources."""
    path = checkout.root / FILE
    path.write_text(f"{path.read_text()}\nresources: {text}\n")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("4GiB", 4 << 30),
        ("512 MiB", 512 << 20),
        ("1.5G", 1_500_000_000),
        ("200MB", 200_000_000),
        ("7", 7),
        ("1gb", 10**9),
    ],
)
def test_sizes(copied: Checkout, text: str, size: int) -> None:
    """MiB is 2^20 bytes, MB a million; how it was written is kept."""
    declare(copied, f"{{memory: {text}, threads: 2}}")
    declared = read_resources(copied, MODEL)
    assert (declared.memory, declared.threads) == (Memory(size, text), 2)
    assert declared_limit(copied, MODEL) == MemoryLimit(size, text, FILE)


@pytest.mark.parametrize("text", ["much", "0", "-5", "1.5.5GiB", "4 GiB or so", "4 bananas", "true"])
def test_a_size_that_is_none(copied: Checkout, text: str) -> None:
    """The file, the key, the value, and how to write it."""
    declare(copied, f"{{memory: {text}}}")
    with pytest.raises(UsageError, match=rf"{FILE}: resources.memory is .*: not a size, write it like 4GiB or 512MiB"):
        read_resources(copied, MODEL)


def test_a_misspelt_key_is_named(copied: Checkout) -> None:
    """With the nearest one."""
    declare(copied, "{memry: 1GiB}")
    with pytest.raises(UsageError, match=r"unknown key 'resources\.memry': did you mean 'memory'"):
        read_resources(copied, MODEL)


def test_a_model_that_declares_nothing_has_no_limit(checkout: Checkout) -> None:
    """Nor has one without a file, which only the command line has."""
    assert declared_limit(checkout, MODEL) is None
    assert declared_limit(checkout, "iris-scale-svc") is None


def test_a_limit_of_the_command_line_is_told_as_one(copied: Checkout) -> None:
    """Where to raise it is not the file then."""
    declare(copied, "{memory: 1GiB}")
    own, other = Resources.model_validate({"memory": "1GiB"}), Resources.model_validate({"memory": "2GiB"})
    assert chosen_limit(copied, MODEL, own) == MemoryLimit(1 << 30, "1GiB", FILE)
    assert chosen_limit(copied, MODEL, other) == MemoryLimit(2 << 30, "2GiB", "the command line")
    assert chosen_limit(copied, "iris-scale-svc", other) == MemoryLimit(2 << 30, "2GiB", "the command line")
    assert chosen_limit(copied, MODEL, Resources()) is None


def test_memory_is_in_no_recipe(copied: Checkout) -> None:
    """It changes no byte of a model, so it must not change what a model's identity is made of."""
    snapshot = copied.data / "iris"
    (snapshot / "folds").mkdir(parents=True)
    before = select_model(copied, MODEL)
    for name in ("data.parquet", "schema.json", f"folds/{before.composed.cv.name}.json"):
        (snapshot / name).write_text("{}")
    declare(copied, "{memory: 1GiB}")
    after = select_model(copied, MODEL)
    assert after.composed.resources.memory == Memory(1 << 30, "1GiB")
    assert make_recipe(after, snapshot) == make_recipe(before, snapshot)


def test_the_budget_counts_the_same_bytes(copied: Checkout) -> None:
    """A model that could never be built here is refused with its own words."""
    declare(copied, "{memory: 200MB}")
    assert needs_of(copied, MODEL, 2, Budget(2, 200_000_000)) == Needs(2, 200_000_000)
    with pytest.raises(UsageError, match=rf"{MODEL} needs 200MB of memory, .* correct resources.memory in {FILE}"):
        needs_of(copied, MODEL, 2, Budget(2, 199_999_999))
