"""Regressors: a file's numbers are the model's own, within rounding, and those of trees bit for bit."""

from __future__ import annotations

import warnings

import numpy as np
import onnx
import pytest
from builds import pipeline, tabular
from proof import PER_COLUMN
from sklearn.compose import TransformedTargetRegressor
from sklearn.cross_decomposition import CCA, PLSCanonical, PLSRegression
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import (
    AdaBoostRegressor,
    BaggingRegressor,
    ExtraTreesRegressor,
    GradientBoostingRegressor,
    RandomForestRegressor,
    StackingRegressor,
    VotingRegressor,
)
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, DotProduct, Matern, RationalQuadratic, WhiteKernel
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import (
    ARDRegression,
    BayesianRidge,
    ElasticNet,
    GammaRegressor,
    HuberRegressor,
    Lars,
    Lasso,
    LassoLars,
    LinearRegression,
    OrthogonalMatchingPursuit,
    PassiveAggressiveRegressor,
    PoissonRegressor,
    RANSACRegressor,
    Ridge,
    RidgeCV,
    SGDRegressor,
    TheilSenRegressor,
    TweedieRegressor,
)
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsRegressor, RadiusNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR, LinearSVR, NuSVR
from sklearn.tree import DecisionTreeRegressor, ExtraTreeRegressor
from tabular import described, make

from builder.answers import Numbers
from builder.compat import experimental
from builder.onnx import parity
from builder.onnx.exact import Unsupported, export
from builder.onnx.proof.adversary import adversarial
from builder.onnx.proof.compare import compare

for _row in experimental.TABLE:
    experimental.enable(_row.name)

from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: E402  (experimental in 0.24)


def log1p():
    return TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1)


def members():
    return [
        ("ridge", Ridge()),
        ("tree", DecisionTreeRegressor(max_depth=4, random_state=0)),
        ("huber", HuberRegressor()),
    ]


LINEAR = {
    "linear": LinearRegression(),
    "ridge": Ridge(),
    "ridge_cv": RidgeCV(),
    "lasso": Lasso(0.01),
    "elastic_net": ElasticNet(0.01),
    "lars": Lars(),
    "lasso_lars": LassoLars(0.01),
    "pursuit": OrthogonalMatchingPursuit(),
    "bayesian": BayesianRidge(),
    "ard": ARDRegression(),
    "huber": HuberRegressor(),
    "theil_sen": TheilSenRegressor(random_state=0, max_subpopulation=200),
    "sgd": SGDRegressor(random_state=0),
    "passive": PassiveAggressiveRegressor(random_state=0),
    "linear_svr": LinearSVR(random_state=0, max_iter=5000),
    "poisson": PoissonRegressor(),
    "gamma": GammaRegressor(),
    "tweedie": TweedieRegressor(power=1.5, link="log"),
    "tweedie_identity": TweedieRegressor(power=0),
    "ransac": RANSACRegressor(random_state=0),
}
OTHERS = {
    "svr_rbf": SVR(C=10),
    "svr_poly": SVR(kernel="poly", degree=2),
    "svr_linear": SVR(kernel="linear"),
    "nu_svr": NuSVR(),
    "knn": KNeighborsRegressor(),
    "knn_distance": KNeighborsRegressor(weights="distance"),
    "mlp": MLPRegressor(hidden_layer_sizes=[16], max_iter=60, random_state=0),
    "mlp_tanh": MLPRegressor(hidden_layer_sizes=[8, 8], activation="tanh", max_iter=60, random_state=0),
    "dummy": DummyRegressor(strategy="median"),
    "voting": VotingRegressor(members(), weights=[1, 2, 0.5]),
    "stacking": StackingRegressor(members(), cv=3),
    "stacking_passthrough": StackingRegressor(members(), Ridge(), cv=3, passthrough=True),
    "bagged_linear": BaggingRegressor(Ridge(), n_estimators=5, max_features=0.6, random_state=0),
    "kernel_ridge": KernelRidge(kernel="rbf", gamma=0.05),
    "kernel_ridge_polynomial": KernelRidge(kernel="polynomial", degree=2, gamma=0.1),
    "kernel_ridge_laplacian": KernelRidge(kernel="laplacian"),
    "kernel_ridge_cosine": KernelRidge(kernel="cosine"),
    "gaussian_process": GaussianProcessRegressor(RBF(3.0) + WhiteKernel(0.5), normalize_y=True),
    "gaussian_process_matern": GaussianProcessRegressor(1.0 * Matern(2.0, nu=1.5) + WhiteKernel(0.5)),
    "gaussian_process_rational": GaussianProcessRegressor(
        RationalQuadratic() * DotProduct() + WhiteKernel(), optimizer=None
    ),
    "radius": RadiusNeighborsRegressor(radius=6.0),
    "radius_distance": RadiusNeighborsRegressor(radius=6.0, weights="distance"),
    "latent": PLSRegression(3),
    "latent_canonical": PLSCanonical(1),
    "latent_correlation": CCA(1),
    "median_of_lines": AdaBoostRegressor(Ridge(), n_estimators=6, random_state=0),
    "search": GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=3),
    "log_target": log1p(),
    "scaled_target": TransformedTargetRegressor(SVR(), transformer=StandardScaler()),
}
TREES = {
    "tree": DecisionTreeRegressor(random_state=0),
    "extra_tree": ExtraTreeRegressor(random_state=0),
    "forest": RandomForestRegressor(15, random_state=0),
    "extra_trees": ExtraTreesRegressor(15, random_state=0),
    "boosting": GradientBoostingRegressor(n_estimators=20, random_state=0),
    "boosting_huber": GradientBoostingRegressor(loss="huber", n_estimators=20, random_state=0),
    "boosting_quantile": GradientBoostingRegressor(loss="quantile", alpha=0.8, n_estimators=20, random_state=0),
    "histogram": HistGradientBoostingRegressor(max_iter=20, early_stopping=False),
    "median_of_trees": AdaBoostRegressor(n_estimators=12, random_state=0),
    "bagged_trees": BaggingRegressor(n_estimators=8, random_state=0),
}
EXPONENTIAL = {"histogram_poisson": HistGradientBoostingRegressor(loss="poisson", max_iter=20, early_stopping=False)}


def target_of(frame, seed):
    """Positive numbers that hang on numbers and words."""
    random = np.random.default_rng(seed)
    numbers = frame.fillna({"age": 40.0, "income": 2e4, "ratio": 0.5, "count": 3.0, "wide": 1e6})
    score = numbers["age"] / 40 + np.log(numbers["income"]) + 3 * numbers["ratio"] + 0.2 * numbers["count"]
    score = score + np.where(frame["city"] == "bonn", 1.0, 0.0)
    return np.round(np.exp(score.to_numpy() / 4) * 10 + random.gamma(2.0, 1.0, len(frame)), 3)


def prove(model):
    """Fit, export, and compare on unseen rows, adversarial rows and single rows."""
    frame, _ = make(260, 2, seed=1)
    test = make(200, 2, seed=2, unseen=0.1)[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(frame, target_of(frame, 3))
        file = export(model, described(frame))
        assert file == export(model, described(frame)), "the same model gave other bytes"
        return [
            compare(Numbers, model, file, test),
            compare(Numbers, model, file, adversarial(Numbers, model, test, per_column=PER_COLUMN, features=1)),
            compare(Numbers, model, file, test.iloc[:20], batch=1),
        ], file


@pytest.mark.parametrize("name", [*LINEAR, *OTHERS, *EXPONENTIAL])
def test_numbers_are_the_models_within_rounding(name):
    """Relative to the number itself."""
    regressor = {**LINEAR, **OTHERS, **EXPONENTIAL}[name]
    found, _ = prove(pipeline(regressor, tabular(sparse_threshold=0)))
    for measured in found:
        assert measured.holds and measured.largest <= 1e-10, measured
        assert not measured.exempt


@pytest.mark.parametrize("name", list(TREES))
def test_numbers_of_trees_are_the_models_bit_for_bit(name):
    """The leaves' values are added up in the same order."""
    found, file = prove(pipeline(TREES[name], tabular(sparse_threshold=0)))
    assert [measured.largest for measured in found] == [0.0, 0.0, 0.0]
    outputs = onnx.load_from_string(file).graph.output
    assert [output.name for output in outputs] == ["prediction"]


def test_another_models_file_is_found_wrong():
    """A relative difference above 1e-9 on any row, on small numbers as on large ones."""
    frame, _ = make(200, 2, seed=1, holes=False)
    numbers = frame[["age", "ratio", "count"]]
    for scale in (1e-12, 1.0, 1e12):
        target = target_of(frame, 3) * scale
        model, other = Ridge(1.0).fit(numbers, target), Ridge(1.0 + 1e-5).fit(numbers, target)
        right, wrong = (export(one, described(numbers)) for one in (model, other))
        expected = Numbers.ask(model, numbers)
        assert parity.compare(right, numbers, expected).holds
        assert not parity.compare(wrong, numbers, expected).holds


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (TransformedTargetRegressor(Ridge(), func=np.log2, inverse_func=np.exp2, check_inverse=False), "exp2"),
        (KNeighborsRegressor(weights=lambda distance: 1 / (1 + distance)), "weights as a function"),
    ],
)
def test_what_has_no_exact_form_is_refused_by_name(model, words):
    """And not exported in some other way."""
    frame, _ = make(120, 2, seed=1, holes=False)
    numbers = frame[["age", "ratio"]]
    with pytest.raises(Unsupported, match=words):
        export(model.fit(numbers, target_of(frame, 3)), described(numbers))
