"""What a pickle is said to hold: symbols for objects, elements of arrays, bounds of a version."""

from __future__ import annotations

import collections
import pickle
from pathlib import Path
from typing import Any

import pytest

from pickles.budget import Budget
from pickles.elements import elements_of
from pickles.holding import Found, bounds, described
from pickles.machine import Machine
from pickles.reading import inspect
from pickles.symbols import Made, Members, Name, Pairs
from tests.unit.pickles.attacks import named, text


def value_of(content: bytes) -> Any:
    """What a machine makes of a pickle."""
    return Machine(content, Budget(), lambda name: None).run()


def plain(value: Any) -> Any:
    """A symbolic value as Python's own, where it is data alone."""
    if isinstance(value, Pairs):
        return {plain(key): plain(inner) for key, inner in value.pairs}
    if isinstance(value, Members):
        return set(value.items)
    if isinstance(value, list | tuple):
        return type(value)(map(plain, value))
    return value


@pytest.mark.parametrize("protocol", range(6))
def test_data_is_what_python_reads(protocol: int) -> None:
    """Numbers of every size, texts, containers, shared and nested."""
    shared = ["é", b"\x00\xff", 1.5, -(1 << 70), 1 << 20, 70000, True, None]
    data = {"a": shared, "b": (shared, ("x",), (1, 2), (1, 2, 3, 4)), "c": {}, "d": [], "e": "\n'\\", 5: -1}
    found = plain(value_of(pickle.dumps(data, protocol)))
    if protocol < 3:  # bytes are texts that are encoded, there: a call
        for own in (found["a"], found["b"][0]):
            assert isinstance(own[1], Made) and own[1].maker == Name("_codecs", "encode")
            own[1] = shared[1]
    assert found == data


@pytest.mark.parametrize("protocol", range(6))
def test_a_recursive_value_ends(protocol: int) -> None:
    """A list that holds itself."""
    one: list[Any] = [1]
    one.append(one)
    found = value_of(pickle.dumps(one, protocol))
    assert found[1] is found and described(found) == "list of 2"


def test_an_instance_has_its_class_and_its_state() -> None:
    """Made by a call that is not made; of Python 2 names are bytes."""
    found = value_of(pickle.dumps(collections.OrderedDict(a=1), 4))
    assert found.maker == Name("collections", "OrderedDict") and found.pairs == [("a", 1)]
    old = b"(" + b"isklearn.svm.classes\nSVC\n" + b"(U\x01CF1.0\nU\x10_sklearn_versionU\x060.19.1db."
    made = value_of(old)
    assert made.maker == Name("sklearn.svm.classes", "SVC") and made.state == {"C": 1.0, "_sklearn_version": b"0.19.1"}


@pytest.mark.parametrize(
    ("spelled", "code", "size"), [("f8", "f", 8), ("<i4", "i", 4), ("O8", "O", 8), ("U10", "U", 40), ("b1", "b", 1)]
)
def test_elements(spelled: str, code: str, size: int) -> None:
    """Letters and sizes of numpy's types."""
    found = elements_of(Made(Name("numpy", "dtype"), (spelled, False, True), "reduce"))
    assert found is not None and (found.code, found.size) == (code, size)
    assert elements_of(Made(Name("numpy", "dtype"), ("z9",), "reduce")) is None


@pytest.mark.parametrize(
    ("names", "found", "expected"),
    [
        (["sklearn.tree._classes"], {"keys": {"n_features_in_"}}, ("0.23", "")),
        (["sklearn.tree.tree", "sklearn.tree._tree"], {"nodes": {56}}, ("", "0.22")),
        (["sklearn.tree._classes"], {"nodes": {64}, "keys": {"feature_names_in_"}}, ("1.3", "")),
        (["sklearn.ensemble._gb_losses"], {"nodes": {56}}, ("0.22", "1.3")),
        (["sklearn.svm.classes"], {"estimators": 1}, ("", "0.18")),
        (["sklearn.pipeline", "sklearn.model_selection._search"], {}, ("", "")),
    ],
)
def test_bounds_of_a_version(names: list[str], found: dict[str, Any], expected: tuple[str, str]) -> None:
    """From modules, attributes and the size of a tree's node; the narrowest of each side."""
    low, high, evidence = bounds(iter(Name(name, "X") for name in names), Found(**found))
    assert (low, high) == expected
    assert bool(evidence) == (expected != ("", ""))


@pytest.mark.parametrize(
    ("name", "verdict", "word"),
    [
        ("xgboost.sklearn.XGBClassifier", "needs a package", "classes of xgboost"),
        ("lightgbm.sklearn.LGBMClassifier", "needs a package", "classes of lightgbm"),
        ("imblearn.pipeline.Pipeline", "needs a package", "classes of imblearn"),
        ("category_encoders.ordinal.OrdinalEncoder", "needs a package", "category_encoders"),
        ("__main__.Cleaner", "needs a class", "classes of its own: __main__.Cleaner"),
        ("helpers.Cleaner", "needs a class", "classes of its own: helpers.Cleaner"),
        ("sklearn.svm._classes.SVC", "can be adopted", ""),
    ],
)
def test_what_is_needed_is_named(tmp_path: Path, name: str, verdict: str, word: str) -> None:
    """A package that can be had, or a class that has to be found."""
    path = tmp_path / "x.pkl"
    state = b"}(" + text("C") + b"K\x01u"
    path.write_bytes(b"\x80\x02" + named(name) + b")\x81" + state + b"b.")
    told = inspect(path)
    assert (told["verdict"], told["holds"]) == (verdict, name.rpartition(".")[2])
    assert word in told["why"] and told["next"]
