"""What a pickle's parameters become in a recipe, and which of them it refuses: nothing is loaded."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from container.errors import BuilderError
from pickles.recipe import adopted


def text(value: str) -> bytes:
    """A text as protocol 4 has it."""
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def number(value: float) -> bytes:
    """A float as protocol 4 has it."""
    return b"G" + struct.pack(">d", value)


def estimator(name: str, **state: bytes) -> bytes:
    """An instance of a class ("svm._classes.SVC") with these attributes, remembered as number 0."""
    module, _, attribute = f"sklearn.{name}".rpartition(".")
    pairs = b"".join(text(key) + value for key, value in state.items())
    return f"c{module}\n{attribute}\n".encode() + b")\x81q\x00}(" + pairs + b"ub"


FITTED = {"classes_": b"]", "_sklearn_version": text("1.2.2")}

LR = "linear_model._logistic.LogisticRegression"


def read(folder: Path, content: bytes) -> dict[str, Any]:
    """The recipe of a pickle with this content."""
    path = folder / "model.pkl"
    path.write_bytes(b"\x80\x04" + content + b".")
    return adopted(path)


def test_what_is_taken_anyway_is_left_out(tmp_path: Path) -> None:
    """Defaults, threads, and an absent seed, which is told."""
    state = {"C": number(1.0), "gamma": text("auto"), "verbose": b"I01\n", "random_state": b"N", **FITTED}
    made = read(tmp_path, estimator("svm._classes.SVC", **state))
    assert made["predictor"] == {"_target_": "sklearn.svm.SVC", "gamma": "auto"}
    assert made["version"] == "1.2.2" and made["preprocessing"] is None
    assert len(made["notes"]) == 1 and "random_state was not given" in made["notes"][0]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"penalty": text("l2")}, {}),
        ({"penalty": text("l1"), "solver": text("saga")}, {"l1_ratio": 1.0, "solver": "saga"}),
        ({"penalty": text("none")}, {"C": {"_value_": "inf"}}),
        ({"penalty": b"N"}, {"C": {"_value_": "inf"}}),
        ({"penalty": text("elasticnet"), "l1_ratio": number(0.5)}, {"l1_ratio": 0.5}),
        ({"penalty": text("l2"), "l1_ratio": number(0.5)}, {}),
        ({"multi_class": text("ovr")}, {}),
    ],
)
def test_penalties_in_the_newest_words(tmp_path: Path, state: dict[str, bytes], said: dict[str, Any]) -> None:
    """`penalty` went away in 1.8: l1_ratio and C say it."""
    made = read(tmp_path, estimator(LR, **state, **FITTED))
    assert made["predictor"] == {"_target_": "sklearn.linear_model.LogisticRegression", **said}


def steps(*named: tuple[str, bytes]) -> bytes:
    """The list of steps of a pipeline."""
    return b"](" + b"".join(text(name) + step + b"\x86" for name, step in named) + b"e"


def test_a_search_in_a_pipeline_is_what_it_found(tmp_path: Path) -> None:
    """Steps of a pipeline inside another stand behind its own, in their order."""
    scale, svc = estimator("preprocessing._data.StandardScaler"), estimator("svm._classes.SVC", C=number(3), **FITTED)
    inner = estimator("pipeline.Pipeline", steps=steps(("scale", scale), ("svc", svc)))
    found = estimator("model_selection._search.GridSearchCV", best_estimator_=inner)
    fill = estimator("impute._base.SimpleImputer", strategy=text("median"))
    outer = estimator("pipeline.Pipeline", steps=steps(("fill", fill), ("scale", scale), ("search", found)))
    made = read(tmp_path, outer)
    assert made["group"] == "classifier" and made["predictor"] == {"_target_": "sklearn.svm.SVC", "C": 3.0}
    assert [name for name, _ in made["preprocessing"]["steps"]] == ["fill", "scale", "scale_inside"]
    assert "found by a GridSearchCV" in made["notes"][0]


@pytest.mark.parametrize(
    ("numbers", "columns"),
    [
        (b"](I1\nI0\ne", ["b", "a"]),
        (b"](I-1\ne", ["b"]),
        (b"](I7\ne", None),
        (b"](I2\ne", None),
        (b"](I01\ne", None),
        (b"](I00\nI01\ne", ["b"]),
    ],
)
def test_columns_by_number_get_their_names(tmp_path: Path, numbers: bytes, columns: list[str] | None) -> None:
    """Where the transformer itself was told them; a number that is no column's, and a mask, are refused."""
    scale = estimator("preprocessing._data.StandardScaler")
    item = b"](" + text("scale") + scale + numbers + b"\x87e"
    names = b"](" + text("a") + text("b") + b"e"
    table = estimator("compose._column_transformer.ColumnTransformer", transformers=item, feature_names_in_=names)
    model = estimator("svm._classes.SVC", **FITTED)
    content = estimator("pipeline.Pipeline", steps=steps(("table", table), ("model", model)))
    if columns is None:
        with pytest.raises(BuilderError, match="takes columns by their numbers"):
            read(tmp_path, content)
    else:
        [[_, found]] = read(tmp_path, content)["preprocessing"]["transformers"]
        assert found["columns"] == columns


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (estimator("svm._classes.SVC", C=b"h\x00", **FITTED), "too many, or inside themselves"),
        (estimator("svm._classes.SVC", C=b"]q\x01h\x01a", **FITTED), "too many, or inside themselves"),
        (estimator("svm._classes.SVC", kernel=b"cnumpy.linalg\nnorm\n", **FITTED), "no recipe can say"),
        (estimator("svm._classes.SVC", class_weight=b"}" + text("_target_") + text("x") + b"s", **FITTED), "no recipe"),
        (estimator("svm._classes.SVC", C=b"cos\nsystem\n" + text("true") + b"\x85R", **FITTED), "os.system"),
        (estimator("svm._classes.SVC"), "SVC is not fitted"),
        (estimator("linear_model._logistic.Nothing", **FITTED), "no estimator of scikit-learn"),
        (estimator("ensemble._forest.RandomForestClassifier"), "is not fitted"),
        (estimator("preprocessing._data.StandardScaler"), "predicts nothing"),
        (estimator("cluster._kmeans.KMeans"), "finds clusters"),
        (b"](" + estimator(LR, **FITTED) + estimator(LR, **FITTED) + b"e", "holds 2 models"),
        (b"cxgboost.sklearn\nXGBClassifier\n)\x81", "classes that are not scikit-learn's: xgboost"),
        (b"N", "no estimator of scikit-learn"),
    ],
)
def test_refused_in_a_line(tmp_path: Path, content: bytes, said: str) -> None:
    """What no recipe can say."""
    with pytest.raises(BuilderError, match=said) as raised:
        read(tmp_path, content)
    assert raised.value.kind == "recipe" and raised.value.advice and "\n" not in raised.value.message


def test_a_small_file_of_a_huge_parameter_is_refused(tmp_path: Path) -> None:
    """Thirty lists, each of which holds the one before it twice: a thousand million values, in 200 bytes."""
    lists = b"]q\x01" + b"".join(
        b"0](" + b"h" + bytes([n]) + b"h" + bytes([n]) + b"eq" + bytes([n + 1]) for n in range(1, 31)
    )
    with pytest.raises(BuilderError, match="too many"):
        read(tmp_path, estimator("svm._classes.SVC", C=lists, **FITTED))
