"""What a .skops file may hold is decided outside of it: a new type, a damaged file and crafted indices are refused."""

from __future__ import annotations

import io
import json
import warnings
import zipfile

import numpy
import production
import pytest
import skops.io
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.random_projection import SparseRandomProjection
from sklearn.tree import DecisionTreeClassifier

from builder import instantiate, trust
from builder.compat.exporting import sklearn_version
from builder.compat.storage import make_storable
from builder.export.canonical_skops import archive, canonical
from builder.trust.nodes import attributes, walk
from container.errors import BuilderError
from contract.files import sha256_bytes

GENERATOR = numpy.random.default_rng(0)
X = GENERATOR.normal(size=(90, 4))
Y = numpy.array(["a", "b", "c"])[numpy.argmax(X[:, :3], axis=1)]


def written(model):
    """The canonical bytes of a model."""
    return canonical(skops.io.dumps(model))


def boosted():
    """A fitted HistGradientBoostingClassifier of this version, with one categorical column."""
    spec = {**production.CLASSIFIERS["hist_gradient_boosting"], "categorical_features": [3], "min_samples_leaf": 5}
    recipe = {"defaults": "library", "pipeline": {"preprocessing": None, "classifier": spec}, "seed": 0}
    model = instantiate.pipeline(recipe, instantiate.Columns([], [], [], [], [], [])).steps[-1][1]
    table = numpy.column_stack([X[:, :3], numpy.arange(90) % 5])
    return model.fit(table, numpy.where(numpy.arange(90) % 5 < 2, "a", "b"))


def refusal(content, trusted=production.TRUSTED):
    """The one line that refuses to load a file."""
    with pytest.raises(BuilderError) as caught:
        trust.loads(content, trusted)
    assert caught.value.kind == "build"
    return caught.value.message


class File:
    """A skops file taken apart, to change and to write again with members named after their content."""

    def __init__(self, content):
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            self.members = {name: source.read(name) for name in source.namelist()}
        self.schema = json.loads(self.members.pop("schema.json"))

    def first(self, **wanted):
        """The first node whose keys have these values (`kind` stands for `__loader__`)."""
        keys = {"kind": "__loader__", "name": "__class__"}
        return next(
            node for node, _ in walk(self.schema) if all(node.get(keys[key]) == value for key, value in wanted.items())
        )

    def array(self, node):
        return numpy.load(io.BytesIO(self.members[node["file"]])).copy()

    def put(self, node, array):
        """Put an array in the place of a node's."""
        buffer = io.BytesIO()
        numpy.save(buffer, array)
        node["file"] = f"{sha256_bytes(buffer.getvalue())[:32]}.npy"
        self.members[node["file"]] = buffer.getvalue()

    def edit(self, node, place, field, value):
        """Set one value of a node's array."""
        array = self.array(node)
        (array[field] if field else array)[place] = value
        self.put(node, array)

    def written(self):
        return archive({**self.members, "schema.json": json.dumps(self.schema).encode()})


@pytest.fixture(scope="module")
def tree():
    return written(DecisionTreeClassifier(random_state=0).fit(X, Y))


@pytest.mark.parametrize("name", sorted({*production.CLASSIFIERS}))
def test_every_classifier_of_the_project_passes(iris, name):
    """What the production classifiers need is in the list; what a check lets through predicts as before."""
    from builder import data
    from builder.answers import kind_of
    from builder.training import crossval

    recipe = production.recipe(iris, "scale", name)
    snapshot = data.load(iris, recipe)
    model = instantiate.pipeline(recipe, instantiate.columns_of(snapshot.schema)).fit(snapshot.X, snapshot.y)
    loaded = trust.loads(written(model), production.TRUSTED)
    kind = kind_of(recipe, model.steps[-1][1])
    assert crossval.predict(kind, loaded, snapshot.X, "").equals(crossval.predict(kind, model, snapshot.X, ""))


@pytest.mark.parametrize("change", [{}, {"max_leaf_nodes": 5}, {"ccp_alpha": 0.02}, {"max_depth": 1}])
def test_trees_of_every_shape_pass(change):
    """Grown depth first, best first, or pruned: every child comes after its parent."""
    model = DecisionTreeClassifier(random_state=0, **change).fit(X, Y)
    assert trust.loads(written(model), production.TRUSTED).predict(X).tolist() == model.predict(X).tolist()


def test_boosted_trees_with_categories_pass():
    """Sets of categories are looked at, and fit."""
    model = boosted()
    assert type(trust.loads(written(model), production.TRUSTED)) is type(model)


@pytest.mark.parametrize("algorithm", ["kd_tree", "ball_tree"])
def test_search_trees_pass(algorithm):
    """Both kinds, with many leaves."""
    model = KNeighborsClassifier(algorithm=algorithm, leaf_size=3).fit(X, Y)
    assert trust.loads(written(model), production.TRUSTED).predict(X).tolist() == model.predict(X).tolist()


def test_a_new_type_stops_the_build_with_the_line_to_add():
    """The type by its name, and the line of conf/trust.yaml that a reviewer would add."""
    content = written(SelectKBest(f_classif, k=2))
    without = [name for name in production.TRUSTED if not name.endswith("f_classif")]
    name = "sklearn.feature_selection._univariate_selection.f_classif"
    with pytest.raises(BuilderError) as caught:
        trust.check(content, without)
    assert caught.value.message == f"model.skops holds what nobody has reviewed: {name}"
    assert caught.value.advice == f"Review it, and add to conf/trust.yaml: `{name}: <why it may be loaded>`"
    assert caught.value.kind == "build"
    assert name in trust.check(content, production.TRUSTED)


def test_a_build_that_needs_a_new_type_fails(iris, monkeypatch):
    """The whole build stops: no model without a review."""
    monkeypatch.setattr(production, "TRUSTED", [])
    # skops trusts nothing of histogram gradient boosting's predictors in any version.
    with pytest.raises(BuilderError, match="TreePredictor"):
        production.build(iris, production.recipe(iris, "scale", "hist_gradient_boosting"))


def test_a_function_that_could_run_a_command_is_refused():
    """skops writes any function by its name; the list does not have this one."""
    import os

    assert "system" in refusal(written(FunctionTransformer(func=os.system)))


def test_a_file_cannot_trust_itself(tree):
    """Whatever a file says of trust is not read: only the list counts."""
    file = File(written(SelectKBest(f_classif, k=2)))
    node = file.first(kind="FunctionNode")
    for target in (file.schema, node):
        target.update(trusted=True, __trusted__=["os.system"], untrusted_types=[])
    node.update({"__module__": "os", "__class__": "system"})
    assert refusal(file.written()) == "model.skops holds what nobody has reviewed: os.system"


@pytest.mark.parametrize("kind", ["MethodNode", "OperatorFuncNode", "CachedNode", "EvilNode", None, ["x"]])
def test_kinds_of_nodes_that_no_estimator_needs_are_refused(tree, kind):
    """Some of them ran what skops' own audit had not seen."""
    file = File(tree)
    file.first(kind="JsonNode")["__loader__"] = kind
    assert refusal(file.written()) == f"model.skops holds a node of the kind {kind!r}, which no estimator needs"


def test_a_type_is_refused_before_its_module_is_imported(tree, tmp_path, monkeypatch):
    """Older versions of skops import the module of a loss while they audit the file."""
    (tmp_path / "planted.py").write_text("raise SystemExit('imported')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    file = File(tree)
    file.first(kind="ObjectNode").update({"__module__": "planted", "__class__": "Planted"})
    assert refusal(file.written()).endswith("nobody has reviewed: planted.Planted")


@pytest.mark.parametrize("kept", [0, 1, 30, 0.5, 0.99])
def test_a_truncated_file_is_refused(tree, kept):
    """Nothing, a few bytes, half, or almost all of it."""
    count = kept if isinstance(kept, int) else int(len(tree) * kept)
    assert refusal(tree[:count]).startswith("model.skops is damaged: ")


def test_every_flipped_byte_is_noticed_or_harmless(tree):
    """A flipped byte is refused in one line, or leaves the same schema and the same members."""
    refused = 0
    original = File(tree)
    for place in range(0, len(tree), 97):
        content = bytearray(tree)
        content[place] ^= 0x20
        try:
            trust.check(bytes(content), production.TRUSTED)
        except BuilderError as error:
            refused += 1
            assert "\n" not in error.message
        else:
            assert File(bytes(content)).members == original.members
    assert refused > 50


def test_a_tampered_member_is_refused(tree):
    """Members are named by their content: a changed one, with its checksum put right, does not fit its name."""
    file = File(tree)
    name = next(iter(file.members))
    file.members[name] = file.members[name][:-1] + b"\x7f"
    assert refusal(file.written()) == f"model.skops is damaged: the content of {name!r} is not what its name says"


def test_other_containers_of_the_same_content_are_refused(tree):
    """Compressed members may be huge when unpacked, doubled ones are read differently by different readers."""
    file, buffer = File(tree), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("schema.json", json.dumps(file.schema))
    assert refusal(buffer.getvalue()) == "model.skops is damaged: a member is compressed"
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as target:
        warnings.simplefilter("ignore")
        for text in ("{}", json.dumps(file.schema)):
            target.writestr("schema.json", text)
    assert refusal(buffer.getvalue()) == "model.skops is damaged: a member stands in it twice"


def test_two_nodes_of_one_number_have_to_agree(tree):
    """skops loads the first for both, so the second would be a decoy that the checks look at."""
    file = File(tree)
    first, second = (file.first(kind="TreeNode")["content"]["content"][name] for name in ("nodes", "values"))
    second["__id__"] = first["__id__"]
    assert refusal(file.written()).startswith("model.skops contradicts itself: two different nodes have the number ")


@pytest.mark.parametrize(
    ("field", "place", "value", "expected"),
    [
        ("left_child", 0, 9999, "nodes with a left child 9999 at node 0"),
        ("right_child", 0, -5, "nodes with a right child -5 at node 0"),
        ("left_child", 2, 2, "nodes with a left child 2 at node 2"),
        ("left_child", 2, 0, "nodes with a left child 0 at node 2"),
        ("feature", 0, 4, "a decision tree on 4 columns that asks for the column 4 at node 0"),
        ("feature", 0, -1, "a decision tree on 4 columns that asks for the column -1 at node 0"),
        ("left_child", 0, -2, "nodes with a left child -2 at node 0"),
        ("left_child", 0, -1, "a decision tree with a leaf that has a right child"),
        ("left_child", 0, 3, "in which some node has no parent or two"),
    ],
)
def test_a_crafted_decision_tree_is_refused(tree, field, place, value, expected):
    """Children out of range, backwards, shared, and columns that do not exist: each is named, none is followed."""
    file = File(tree)
    nodes = file.first(kind="TreeNode")["content"]["content"]["nodes"]
    inner = file.array(nodes)["left_child"] != -1
    assert inner[0] and len(inner) > 5
    place = place if inner[place] else int(numpy.flatnonzero(inner)[1])
    file.edit(nodes, place, field, value)
    message = refusal(file.written())
    assert expected.replace("at node 2", f"at node {place}") in message.replace("child 2 at", f"child {value} at")


@pytest.mark.parametrize(("key", "value"), [("node_count", "99"), ("max_depth", "1")])
def test_a_tree_that_lies_about_its_size_is_refused(tree, key, value):
    """Both numbers size memory that compiled code writes to or reads from."""
    file = File(tree)
    file.first(kind="TreeNode")["content"]["content"][key]["content"] = value
    assert "a decision tree of " in refusal(file.written()) and value in refusal(file.written())


def test_a_tree_of_another_number_of_columns_is_refused(tree):
    """Estimators compare new rows with their own number of columns, and not with the tree's."""
    file = File(tree)
    arguments = file.first(kind="TreeNode")["__reduce__"]["args"]["content"]
    arguments[0]["content"] = "400"
    assert "400 columns in an estimator of another number of columns" in refusal(file.written())


def test_a_forest_of_other_columns_than_its_trees_is_refused():
    """A forest passes rows to its trees without another look."""
    file = File(written(RandomForestClassifier(n_estimators=2, random_state=0).fit(X, Y)))
    forest = attributes(file.first(name="RandomForestClassifier"))
    for name in ("n_features_in_", "n_features_"):
        if name in forest:
            forest[name]["content"] = "2"
    assert "4 columns in an estimator of another number of columns" in refusal(file.written())


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("left", 4_000_000_000, "nodes with a left child 4000000000 at node 0"),
        ("right", 0, "nodes with a right child 0 at node 0"),
        ("feature_idx", 77, "a boosted tree on 4 columns that asks for the column 77 at node 0"),
    ],
)
def test_a_crafted_boosted_tree_is_refused(field, value, expected):
    """The same for histogram gradient boosting."""
    file = File(written(boosted()))
    nodes = attributes(file.first(name="TreePredictor"))["nodes"]
    assert not file.array(nodes)["is_leaf"][0]
    file.edit(nodes, 0, field, value)
    assert expected in refusal(file.written())


def test_a_set_of_categories_that_does_not_exist_is_refused():
    """A categorical split names a row of a table."""
    file = File(written(boosted()))
    nodes = attributes(file.first(name="TreePredictor"))["nodes"]
    place = int(numpy.flatnonzero(file.array(nodes)["is_categorical"])[0])
    file.edit(nodes, place, "bitset_idx", 1234)
    assert f"sets and the set 1234 at node {place}" in refusal(file.written())


@pytest.mark.parametrize(
    ("part", "field", "place", "value", "expected"),
    [
        (1, None, 3, 90, "a search tree of 90 rows with the row 90 at node 3"),
        (1, None, 3, -1, "a search tree of 90 rows with the row -1 at node 3"),
        (2, "idx_end", 0, 91, "a search tree of 90 rows whose rows end at 91 at node 0"),
        (2, "idx_start", 1, -1, "a search tree whose rows begin at -1 at node 1"),
        (2, "is_leaf", -1, 0, "nodes with the child"),
    ],
)
def test_a_crafted_search_tree_is_refused(part, field, place, value, expected):
    """Row numbers and nodes of nearest neighbours' trees."""
    file = File(written(KNeighborsClassifier(algorithm="kd_tree", leaf_size=3).fit(X, Y)))
    file.edit(file.first(name="KDTree")["content"]["content"][part], place, field, value)
    assert expected in refusal(file.written())


def test_a_tree_written_in_another_way_is_refused(tree):
    """A missing part is no crash."""
    file = File(tree)
    del file.first(kind="TreeNode")["content"]["content"]["nodes"]
    assert refusal(file.written()).endswith("holds a tree that is not written as scikit-learn writes one")


def test_a_schema_of_endless_depth_is_refused():
    """A schema nested deeper than Python can read."""
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    assert "model.skops is damaged" in refusal(archive({"schema.json": deep}))
    assert refusal(archive({"schema.json": b"[]"})) == "model.skops is damaged: schema.json is no mapping"
    assert "not written as skops writes" in refusal(archive({"schema.json": b"{}"}))


@pytest.mark.parametrize("depth", [100, 400, 900])
def test_a_deep_list_is_loaded_or_refused_in_one_line(depth):
    """Every depth is either read to its end or refused: no check gives up half way."""
    node = '{"__loader__": "ListNode", "__module__": "builtins", "__class__": "list", "protocol": 2, "content": ['
    content = archive({"schema.json": (node * depth + "]}" * depth).encode()})
    try:
        assert trust.check(content, []) == []
    except BuilderError as error:
        assert depth > 100 and error.message.startswith("model.skops is ")


def test_plain_estimators_need_no_list():
    """What skops trusts by itself needs no line."""
    assert trust.check(written(StandardScaler().fit(X)), []) == []


def projected():
    """A fitted projection, whose directions are a sparse matrix."""
    return SparseRandomProjection(n_components=3, random_state=0).fit(X)


def test_sparse_matrices_pass():
    """By rows; what a check lets through answers as before."""
    model = projected()
    loaded = trust.loads(written(model), production.TRUSTED)
    assert (loaded.transform(X) == model.transform(X)).all()


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("indices", lambda a: a + 1_000_000, "a sparse matrix of 4 places with the place 100000"),
        ("indices", lambda a: a - 1_000_000, "a sparse matrix of 4 places with the place -"),
        ("indptr", lambda a: a * 1000, "rows end before they begin"),
        ("indptr", lambda a: a[:-1], "parts have different sizes"),
        ("shape", lambda a: a * numpy.array([1, -1]), "of the shape"),
        ("format", lambda a: numpy.array(b"bsr"), "of the format b'bsr'"),
        ("data", lambda a: a[:1], "parts have different sizes"),
        ("indices", lambda a: a.astype(float), "no whole numbers"),
    ],
)
def test_a_sparse_matrix_that_leads_out_of_itself_is_refused(part, value, words):
    """Compiled code follows its column numbers and pointers without looking."""
    file = File(written(projected()))
    node = file.first(kind="SparseMatrixNode")
    with zipfile.ZipFile(io.BytesIO(file.members[node["file"]])) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    buffer = io.BytesIO()
    numpy.save(buffer, value(numpy.load(io.BytesIO(parts[f"{part}.npy"]))))
    content = archive({**parts, f"{part}.npy": buffer.getvalue()})
    node["file"] = f"{sha256_bytes(content)[:32]}.npz"
    file.members[node["file"]] = content
    assert words in refusal(file.written())


splines = pytest.mark.skipif(sklearn_version() < (1, 0), reason="splines came in scikit-learn 1.0")


def curved():
    """Fitted splines of one column."""
    from sklearn.preprocessing import SplineTransformer

    return SplineTransformer(n_knots=4).fit(X[:, :1])


@splines
def test_splines_pass():
    """What a check lets through answers as before."""
    model = curved()
    loaded = trust.loads(written(model), production.TRUSTED)
    assert (loaded.transform(X[:, :1]) == model.transform(X[:, :1])).all()


@splines
@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("c", lambda a: a[:2], "too few for its degree"),
        ("t", lambda a: a[:5], "too few for its degree"),
        ("t", lambda a: a[::-1], "knots do not ascend"),
        ("t", lambda a: a * numpy.nan, "knots do not ascend"),
        ("c", lambda a: a.astype(int), "not made of numbers"),
        ("k", 10_000, "a spline of the degree 10000"),
        ("k", -1, "a spline of the degree -1"),
    ],
)
def test_a_spline_that_leads_out_of_itself_is_refused(part, value, words):
    """Compiled code reads as many knots and coefficients as the degree says."""
    file = File(written(curved()))
    node = attributes(file.first(name="BSpline"))
    if part == "k":
        node["k"]["content"] = json.dumps(value)
    else:
        inner = node[part if part in node else f"_{part}"]
        file.put(inner, value(file.array(inner)))
    assert words in refusal(file.written())


def test_the_times_of_a_search_are_zero_and_named():
    """Wherever in the model the search stands: two builds give the same bytes."""
    search = GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2]}, cv=3)
    model = Pipeline([("scale", StandardScaler()), ("bag", BaggingClassifier(search, n_estimators=2, random_state=0))])
    model.fit(X, Y)
    zeroed = make_storable(model)
    assert "GridSearchCV.refit_time_" in zeroed and "GridSearchCV.cv_results_.mean_fit_time" in zeroed
    inner = model.steps[-1][1].estimators_[0]
    assert inner.refit_time_ == 0.0 and not inner.cv_results_["std_score_time"].any()
    assert make_storable(StandardScaler().fit(X)) == []
