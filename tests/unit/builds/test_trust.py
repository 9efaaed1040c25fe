"""conf/trust.yaml: what it may hold, what a release does with it, and that nothing of ours unpickles."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import contract
from remodel.builds.trust import check_released, read_trust, trust_document
from remodel.checkout import Checkout
from remodel.errors import BuildError, UsageError
from remodel.files import write_json
from remodel.recipes.params import Params, read_params
from remodel.results.endings import retired_document

PICKLES = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}


def write(copied: Checkout, text: str) -> None:
    (copied.conf / "trust.yaml").write_text(text)


def test_the_list_of_the_checkout_is_sound(checkout: Checkout) -> None:
    """Every type has a reason, and a build gets a document of its contract."""
    found = read_trust(checkout)
    assert "sklearn.tree._tree.Tree" in found
    document = contract.check("trust", trust_document(checkout), "trust.json")
    assert document["types"] == sorted(found)


def test_groups_are_for_readers_only(copied: Checkout) -> None:
    """Types of all groups, sorted; an empty or missing list trusts nothing more."""
    write(copied, "b:\n  x.Y: because\na:\n  a.B: because\n")
    assert trust_document(copied)["types"] == ["a.B", "x.Y"]
    write(copied, "# nothing\n")
    assert read_trust(copied) == {}
    (copied.conf / "trust.yaml").unlink()
    assert read_trust(copied) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a.B\n", "conf/trust.yaml is not a mapping of groups"),
        ("a.B: because\n", "conf/trust.yaml is not a mapping of groups"),
        ("g:\n  sklearn.*: all of it\n", "conf/trust.yaml: 'sklearn.*' is not the dotted name of one type"),
        ("g:\n  Tree: because\n", "conf/trust.yaml: 'Tree' is not the dotted name of one type"),
        ("g:\n  1: because\n", "conf/trust.yaml: '1' is not the dotted name of one type"),
        ("g:\n  a.B:\n", "conf/trust.yaml: a.B has no reason in one line"),
        ("g:\n  a.B: true\n", "conf/trust.yaml: a.B has no reason in one line"),
        ("g:\n  a.B: because\nh:\n  a.B: because\n", "conf/trust.yaml lists a.B twice"),
    ],
)
def test_a_wrong_list_is_told_in_one_line(copied: Checkout, text: str, message: str) -> None:
    """No wildcard, no type without a reason."""
    write(copied, text)
    with pytest.raises(UsageError) as caught:
        read_trust(copied)
    assert caught.value.message == message
    assert caught.value.advice


def test_a_type_taken_out_of_the_list_is_not_released(copied: Checkout) -> None:
    """A change of the list builds nothing again; what was built before is held against it at the release."""
    params = read_params(copied)
    place(copied, params, ["sklearn.tree._tree.Tree"])
    check_released(copied, params)
    write(copied, "")
    with pytest.raises(BuildError) as caught:
        check_released(copied, params)
    assert caught.value.exit_code == 4
    assert caught.value.message == (
        f"{params.models[1]} in sklearn-1.9 holds sklearn.tree._tree.Tree, which conf/trust.yaml does not list"
    )


def test_a_model_that_is_not_built_holds_nothing(copied: Checkout) -> None:
    """Retired or failed in the release environment: there is no file to be trusted."""
    params = read_params(copied)
    folder = copied.models / params.models[0] / params.release_environment
    write_json(folder / "result.json", retired_document(params.models[0], params.release_environment, "old"))
    check_released(copied, params)


def place(copied: Checkout, params: Params, types: list[str]) -> None:
    """A result of the second model, which needs these types."""
    example = json.loads((Path(__file__).parents[1] / "contract/examples/result/valid-exported.json").read_bytes())
    folder = copied.models / params.models[1] / params.release_environment
    folder.mkdir(parents=True)
    (folder / "result.json").write_text(json.dumps({**example, "untrusted_types": types}))


def test_the_list_is_no_input_of_a_recipe_or_a_build(checkout: Checkout) -> None:
    """DVC builds no model again when the list changes; the package stage depends on it."""
    import yaml

    stages = yaml.safe_load((checkout.root / "dvc.yaml").read_text())["stages"]
    assert not any("trust" in dependency or dependency == "conf" for dependency in stages["train"]["deps"])
    assert "conf/trust.yaml" in stages["package"]["deps"]


def unpickling(path: Path) -> Iterator[str]:
    """Every place of a file that could unpickle something: imports of picklers, and numpy told to."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str | None] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # dumps writes: what a model weighs as a pickle is measured.
            names = [] if [alias.name for alias in node.names] == ["dumps"] else [node.module]
        elif isinstance(node, ast.Call):
            names = list(_calls(node))
        if any(name and name.split(".")[0] in PICKLES for name in names):
            yield f"{path}:{node.lineno}"


def _calls(node: ast.Call) -> Iterator[str]:
    """The word "pickle" for a call that may unpickle: allow_pickle that is not False, or pandas' reader."""
    if any(word.arg == "allow_pickle" and not _is_false(word.value) for word in node.keywords):
        yield "pickle"
    name = ast.unparse(node.func)
    if name.endswith(("read_pickle", "import_module", "__import__")):
        yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
    if name.endswith("read_pickle"):
        yield "pickle"
    if name in ("numpy.load", "np.load") and not any(word.arg == "allow_pickle" for word in node.keywords):
        yield "pickle"


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def test_nothing_of_ours_unpickles(checkout: Checkout) -> None:
    """No pickle, no joblib, and numpy is told each time not to."""
    files = sorted(checkout.source.rglob("*.py"))
    assert len(files) > 80
    assert [place for path in files for place in unpickling(path)] == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from joblib import load",
        "from pickle import dumps, loads",
        "numpy.load(x, allow_pickle=True)",
        "numpy.load(x)",
        "pandas.read_pickle(x)",
        "importlib.import_module('pickle')",
    ],
)
def test_the_search_for_picklers_finds_each(tmp_path: Path, line: str) -> None:
    """The test above can fail."""
    (tmp_path / "planted.py").write_text(f"{line}\n")
    assert list(unpickling(tmp_path / "planted.py")) == [f"{tmp_path / 'planted.py'}:1"]


def test_skops_is_told_what_to_trust_in_one_place(checkout: Checkout) -> None:
    """Only the checked loader calls skops to load, and nothing feeds skops' own answer back to it."""
    users = {
        path.relative_to(checkout.source).as_posix(): text.count("skops.io.load")
        for path in sorted(checkout.source.rglob("*.py"))
        if "skops.io.load" in (text := path.read_text(encoding="utf-8"))
    }
    assert users == {"builder/trust/__init__.py": 1}
