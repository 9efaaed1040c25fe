"""What a fitted estimator's parameters are in a recipe: its class by its public name, and whatever is not taken anyway.

The table of versions (`builder/compat`) knows what each parameter was called, which values went away, and what a recipe
takes.
"""

from __future__ import annotations

import math
import re
import struct
from itertools import compress
from typing import Any

from builder.compat import history, vocabulary
from builder.compat.differences.table import GONE, RENAMED
from container.errors import BuilderError, recipe_error
from container.versions import parsed
from pickles.elements import elements_of
from pickles.holding import class_of
from pickles.symbols import Array, Made, Members, Name, Pairs

NAMED = ("steps", "transformer_list", "estimators", "transformers")
"""Parameters that are lists of named steps."""

QUIET = ("n_jobs", "verbose", "copy", "copy_X", "copy_x", "pre_dispatch", "memory", "warm_start", "cache_size")
"""Parameters that change how a model is made, and not which one; a recipe leaves them out."""

MARKS = ("deprecated", "warn")
"""Values that stand for "not given"."""

STILL = {
    ("AdaBoostClassifier", "algorithm"): ("SAMME",),
    ("SVC", "decision_function_shape"): ("ovr",),
    ("NuSVC", "decision_function_shape"): ("ovr",),
}
"""Of parameters of which another value was a default once: what the newest version does still."""

ROUNDING = 1e-7
"""min_impurity_split where nobody gave one, until 0.20."""

NUMBERS = {("f", 8): "d", ("f", 4): "f", ("i", 8): "q", ("i", 4): "i", ("i", 2): "h", ("i", 1): "b", ("b", 1): "?"}
NUMBERS |= {("u", 8): "Q", ("u", 4): "I", ("u", 2): "H", ("u", 1): "B"}
"""How numpy packs numbers: its letter and size, and struct's."""

STAMP = re.compile(r"\d+\.\d+")
"""A version's first two numbers."""

LONGEST = 60
"""Letters of a value in a note."""

MOST = 20_000
"""Values of a recipe."""

BY_HAND = "Write its recipe by hand"

Notes = list[str]


def known(value: Any) -> Any | None:
    """What the table of versions knows of the class of an instance."""
    own = class_of(value)
    if own is None or own.module.partition(".")[0] != "sklearn":
        return None
    return history.read()["estimators"].get(own.attribute)


def text(value: Any) -> str:
    """A text of Python 2 or 3; of another value its own."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def names_of(model: Any) -> list[str]:
    """The columns that an estimator was fitted on, where it was told their names."""
    state = model.state if isinstance(model, Made) else {}
    return [text(name) for name in items_of(state.get("feature_names_in_")) or []]


def endless(name: str) -> BuilderError:
    """The error for parameters of parameters of parameters."""
    return recipe_error(f"{name}: its parameters are no recipe's: too many, or inside themselves", BY_HAND)


class Speller:
    """Turns symbols into what a recipe says; `notes` get what it cannot. Raises recipe errors."""

    def __init__(self, name: str, notes: Notes) -> None:
        self.name, self.notes = name, notes
        self.spelled = 0

    def together(self, steps: list[tuple[str, Any]]) -> Any:
        """The steps before the last one: none, one, or a pipeline of them."""
        if not steps:
            return None
        if len(steps) == 1:
            return self.specification(steps[0][1], steps[0][0])
        made = [[name, self.specification(step, name)] for name, step in steps]
        return {"_target_": "sklearn.pipeline.Pipeline", "steps": made}

    def specification(self, value: Any, place: str) -> dict[str, Any]:
        """`_target_` and what of the parameters is not what a recipe takes anyway."""
        self._count()
        own, row = class_of(value), known(value)
        if own is None or row is None:
            raise self._refused(place, value)
        owner = own.attribute
        made: dict[str, Any] = {"_target_": f"{row['module']}.{owner}"}
        for name, symbol in sorted(value.state.items()):
            if name in history.parameters(owner) and not _is_later(owner, name, value):
                self._add(made, value, name, symbol, place)
        return _in_newest_words(made, owner, value, self.notes)

    def _add(self, made: dict[str, Any], of: Made, old: str, symbol: Any, place: str) -> None:
        owner = made["_target_"].rpartition(".")[2]
        if (isinstance(symbol, str) and symbol in MARKS) or old in QUIET:
            return
        name = next((row.new for row in RENAMED if (row.owner, row.old) == (owner, old)), old)
        if name in NAMED:
            made[name] = self._named(name, symbol, f"{place}.{name}", names_of(of))
            return
        value = self._value(symbol, f"{place}.{name}")
        if _gone(owner, name) is not None:
            if not _is_taken(owner, name, value):
                made[name] = value
        elif name == "random_state" and value is None:
            self.notes.append(
                f"{place}: random_state was not given: what it drew cannot be repeated, the recipe has its own seed"
            )
        elif name == "class_weight" and isinstance(value, dict) and all(weight == 1 for weight in value.values()):
            return
        elif _is_numeric_type(value):
            if not _is_taken(owner, name, value):
                self.notes.append(f"{place}: {name}={value['_object_']} is nothing that a recipe can say: left out")
        elif not _is_taken(owner, name, value):
            made[name] = vocabulary.newest_value(owner, name, value)

    def _named(self, key: str, items: Any, place: str, features: list[str]) -> list[list[Any]]:
        """[name, step] of each: files of JSON have their keys sorted, and the order of steps is part of a model."""
        found: list[list[Any]] = []
        for item in items if isinstance(items, list) else [None]:
            if not isinstance(item, tuple) or len(item) < 2 or not isinstance(item[0], (str, bytes)):
                raise self._refused(place, item)
            name, step = text(item[0]), item[1]
            if name.startswith("_") or any(name == other for other, _ in found):
                raise self._refused(place, item)
            if step is None or (isinstance(step, str) and step == "drop"):
                continue
            is_passed = isinstance(step, str) and step == "passthrough"
            inner = step if is_passed else self.specification(step, f"{place}.{name}")
            if key == "transformers":
                columns = self._columns(item[2] if len(item) > 2 else None, f"{place}.{name}", features)
                inner = {"transformer": inner, "columns": columns}
            found.append([name, inner])
        return found

    def _columns(self, value: Any, place: str, features: list[str]) -> Any:
        if isinstance(value, (str, bytes)):
            return text(value)
        items = items_of(value)
        if items is None:
            raise self._refused(place, value)
        count = len(features)
        if items and all(isinstance(item, bool) for item in items) and len(items) == count:
            return [*compress(features, items)]
        if any(isinstance(item, int) for item in items):
            if not all(type(item) is int and -count <= item < count for item in items):
                raise recipe_error(
                    f"{self.name}: {place} takes columns by their numbers, and the file has no names of columns",
                    BY_HAND,
                )
            return [features[item] for item in items]
        return [text(item) for item in items]

    def _value(self, symbol: Any, place: str) -> Any:
        """A parameter's value as JSON has it, infinities as the table of versions writes them."""
        self._count()
        if isinstance(symbol, float) and not math.isfinite(symbol):
            return {"_value_": str(symbol)}
        if symbol is None or isinstance(symbol, (bool, int, float, str)):
            return symbol
        if isinstance(symbol, bytes):
            return text(symbol)
        if isinstance(symbol, Name):
            return self._function(symbol, place)
        if isinstance(symbol, (list, tuple)):
            return [self._value(item, place) for item in symbol]
        if isinstance(symbol, Members):
            return sorted((self._value(item, place) for item in symbol.items), key=str)
        if isinstance(symbol, Pairs):
            return self._mapping(symbol, place)
        if isinstance(symbol, Array) and (objects := items_of(symbol)) is not None:
            return [self._value(item, place) for item in objects]
        if isinstance(symbol, Made):
            number = _scalar(symbol)
            return self.specification(symbol, place) if number is None else number
        raise self._refused(place, symbol)

    def _mapping(self, symbol: Pairs, place: str) -> dict[str, Any]:
        found = {key: self._value(inner, place) for key, inner in symbol.pairs if isinstance(key, (str, int, bytes))}
        if len(found) < len(symbol.pairs) or any(text(key).startswith("_") for key in found):
            raise self._refused(place, symbol)
        if any(isinstance(key, int) for key in found) and any(weight != 1 for weight in found.values()):
            # Labels of a recipe are texts: {0: 1, 1: 5} would be weights of no class.
            self.notes.append(f"{place}: its keys are numbers in the file, and texts in a recipe")
        return {text(key): inner for key, inner in found.items()}

    def _function(self, name: Name, place: str) -> Any:
        """A function of scikit-learn by its public name; a type of numbers as the table of versions has it."""
        if name.module == "numpy":
            return {"_object_": name.attribute}
        parts = [part for part in name.module.split(".") if not part.startswith("_")]
        if parts[:1] != ["sklearn"] or len(parts) < 2:
            raise self._refused(place, name)
        return {"_object_": f"{'.'.join(parts[:2])}.{name.attribute}"}

    def _count(self) -> None:
        self.spelled += 1
        if self.spelled > MOST:
            raise endless(self.name)

    def _refused(self, place: str, value: Any) -> BuilderError:
        made = value.maker if isinstance(value, Made) else value
        told = class_of(value) or (made if isinstance(made, Name) else f"a {type(value).__name__.lower()}")
        return recipe_error(f"{self.name}: {place} is {told}, which no recipe can say", BY_HAND)


def _gone(owner: str, name: str) -> Any:
    """The row of a parameter that went away; None of another."""
    return next((row for row in GONE if (row.owner, row.parameter) == (owner, name)), None)


def _in_newest_words(made: dict[str, Any], owner: str, value: Made, notes: Notes) -> dict[str, Any]:
    """The same model where parameters went away: what says it now, or a note."""
    if owner in ("LogisticRegression", "LogisticRegressionCV"):
        made = _logistic(made, owner, value, notes)
    for name in [*made]:
        row = _gone(owner, name)
        if row is not None:
            notes.append(f"{owner}: {name}={str(made.pop(name))[:LONGEST]} is not in the recipe; {row.instead}")
    return made


def _logistic(made: dict[str, Any], owner: str, value: Made, notes: Notes) -> dict[str, Any]:
    """`penalty` is l1_ratio and C now; one model per class is a wrapper's work."""
    penalty, many = made.pop("penalty", "l2"), made.pop("multi_class", "auto")
    if owner == "LogisticRegression":
        if penalty != "elasticnet":
            made.pop("l1_ratio", None)
        if penalty == "l1":
            made["l1_ratio"] = 1.0
        elif penalty in (None, "none"):
            made["C"] = {"_value_": "inf"}
    elif penalty != "l2":
        notes.append(f"{owner}: penalty={penalty} is not in the recipe; say it by l1_ratios")
    classes = value.state.get("classes_")
    count = classes.shape[0] if isinstance(classes, Array) and classes.shape else 2
    if count > 2 and (many == "ovr" or (many == "auto" and made.get("solver") == "liblinear")):
        notes.append(f"{owner}: it has one model per class (multi_class={many}): said by OneVsRestClassifier")
        return {"_target_": "sklearn.multiclass.OneVsRestClassifier", "estimator": made}
    return made


def items_of(value: Any) -> list[Any] | None:
    """What a list, an array of objects, or an index of pandas holds."""
    if isinstance(value, Array) and (numbers := _numbers(value)) is not None:
        return numbers
    while isinstance(value, Array):
        value = value.objects
    if isinstance(value, Made) and isinstance(value.maker, Name) and value.maker.attribute == "_new_Index":
        own = value.arguments[1] if isinstance(value.arguments, tuple) and len(value.arguments) > 1 else None
        held = [inner for key, inner in own.pairs if key == "data"] if isinstance(own, Pairs) else []
        return items_of(held[0]) if held else None
    return value if isinstance(value, list) else None


def _is_later(owner: str, name: str, value: Made) -> bool:
    """Whether an attribute became a parameter in a version after the one that wrote it (MLPRegressor's loss)."""
    stamp = STAMP.match(text(value.state.get("_sklearn_version", "")))
    since = history.parameter_since(owner, name)
    return since not in (None, history.versions()[0]) and (stamp is None or parsed(stamp[0]) < parsed(since))


def _numbers(array: Array) -> list[Any] | None:
    """The elements of an array of few numbers in a row."""
    content, elements = _content(array.objects), array.elements
    if content is None or elements is None or len(array.shape) != 1:
        return None
    form = NUMBERS.get((elements.code, elements.size))
    if form is None or len(content) != elements.size * array.shape[0]:
        return None
    order = ">" if elements.big_endian else "<"
    return list(struct.unpack(f"{order}{array.shape[0]}{form}", content))


def _content(value: Any) -> bytes | None:
    """Bytes, also as protocol 2 has them: a text that is to be encoded."""
    if isinstance(value, Made) and isinstance(value.maker, Name) and value.maker.attribute == "encode":
        encoded = value.arguments[0] if isinstance(value.arguments, tuple) and value.arguments else None
        return encoded.encode("latin1", "replace") if isinstance(encoded, str) else None
    return value if isinstance(value, bytes) else None


def _is_numeric_type(value: Any) -> bool:
    """Whether it is a type of numpy's, as the table of versions writes it."""
    return isinstance(value, dict) and "." not in str(value.get("_object_", "."))


def _scalar(made: Made) -> Any:
    """A number that numpy wrapped; None where it is none."""
    if not isinstance(made.maker, Name) or made.maker.attribute != "scalar" or not isinstance(made.arguments, tuple):
        return None
    elements = elements_of(made.arguments[0]) if made.arguments else None
    content = made.arguments[1] if len(made.arguments) > 1 else None
    numbers = _numbers(Array(elements, (1,), content))
    return None if numbers is None else numbers[0]


def _is_taken(owner: str, name: str, value: Any) -> bool:
    """Whether a recipe that leaves a parameter out takes this value of it.

    Of one that went away: whether it was a default, which nobody wrote, and is done still.
    """
    if (owner, name) in STILL:
        return value in (None, *STILL[owner, name])
    if name == "min_impurity_split" and isinstance(value, float):
        return value <= ROUNDING
    if owner.startswith("LogisticRegression") and name == "multi_class":
        return False
    spans = [default for _, default in history.parameters(owner)[name]]
    if _gone(owner, name) is not None:
        return any(_is_default(value, default) for default in spans)
    pinned = history.defaults(owner, history.BASELINE).get(name, spans[-1])
    return _is_default(value, pinned) or _is_default(vocabulary.newest_value(owner, name, value), pinned)


def _is_default(value: Any, default: Any) -> bool:
    """Whether a value is what the table of versions has, which writes tuples and infinities in a way of its own."""
    if isinstance(default, dict) and "_tuple_" in default:
        return isinstance(value, list) and value == default["_tuple_"]
    if isinstance(value, dict) or isinstance(default, dict):
        return bool(value == default)
    return vocabulary.same(value, default)
