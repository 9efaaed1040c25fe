"""Solving: the real conda-lock where a solver is at hand, and the text of a lock as a pure function everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.environments import locking
from remodel.environments.lockfile import LOCK_NAME, read_pins, read_python
from remodel.environments.locking import is_pinned, lock, pinned, without_hosts
from remodel.errors import LockError, UnknownName
from remodel.process import Finished

SOLVED = """# made by somebody
version: 1
package:
- name: libzlib
  version: 1.3.1
  manager: conda
  dependencies: {{}}
  url: https://channel.invalid/some/where/linux-64/libzlib-1.3.1-0.conda
  category: main
- name: tiny
  version: '1.0'
  manager: pip
  dependencies: {{}}
  url: {url}
  category: main
"""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://files.invalid/packages/ab/cd/tiny-1.0-py3-none-any.whl", "packages/ab/cd/tiny-1.0-py3-none-any.whl"),
        ("https://u:p@mirror.invalid/x/packages/ab/tiny-1.0.tar.gz#sha256=ab", "packages/ab/tiny-1.0.tar.gz"),
        ("file:///opt/wheels/tiny-1.0-py3-none-any.whl", "tiny-1.0-py3-none-any.whl"),
        ("http://mirror.invalid:8080/simple/tiny/tiny-1.0.zip", "tiny-1.0.zip"),
    ],
)
def test_addresses_become_variables(url: str, expected: str) -> None:
    """Wheels are named from ${PYPI_FILES} on, conda packages from ${CONDA_CHANNEL} on; no host, no password stays."""
    text = without_hosts(SOLVED.format(url=url))
    assert f"  url: ${{PYPI_FILES}}/{expected}\n" in text
    assert "  url: ${CONDA_CHANNEL}/linux-64/libzlib-1.3.1-0.conda\n" in text
    assert "invalid" not in text
    assert text.startswith("version: 1\n")


def test_an_address_elsewhere_is_refused() -> None:
    """A host in a place that nobody expected is not written."""
    solved = SOLVED.format(url="https://files.invalid/packages/a/tiny.whl") + "  source: https://other.invalid/x\n"
    with pytest.raises(LockError, match="still names an address"):
        without_hosts(solved)


def test_a_python_package_of_the_conda_half_alone_is_refused() -> None:
    """It would be missing among the wheels that engines install."""
    solved = SOLVED.format(url="x/tiny.whl").replace("dependencies: {}", "dependencies:\n    python: '>=3.9'", 1)
    with pytest.raises(LockError, match="libzlib would be locked as a conda package only"):
        without_hosts(solved)


def test_an_unknown_environment_is_named(copied: Checkout) -> None:
    """A misspelt name gets the choices, the top-level one among them."""
    with pytest.raises(UnknownName, match=r"valid: control, sklearn-0\.24"):
        lock(copied, "sklearn-2")


def test_without_a_solver_the_error_says_what_to_install(copied: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """No conda, mamba or micromamba on PATH."""
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(LockError, match=r"no conda, mamba or micromamba is installed\. Install one"):
        lock(copied, "sklearn-1.9", upgrade=True)


def test_a_solver_that_dies_by_signal_is_asked_again(copied: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to a few times; a solver that answers is believed at once."""
    calls: list[object] = []

    def run(argv: list[str], **options: object) -> Finished:
        calls.append(argv)
        return Finished(tuple(argv), 1, "died with <Signals.SIGABRT: 6>" if len(calls) < 3 else "Error: no such thing")

    monkeypatch.setattr(locking.process, "run", run)
    monkeypatch.setattr(locking, "_environment", dict)
    monkeypatch.setattr(locking, "_solver", lambda copied: [])
    with pytest.raises(LockError, match="no such thing"):
        lock(copied, "sklearn-1.9", upgrade=True)
    assert len(calls) == 3


@pytest.fixture
def solver(checkout: Checkout) -> Path:
    path = checkout.root.parent / "shared" / "conda" / "conda"
    if not path.is_file() and locking.process.find_program("conda") is None:
        pytest.skip("no solver: neither ../shared/conda beside the checkout nor a conda on PATH")
    return path


@pytest.fixture
def beside(solver: Path, copied: Checkout) -> Checkout:
    """The copied checkout, with the solver beside it as it is beside this one."""
    if solver.is_file():
        (copied.root.parent / "shared").symlink_to(solver.parent.parent)
    return copied


def test_locking_again_gives_the_committed_lock(beside: Checkout, checkout: Checkout) -> None:
    """Apart from versions that came out since: the same packages, sources and Python, and a lock that reads."""
    committed = checkout.docker / "sklearn-1.9" / LOCK_NAME
    written = lock(beside, "sklearn-1.9", upgrade=True)
    assert shape(written) == shape(committed)
    assert read_python(written) == read_python(committed)
    old = {pin.name: pin for pin in read_pins(committed)}
    for pin in read_pins(written):
        assert pin == old[pin.name] or pin.version != old[pin.name].version


def test_what_did_not_change_stays_as_it_was(beside: Checkout) -> None:
    """The same sources: the same bytes, and nothing is solved. Others: only what they pin moves."""
    path = beside.docker / "sklearn-1.9" / LOCK_NAME
    before, old = path.read_bytes(), {pin.name: pin.version for pin in read_pins(path)}
    lines: list[str] = []
    lock(beside, "sklearn-1.9", lines.append)
    assert path.read_bytes() == before
    assert lines == ["lock sklearn-1.9: as it was, for its sources are (--upgrade takes what they do not pin anew)"]
    source = path.parent / "environment.yml"
    source.write_text(source.read_text().replace("scikit-learn==1.9.1", "scikit-learn==1.9.0"))
    lock(beside, "sklearn-1.9")
    new = {pin.name: pin.version for pin in read_pins(path)}
    assert {name for name in {**old, **new} if old.get(name) != new.get(name)} == {"scikit-learn"}


def test_more_pins_go_where_they_belong() -> None:
    """A wheel that a source names without a version gets it there, any other follows `pip:`."""
    source = "dependencies:\n  - python=3.11\n  - pip:\n      - jsonschema\n      - numpy==2.0\n"
    assert pinned(source, {"jsonschema": "4.0", "attrs": "25.1"}) == (
        "dependencies:\n  - python=3.11\n  - pip:\n      - attrs==25.1\n      - jsonschema==4.0\n      - numpy==2.0\n"
    )
    assert is_pinned("numpy", source) and not is_pinned("jsonschema", source)


def test_no_solution_is_an_error_in_the_solvers_words(beside: Checkout) -> None:
    """A version that does not exist: the error names it, and the old lock stays."""
    source = beside.docker / "sklearn-1.9" / "environment.yml"
    source.write_text(source.read_text().replace("scikit-learn==1.9.1", "scikit-learn==99.0"))
    before = (source.parent / LOCK_NAME).read_bytes()
    with pytest.raises(LockError, match=r"no solution.*scikit-learn.*Change the pins"):
        lock(beside, "sklearn-1.9")
    assert (source.parent / LOCK_NAME).read_bytes() == before


def shape(path: Path) -> list[str]:
    """A lock's lines with everything that another version may change left out."""
    text = re.sub(r"^    (?!linux-64)\S+: .*\n", "", path.read_text(), flags=re.MULTILINE)
    kept = re.compile(r"^(- name: |  manager: |  category: |# environment)")
    return sorted({line for line in text.splitlines() if kept.match(line)})
