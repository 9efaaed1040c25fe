"""Each transformer passes on the same numbers, shown by a smooth classifier and by trees behind it."""

from __future__ import annotations

import numpy as np
import pytest
from builds import one_hot, pipeline, tabular
from proof import prove
from sklearn.cluster import Birch, FeatureAgglomeration, KMeans, MiniBatchKMeans
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA, FactorAnalysis, FastICA, KernelPCA, SparsePCA, TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import RandomForestClassifier, RandomTreesEmbedding
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.feature_selection import SelectFromModel, SelectKBest, SelectPercentile, VarianceThreshold, f_classif
from sklearn.impute import KNNImputer, MissingIndicator, SimpleImputer
from sklearn.kernel_approximation import (
    AdditiveChi2Sampler,
    Nystroem,
    PolynomialCountSketch,
    RBFSampler,
    SkewedChi2Sampler,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.manifold import Isomap
from sklearn.neighbors import KNeighborsTransformer, NeighborhoodComponentsAnalysis, RadiusNeighborsTransformer
from sklearn.neural_network import BernoulliRBM
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection
from tabular import NUMBERS, WORDS

from builder.compat import experimental
from builder.compat.exporting import sklearn_version

for _row in experimental.TABLE:
    experimental.enable(_row.name)

from sklearn.impute import IterativeImputer  # noqa: E402  (experimental)

BEHIND = {"logistic": LogisticRegression(max_iter=300), "forest": RandomForestClassifier(8, random_state=0)}
NUMERIC = {
    "min_max": [MinMaxScaler()],
    "min_max_clip": [MinMaxScaler((-1, 2), clip=True)],
    "max_abs": [MaxAbsScaler()],
    "robust": [RobustScaler()],
    "robust_uncentred": [RobustScaler(with_centering=False)],
    "standard_uncentred": [StandardScaler(with_mean=False)],
    "standard_unscaled": [StandardScaler(with_std=False)],
    "normalizer_l2": [StandardScaler(), Normalizer()],
    "normalizer_l1": [Normalizer("l1")],
    "normalizer_max": [MinMaxScaler(), Normalizer("max")],
    "binarizer": [StandardScaler(), Binarizer(threshold=0.2)],
    "polynomial": [StandardScaler(), PolynomialFeatures(2)],
    "polynomial_3": [MinMaxScaler(), PolynomialFeatures(3, interaction_only=True, include_bias=False)],
    "bins_one_hot": [KBinsDiscretizer(5, encode="onehot-dense", strategy="uniform")],
    "bins_ordinal": [KBinsDiscretizer(4, encode="ordinal", strategy="quantile")],
    "bins_sparse": [StandardScaler(), KBinsDiscretizer(4, encode="onehot", strategy="kmeans")],
    "quantile": [QuantileTransformer(n_quantiles=50, random_state=0)],
    "k_best": [StandardScaler(), SelectKBest(f_classif, k=4)],
    "percentile": [SelectPercentile(f_classif, percentile=50)],
    "variance": [VarianceThreshold(1e-3)],
    "function": [FunctionTransformer(), "passthrough", StandardScaler()],
    "from_model": [StandardScaler(), SelectFromModel(LogisticRegression(max_iter=300))],
}
SMOOTH = {
    "pca": [StandardScaler(), PCA(4)],
    "pca_whiten": [StandardScaler(), PCA(3, whiten=True)],
    "pca_unscaled": [PCA(4)],
    "svd": [StandardScaler(), TruncatedSVD(3, random_state=0)],
    "one_component_scaled": [StandardScaler(), TruncatedSVD(1, random_state=0), MaxAbsScaler(), StandardScaler()],
    "power": [StandardScaler(), PowerTransformer()],
    "power_raw": [PowerTransformer(standardize=False), StandardScaler()],
    "box_cox": [MinMaxScaler((1, 2)), PowerTransformer("box-cox")],
    "quantile_normal": [QuantileTransformer(n_quantiles=60, output_distribution="normal", random_state=0)],
    "one_component": [StandardScaler(), PCA(1)],
    "independent": [StandardScaler(), FastICA(4, random_state=0, max_iter=1000)],
    "factors": [StandardScaler(), FactorAnalysis(3, random_state=0)],
    "sparse_components": [StandardScaler(), SparsePCA(3, random_state=0, max_iter=50)],
    "random_directions": [StandardScaler(), GaussianRandomProjection(4, random_state=0)],
    "sparse_directions": [StandardScaler(), SparseRandomProjection(4, dense_output=True, random_state=0)],
    "neighbourhood": [StandardScaler(), NeighborhoodComponentsAnalysis(3, random_state=0, max_iter=20)],
    "discriminant": [StandardScaler(), LinearDiscriminantAnalysis()],
    "pooled": [StandardScaler(), FeatureAgglomeration(3)],
    "hidden_units": [MinMaxScaler(clip=True), BernoulliRBM(5, n_iter=5, random_state=0)],
    "nystroem": [StandardScaler(), Nystroem(gamma=0.1, n_components=20, random_state=0)],
    "nystroem_polynomial": [MinMaxScaler(), Nystroem("polynomial", degree=2, n_components=12, random_state=0)],
    "kernel_pca": [StandardScaler(), KernelPCA(4, kernel="rbf", gamma=0.1)],
    "kernel_pca_cosine": [StandardScaler(), KernelPCA(3, kernel="cosine")],
    "fourier": [StandardScaler(), RBFSampler(gamma=0.1, n_components=20, random_state=0)],
    "count_sketch": [StandardScaler(), PolynomialCountSketch(n_components=12, coef0=1, random_state=0)],
    "skewed": [MinMaxScaler(clip=True), SkewedChi2Sampler(n_components=15, random_state=0)],
    "additive": [MinMaxScaler(clip=True), AdditiveChi2Sampler(sample_steps=3)],
    "weighted_counts": [MinMaxScaler(clip=True), TfidfTransformer(sublinear_tf=True)],
    "centres": [StandardScaler(), KMeans(5, n_init=2, random_state=0)],
    "centres_of_batches": [StandardScaler(), MiniBatchKMeans(5, n_init=2, random_state=0)],
    "along_the_rows": [StandardScaler(), Isomap(n_neighbors=8, n_components=3)],
    "radius_graph": [StandardScaler(), RadiusNeighborsTransformer(radius=2.5)],
    "nearest_graph": [StandardScaler(), KNeighborsTransformer(n_neighbors=6)],
    "subclusters": [StandardScaler(), Birch(threshold=1.0)],
}
FILLING = {
    "iterative": IterativeImputer(random_state=0, max_iter=4, tol=1e-1),
    "iterative_bounded": IterativeImputer(Ridge(), min_value=0.0, max_value=1e5, add_indicator=True, random_state=0),
    "nearest": KNNImputer(n_neighbors=3),
    "nearest_distance": KNNImputer(n_neighbors=4, weights="distance", add_indicator=True),
}


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("name", NUMERIC)
def test_numeric_transformers(name, behind):
    """Numbers come out with the same bits, so that trees behind agree on their thresholds too."""
    prove(f"{name}+{behind}", pipeline(BEHIND[behind], tabular(*NUMERIC[name], sparse_threshold=0)))


@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_transformers(name):
    """Projections and powers agree to rounding."""
    prove(
        name, pipeline(LogisticRegression(max_iter=300), tabular(*SMOOTH[name], sparse_threshold=0)), 3, tolerance=1e-11
    )


@pytest.mark.parametrize("name", FILLING)
def test_imputers_that_look_at_other_columns(name):
    """What is missing is filled in as scikit-learn does it, row by row."""
    steps = [StandardScaler(), FILLING[name]] if name.startswith("nearest") else [FILLING[name], StandardScaler()]
    model = pipeline(LogisticRegression(max_iter=300), tabular(*steps, impute=False, words="drop"))
    prove(name, model, 3, tolerance=1e-9, exempt=2)


@pytest.mark.parametrize("behind", BEHIND)
def test_leaves_of_trees_that_nobody_taught(behind):
    """One column a leaf, sparse or not."""
    embedding = RandomTreesEmbedding(6, max_depth=3, sparse_output=False, random_state=0)
    prove(f"leaves+{behind}", pipeline(BEHIND[behind], tabular(embedding, sparse_threshold=0)))


SPLINES = {
    "constant": {},
    "linear": {"extrapolation": "linear", "degree": 2, "include_bias": False},
    "steps": {"degree": 1},
    "continue": {"extrapolation": "continue", "n_knots": 4},
    "periodic": {"extrapolation": "periodic"},
}


@pytest.mark.skipif(sklearn_version() < (1, 0), reason="since 1.0")
@pytest.mark.parametrize("name", SPLINES)
def test_splines(name):
    """All basis functions, within the knots and beyond."""
    from sklearn.preprocessing import SplineTransformer

    for behind in BEHIND.values():
        model = pipeline(behind, tabular(StandardScaler(), SplineTransformer(**SPLINES[name]), sparse_threshold=0))
        prove(f"splines_{name}", model, 3, tolerance=1e-10)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"strategy": "mean", "add_indicator": True},
        {"strategy": "most_frequent"},
        {"strategy": "constant", "fill_value": -1.5},
        {"strategy": "constant", "fill_value": 0, "add_indicator": True},
    ],
    ids=str,
)
def test_numeric_imputer(options):
    """Every strategy, with and without indicators."""
    prove(f"imputer_{options}", pipeline(BEHIND["forest"], tabular(SimpleImputer(**options), impute=False)), 3)


ENCODERS = {
    "ignore": [SimpleImputer(strategy="most_frequent"), one_hot()],
    "constant": [SimpleImputer(strategy="constant", fill_value="none"), one_hot()],
    "indicator": [SimpleImputer(strategy="most_frequent", add_indicator=True), one_hot()],
    "ordinal": [
        SimpleImputer(strategy="most_frequent"),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    ],
    "ordinal_scaled": [
        SimpleImputer(strategy="most_frequent"),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
        MinMaxScaler(),
    ],
    "sparse_scaled": [SimpleImputer(strategy="most_frequent"), one_hot(), StandardScaler(with_mean=False)],
    "missing_as_category": [one_hot()],
    "drop_first": [SimpleImputer(strategy="most_frequent"), OneHotEncoder(drop="first")],
    "infrequent": [
        SimpleImputer(strategy="most_frequent"),
        one_hot(**({"min_frequency": 30} if sklearn_version() >= (1, 1) else {})),
    ],
    "infrequent_unseen": [
        SimpleImputer(strategy="most_frequent"),
        OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=5)
        if sklearn_version() >= (1, 1)
        else one_hot(),
    ],
}


@pytest.mark.parametrize("name", ENCODERS)
def test_encoders_of_text(name):
    """Tables hold what the fitted steps answer for each category, unseen and missing."""
    if name == "missing_as_category" and sklearn_version() < (1, 0):
        pytest.skip("missing text cannot be encoded before 1.0")
    steps = Pipeline([(f"step{i}", step) for i, step in enumerate(ENCODERS[name])])
    model = pipeline(BEHIND["forest"], tabular(words=steps))
    if name == "drop_first":  # it refuses unseen categories
        from tabular import make

        frame, labels = make(260, 3, seed=1)
        prove(name, model, frame=frame, labels=labels)
    else:
        prove(name, model, 3)


@pytest.mark.skipif(sklearn_version() < (1, 3), reason="TargetEncoder is new in 1.3")
@pytest.mark.parametrize("classes", [2, 3])
def test_target_encoder(classes):
    """Target means are a table like any other encoding."""
    from sklearn.preprocessing import TargetEncoder

    if classes > 2 and sklearn_version() < (1, 4):
        pytest.skip("three classes are new in 1.4")
    prove("target", pipeline(BEHIND["forest"], tabular(words=TargetEncoder(random_state=0))), classes)


def test_nested_columns():
    """A ColumnTransformer in a FeatureUnion in a ColumnTransformer, with drop, passthrough, remainder and weights."""
    inner = ColumnTransformer(
        [("scale", StandardScaler(), [0, 1]), ("drop", "drop", [2]), ("keep", "passthrough", slice(3, 4))]
    )
    union = FeatureUnion(
        [("inner", inner), ("scale", MinMaxScaler()), ("none", "drop")], transformer_weights={"inner": 2.0}
    )
    numbers = Pipeline([("impute", SimpleImputer()), ("union", union)])
    outer = ColumnTransformer(
        [("numbers", numbers, list(NUMBERS)[:4]), ("words", words(), list(WORDS))],
        remainder=SimpleImputer(strategy="median"),
        transformer_weights={"words": 0.5},
    )
    prove("nested", pipeline(BEHIND["forest"], outer), 3)
    prove("nested_logistic", pipeline(BEHIND["logistic"], outer), 3)


def words():
    return Pipeline([("impute", SimpleImputer(strategy="most_frequent")), ("encode", one_hot())])


def test_columns_by_position_mask_and_passthrough():
    """Columns may be named by position, mask or slice of names, and the rest be passed through or dropped."""
    mask = np.array([True, False] * 3 + [False] * 3)
    outer = ColumnTransformer(
        [
            ("mask", SimpleImputer(), mask),
            ("slice", SimpleImputer(), slice("count", "wide")),
            ("place", words(), [-1, 6]),
        ],
        remainder="drop",
    )
    prove("positions", pipeline(BEHIND["forest"], outer), 2)
    outer = ColumnTransformer([("words", words(), list(WORDS))], remainder="passthrough", sparse_threshold=0)
    prove("passthrough", pipeline(BEHIND["forest"], outer), 2, holes=False)


def test_encoder_of_numbers():
    """Numeric columns can be categories: each known number, any other and missing."""
    numbers = Pipeline(
        [("impute", SimpleImputer()), ("round", KBinsDiscretizer(6, encode="ordinal")), ("encode", one_hot())]
    )
    outer = ColumnTransformer(
        [("numbers", numbers, list(NUMBERS)), ("raw", one_hot(), ["count", "age"])]
        if sklearn_version() >= (1, 0)
        else [("numbers", numbers, list(NUMBERS))]
    )
    prove("numbers_one_hot", pipeline(BEHIND["forest"], outer), 3)


def test_missing_indicator_beside_imputed_numbers():
    """Indicators are columns of zeros and ones."""
    union = FeatureUnion([("impute", SimpleImputer()), ("missing", MissingIndicator(features="all"))])
    outer = ColumnTransformer([("numbers", union, list(NUMBERS)), ("words", words(), list(WORDS))])
    prove("indicator", pipeline(BEHIND["forest"], outer), 2)


def test_scaled_sparse_columns():
    """Sparse columns are multiplied by reciprocals, dense ones divided; both are followed."""
    outer = tabular(sparse_threshold=1.0)
    for scaler in (StandardScaler(with_mean=False), MaxAbsScaler(), RobustScaler(with_centering=False)):
        steps = Pipeline([("columns", outer), ("scale", scaler)])
        prove(f"sparse_{type(scaler).__name__}", pipeline(BEHIND["forest"], steps), 2)


@pytest.mark.parametrize("name", ["pca", "power", "quantile_normal"])
def test_trees_behind_rounding_steps(name):
    """A tree behind a projection or a power may jump a few ulps away: such rows are named, and there are few."""
    prove(f"{name}+forest", pipeline(BEHIND["forest"], tabular(*SMOOTH[name], sparse_threshold=0)), exempt=200)
