"""Reading locks: the pins, and every way in which a lock can be other than its sources ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.environments.environment import Environment, all_environments, environment_names, find_environment
from remodel.environments.lockfile import LOCK_NAME, read_lock, read_pins, read_python, requirements
from remodel.environments.locking import CONTROL, environment_folder
from remodel.errors import LockError, UnknownName


def lock_paths(checkout: Checkout) -> list[Path]:
    names = [*environment_names(checkout), CONTROL]
    return [environment_folder(checkout, name) / LOCK_NAME for name in names]


def test_every_lock_of_the_project_is_fresh(checkout: Checkout) -> None:
    """No lock of this checkout is older than its sources or edited by hand."""
    paths = lock_paths(checkout)
    assert len(paths) >= 4
    for path in paths:
        read_lock(path)


def test_no_lock_names_a_host(checkout: Checkout) -> None:
    """Locks work with every mirror: an address never begins with a scheme."""
    for path in lock_paths(checkout):
        text = path.read_text()
        assert "://" not in text
        assert "${PYPI_FILES}" in text and "${CONDA_CHANNEL}" in text


def test_locks_tell_what_made_them_and_no_time(checkout: Checkout) -> None:
    """The first line of each lock is the command that makes it again."""
    for path, name in zip(lock_paths(checkout), [*environment_names(checkout), CONTROL], strict=True):
        assert path.read_text().startswith(f"# DO NOT EDIT. Made by: python -m remodel environment lock {name}\n")


def test_pins_are_complete(checkout: Checkout) -> None:
    """Every environment pins scikit-learn and what models need, each by one sha256; the control one has none of it."""
    for environment in all_environments(checkout):
        assert {"scikit-learn", "numpy", "scipy", "pandas", "skops", "packaging"} <= environment.versions.keys()
        assert environment.versions["scikit-learn"].startswith(environment.name.removeprefix("sklearn-"))
        assert all(len(pin.sha256) == 64 for pin in environment.pins)
    control = find_environment(checkout, CONTROL)
    assert {"hydra-core", "pyarrow", "packaging"} <= control.versions.keys()
    assert not {"scikit-learn", "dvc", "pytest", "uv"} & control.versions.keys()


def test_the_hosts_own_packages_are_in_the_control_lock(checkout: Checkout) -> None:
    """.venv takes all categories: DVC, uv and the tools are pinned there too, each name once."""
    pins = read_pins(checkout.root / LOCK_NAME)
    names = [pin.name for pin in pins]
    assert {"dvc", "uv", "filelock", "pytest", "ruff", "conda-lock", "setuptools"} <= set(names)
    assert names == sorted(set(names))


def test_requirements_are_hashes_and_no_addresses(checkout: Checkout) -> None:
    """What pip and uv are given: one line a wheel."""
    pins = read_pins(checkout.docker / "sklearn-1.9" / LOCK_NAME)
    lines = requirements(pins).splitlines()
    assert len(lines) == len(pins)
    assert f"scikit-learn==1.9.1 --hash=sha256:{pins[[p.name for p in pins].index('scikit-learn')].sha256}" in lines


def test_a_lock_edited_by_hand_is_refused(copied: Checkout) -> None:
    """A changed version is an error that names the lock, both digests and the ways back."""
    path = copied.docker / "sklearn-1.5" / LOCK_NAME
    path.write_text(path.read_text().replace("version: 1.5.2", "version: 1.5.1"))
    with pytest.raises(LockError) as caught:
        find_environment(copied, "sklearn-1.5")
    assert f"{path} was edited by hand" in str(caught.value)
    assert "python -m remodel environment lock sklearn-1.5" in str(caught.value)


def test_a_stale_lock_is_refused(copied: Checkout) -> None:
    """A source changed after locking is an error that names both files and the command."""
    source = copied.docker / "sklearn-1.5" / "environment.yml"
    source.write_text(source.read_text() + "# changed\n")
    with pytest.raises(LockError, match=r"is stale: environment\.yml.*python -m remodel environment lock sklearn-1\.5"):
        find_environment(copied, "sklearn-1.5")


@pytest.mark.parametrize("source", ["environment.yml", "environment-host.yml", "environment-dev.yml"])
def test_every_source_of_the_control_lock_counts(copied: Checkout, source: str) -> None:
    """The top-level lock is stale as soon as one of its three sources changes."""
    with (copied.root / source).open("a") as stream:
        stream.write("# changed\n")
    with pytest.raises(LockError, match=rf"is stale: {source}.*python -m remodel environment lock control"):
        find_environment(copied, CONTROL)


def test_a_missing_source_is_named(copied: Checkout) -> None:
    """A lock without the file it was made from says which one is missing."""
    (copied.root / "environment-dev.yml").unlink()
    with pytest.raises(LockError, match=r"environment-dev\.yml, which is missing"):
        find_environment(copied, CONTROL)


def test_a_missing_lock_is_named(copied: Checkout) -> None:
    """An environment without a lock says how to lock it."""
    (copied.docker / "sklearn-1.5" / LOCK_NAME).unlink()
    with pytest.raises(
        LockError, match=r"conda-lock\.yml is missing\. Lock again: python -m remodel environment lock sklearn-1\.5"
    ):
        find_environment(copied, "sklearn-1.5")


def test_a_lock_without_header_is_refused(copied: Checkout) -> None:
    """A file straight out of conda-lock has no digest of its own to be checked."""
    path = copied.docker / "sklearn-1.5" / LOCK_NAME
    path.write_text(path.read_text().partition("version: 1\n")[2])
    with pytest.raises(LockError, match=r"has no line '# lock sha256: \.\.\.'"):
        read_lock(path)


def test_a_lock_without_python_is_refused(tiny_body: Path) -> None:
    """The interpreter is part of an environment."""
    with pytest.raises(LockError, match=r"locks no python\. Add python=3\.x"):
        read_python(tiny_body)


def test_an_unknown_environment_gets_the_choices(checkout: Checkout) -> None:
    """A misspelt name gets the nearest one."""
    with pytest.raises(UnknownName, match=r"did you mean 'sklearn-1\.5'\? valid: .*sklearn-0\.24"):
        find_environment(checkout, "sklearn-15")


def test_a_python_without_base_is_an_error(copied: Checkout) -> None:
    """docker/base.yaml decides which interpreters there are images for."""
    path = copied.docker / "base.yaml"
    path.write_text(path.read_text().replace('"3.9":', '"3.8":'))
    with pytest.raises(LockError, match=r"no suite for Python 3\.9: it has 3\.11, 3\.8"):
        find_environment(copied, "sklearn-0.24")


def test_tools_of_the_host_do_not_touch_the_control_image(checkout: Checkout) -> None:
    """The digest of an image's wheels is made of its own wheels, not of the whole lock."""
    control = find_environment(checkout, CONTROL)
    more = Environment(**{**_fields(control), "lock_sha256": "0" * 64})
    assert more.wheels_sha256 == control.wheels_sha256


@pytest.fixture
def tiny_body(tmp_path: Path) -> Path:
    from remodel.environments.locking import with_header

    path = tmp_path / LOCK_NAME
    path.write_text(with_header("version: 1\npackage:\n", tmp_path, [], path))
    return path


def _fields(environment: Environment) -> dict[str, object]:
    return {name: getattr(environment, name) for name in Environment.__dataclass_fields__}
