"""What `remodel model verify` is asked for, what it varies, and how it tells a difference: pure functions."""

from __future__ import annotations

import json

import pytest

from remodel import process
from remodel.checkout import Checkout
from remodel.engines.podman import Podman
from remodel.engines.venv import Venv
from remodel.environments.variables import fixed_environment
from remodel.errors import EngineError, UnknownName, UsageError, error_class
from remodel.examine.verify.command import failure
from remodel.examine.verify.conditions import varied
from remodel.examine.verify.differences import is_stale, read_differences
from remodel.examine.verify.emulation import TARGET, find_emulator
from remodel.examine.verify.rebuild import Rebuilt
from remodel.examine.verify.targets import choose_targets
from remodel.recipes.params import Params, read_params
from remodel.results.target import Target

PINNED = {
    "PATH",
    "HOME",
    "PYTHONPATH",
    "PYTHONSAFEPATH",
    "PYTHONDONTWRITEBYTECODE",
    "ORT_DISABLE_TELEMETRY",
    "PYTHONNOUSERSITE",
    "PYTHONUNBUFFERED",
    "OPENBLAS_CORETYPE",
    "GLIBC_TUNABLES",
}
"""Variables of the fixed environment that a build may depend on: where things are, and the profile of the CPU."""


@pytest.fixture
def params(checkout: Checkout) -> Params:
    return read_params(checkout)


def test_targets_are_named_or_all(params: Params) -> None:
    """Each once, in the order of the command line; --all is the matrix of params.yaml."""
    word = "credit_mlp@sklearn-1.9"
    assert choose_targets(params, [word, word], False) == [Target("credit_mlp", "sklearn-1.9")]
    assert len(choose_targets(params, [], True)) == len(params.models) * len(params.environments)


@pytest.mark.parametrize(
    ("words", "everything", "kind", "message"),
    [
        ([], False, UsageError, "verify needs models or --all, and not both"),
        (["credit_mlp@sklearn-1.9"], True, UsageError, "verify needs models or --all, and not both"),
        (
            ["credit_mlp"],
            False,
            UsageError,
            "'credit_mlp' names no environment. For example: remodel model verify credit_mlp@",
        ),
        (["credit_mpl@sklearn-1.9"], False, UnknownName, "unknown model 'credit_mpl' in params.yaml: did you mean"),
        (["credit_mlp@sklearn-1.8"], False, UnknownName, "unknown environment 'sklearn-1.8' in params.yaml: did you"),
    ],
)
def test_slips_are_answered(
    params: Params, words: list[str], everything: bool, kind: type[UsageError], message: str
) -> None:
    """Neither, both, no environment, and names that params.yaml does not have."""
    with pytest.raises(kind) as caught:
        choose_targets(params, words, everything)
    assert message in str(caught.value)


def test_everything_that_must_not_matter_is_varied() -> None:
    """Hash seed, allocator, locale, time zone, threads, host name and umask differ from the fixed ones, each time; and
    every other rebuild has one core."""
    fixed = fixed_environment(1)
    assert set(fixed) - set(varied(0, 1).variables) == PINNED
    for number in range(10):
        conditions = varied(number, 1)
        same = {name for name, value in conditions.variables.items() if fixed.get(name) == value}
        assert same == set()
        assert conditions.hostname not in ("remodel", varied(number + 1, 1).hostname)
        assert conditions != varied(number + 1, 1)
    assert len({varied(number, 1).variables["PYTHONHASHSEED"] for number in range(10)}) == 10
    scripts = [varied(number, 1).starter[2] for number in range(3)]
    for script, mask in zip(scripts, ("0077", "0000", "0027"), strict=True):
        assert script.endswith(f'umask {mask}; exec "$@"')
    assert [script.startswith("taskset -cp ") for script in scripts] == [True, False, True]


def test_a_missing_emulator_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing and what to install."""
    monkeypatch.setattr(process, "find_program", lambda name: None)
    with pytest.raises(EngineError) as caught:
        find_emulator(Podman())
    assert str(caught.value) == (
        "--cpu needs qemu-x86_64-static, which is not installed. "
        "Install it (Debian, Ubuntu: apt-get install qemu-user-static)"
    )


def test_a_container_gets_the_static_emulator_and_a_venv_any(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container has none of the libraries of the other one."""
    monkeypatch.setattr(process, "find_program", lambda name: f"/bin/{name}" if not name.endswith("static") else None)
    assert find_emulator(Venv()).mounts == ()
    assert "exec '/bin/qemu-x86_64' -cpu Haswell" in find_emulator(Venv()).run
    with pytest.raises(EngineError):
        find_emulator(Podman())
    monkeypatch.setattr(process, "find_program", lambda name: f"/bin/{name}")
    assert [mount.target for mount in find_emulator(Podman()).mounts] == [TARGET]


def test_differences_are_told_model_first(checkout: Checkout) -> None:
    """The model is the cause of what differs in its manifest; what is left out is counted."""
    path = checkout.root / "tests/unit/contract/examples/differences/valid-two-files.json"
    found = read_differences(json.loads(path.read_bytes()))
    assert [list(entry.lines()) for entry in found] == [
        ["model.onnx: the file: 812 bytes in models/, nothing now"],
        ["scores.json: $.rows: 150 in models/, 149 now", "scores.json: and 3 more"],
    ]
    assert not is_stale(found)
    error = failure([Rebuilt(Target("m", "e"), {}, found, 1.0)], 3)
    assert str(error) == (
        "1 of 3 models have other bytes: m@e: model.onnx: the file: 812 bytes in models/, nothing now. "
        "docs/verify.md tells where to look"
    )
    assert error_class(8) is type(error)


@pytest.mark.parametrize(
    ("file", "place", "stale"),
    [
        ("manifest.json", "$.source.builder_sha256", True),
        ("manifest.json", "$.environment.lock_sha256", True),
        ("manifest.json", "$.data.files.folds", True),
        ("manifest.json", '$.artifacts["model.skops"].sha256', False),
        ("scores.json", "$.source.x", False),
    ],
)
def test_a_stale_model_is_told_from_an_unstable_one(file: str, place: str, stale: bool) -> None:
    """Another recipe, source, snapshot or lock stands in the manifest."""
    difference = {"place": place, "left": "1", "right": "2"}
    document = {"schema_version": 1, "files": [{"file": file, "differences": [difference], "more": 0}]}
    assert is_stale(read_differences(document)) is stale
