"""What the versions of scikit-learn call otherwise in regressors, and what came and went: rows of both tables."""

from __future__ import annotations

from builder.compat.differences.rows import Added, Gone, Implied, NewDefault, NewValue, Renamed, Respelled, Retired

_TREES = ("DecisionTreeRegressor", "ExtraTreeRegressor")
_FORESTS = ("RandomForestRegressor", "ExtraTreesRegressor")
_SCALED = (
    *("ARDRegression", "BayesianRidge", "ElasticNet", "ElasticNetCV", "Lasso", "LassoCV", "LinearRegression"),
    *("MultiTaskElasticNet", "MultiTaskElasticNetCV", "MultiTaskLasso", "MultiTaskLassoCV", "Ridge", "RidgeCV"),
)
_ANGLES = (
    *("Lars", "LarsCV", "LassoLars", "LassoLarsCV", "LassoLarsIC"),
    *("OrthogonalMatchingPursuit", "OrthogonalMatchingPursuitCV"),
)
_PATHS = ("ElasticNetCV", "LassoCV", "MultiTaskElasticNetCV", "MultiTaskLassoCV")
_GLMS = ("GammaRegressor", "PoissonRegressor", "TweedieRegressor")

_ESTIMATOR = "`base_estimator` was renamed to `estimator`"
_ERRORS = "losses and criteria are called 'squared_error' and 'absolute_error' everywhere"
_AUTO = "max_features='auto' was deprecated in 1.1 and removed in 1.3: it meant all columns"
_SCALE = "scale the columns with StandardScaler first"
_ALPHAS = "`n_alphas` was merged into `alphas`"
_ITER = "`n_iter` was renamed to `max_iter`"

RENAMED = (
    Renamed("ARDRegression", "max_iter", "n_iter", "1.3", _ITER),
    Renamed("BayesianRidge", "max_iter", "n_iter", "1.3", _ITER),
    Renamed("AdaBoostRegressor", "estimator", "base_estimator", "1.2", _ESTIMATOR),
    Renamed("BaggingRegressor", "estimator", "base_estimator", "1.2", _ESTIMATOR),
    Renamed("RANSACRegressor", "estimator", "base_estimator", "1.1", _ESTIMATOR),
    Renamed("RegressorChain", "estimator", "base_estimator", "1.7", _ESTIMATOR),
    Renamed("RidgeCV", "store_cv_results", "store_cv_values", "1.5", "renamed to `store_cv_results`"),
)

RESPELLED = (
    *(
        Respelled(owner, "criterion", new, old, "1.0", _ERRORS)
        for owner in _TREES + _FORESTS
        for new, old in (("squared_error", "mse"), ("absolute_error", "mae"))
    ),
    Respelled("GradientBoostingRegressor", "loss", "squared_error", "ls", "1.0", _ERRORS),
    Respelled("GradientBoostingRegressor", "loss", "absolute_error", "lad", "1.0", _ERRORS),
    Respelled("HistGradientBoostingRegressor", "loss", "squared_error", "least_squares", "1.0", _ERRORS),
    Respelled("HistGradientBoostingRegressor", "loss", "absolute_error", "least_absolute_deviation", "1.0", _ERRORS),
    Respelled("RANSACRegressor", "loss", "absolute_error", "absolute_loss", "1.0", _ERRORS),
    Respelled("RANSACRegressor", "loss", "squared_error", "squared_loss", "1.0", _ERRORS),
    Respelled("SGDRegressor", "loss", "squared_error", "squared_loss", "1.0", _ERRORS),
    Respelled("BaggingRegressor", "max_samples", None, 1.0, "1.8", "None draws as many rows as there are", False),
)

RETIRED = (
    *(Retired(owner, "max_features", "auto", 1.0, "1.3", _AUTO) for owner in _TREES + _FORESTS),
    Retired("GradientBoostingRegressor", "max_features", "auto", 1.0, "1.3", _AUTO),
    Retired("HistGradientBoostingRegressor", "categorical_features", "warn", None, "1.6", "'warn' meant None"),
    Retired("QuantileRegressor", "solver", "warn", "interior-point", "1.4", "'warn' meant 'interior-point'"),
    Retired("RidgeCV", "store_cv_results", None, False, "1.7", "None stood in for the renamed parameter"),
    *(Retired(owner, "alphas", None, 100, "1.7", "None meant as many as `n_alphas` says") for owner in _PATHS),
)

IMPLIED = tuple(
    Implied(owner, (("alphas", 100),), (("alphas", None), ("n_alphas", 100)), "1.7", _ALPHAS) for owner in _PATHS
)

GONE = (
    *(
        Gone(owner, "min_impurity_split", "1.0", "use min_impurity_decrease instead", "deprecated in 0.19")
        for owner in (*_TREES, *_FORESTS, "GradientBoostingRegressor")
    ),
    Gone(
        *("GradientBoostingRegressor", "criterion", "1.9", "leave it out: it has no effect"),
        "`criterion` is deprecated and has no effect",
        *("1.9", "friedman_mse"),
    ),
    *(Gone(owner, "normalize", "1.2", _SCALE, "deprecated in 1.0") for owner in _SCALED),
    # True was the default of these: what newer versions do has to be said.
    *(Gone(owner, "normalize", "1.4", _SCALE, "deprecated in 1.0", "1.4", False) for owner in _ANGLES),
    *(Gone(owner, "n_alphas", "1.7", "write alphas: 100 for a hundred of them", _ALPHAS) for owner in _PATHS),
    Gone("TheilSenRegressor", "copy_X", "1.8", "leave it out: it had no effect", "deprecated in 1.6"),
)

_MONOTONIC = "columns whose growth may only raise or only lower the answer"

ADDED = (
    *(Added(owner, "monotonic_cst", "1.4", None, _MONOTONIC) for owner in _TREES + _FORESTS),
    *(Added(owner, "solver", "1.2", "lbfgs", "before, lbfgs was the only one") for owner in _GLMS),
    Added("GaussianProcessRegressor", "n_targets", "1.3", None, "how many targets a model has that is not fitted"),
    Added("HistGradientBoostingRegressor", "interaction_cst", "1.2", None, "which columns may share a branch"),
    Added("HistGradientBoostingRegressor", "max_features", "1.4", 1.0, "share of the columns at each split"),
    Added("HistGradientBoostingRegressor", "quantile", "1.1", None, "which quantile loss='quantile' predicts"),
    Added("LassoLarsIC", "noise_variance", "1.0", None, "the variance of the noise; None: estimated"),
    Added("LinearRegression", "tol", "1.7", 1e-06, "when the solver of sparse data stops"),
    Added("MLPRegressor", "loss", "1.7", "squared_error", "before, the squared error was the only one"),
    Added("RegressorChain", "verbose", "1.2", False, "progress messages"),
    Added("Ridge", "positive", "1.0", False, "coefficients that are 0 or more"),
)

NEW_VALUES = (
    *(NewValue(owner, "criterion", "poisson", "1.0", "Poisson's deviance") for owner in _FORESTS),
    *(NewValue(owner, "solver", "newton-cholesky", "1.2", "for many more rows than columns") for owner in _GLMS),
    NewValue("HistGradientBoostingRegressor", "categorical_features", "from_dtype", "1.4", "pandas' categories"),
    NewValue("HistGradientBoostingRegressor", "loss", "quantile", "1.1", "the pinball loss"),
    NewValue("HistGradientBoostingRegressor", "loss", "gamma", "1.3", "Gamma's deviance"),
    NewValue("LinearSVR", "dual", "auto", "1.3", "decided by the shape of the data"),
    NewValue("MLPRegressor", "loss", "poisson", "1.7", "Poisson's deviance"),
)

NEW_DEFAULTS = (
    *(NewDefault(owner, "criterion", "1.0", "'squared_error', which 'mse' meant") for owner in (*_TREES, *_FORESTS)),
    *(
        NewDefault(owner, "max_features", "1.1", "1.0, which 'auto' meant")
        for owner in ("ExtraTreeRegressor", *_FORESTS)
    ),
    *(NewDefault(owner, "max_iter", "1.5", "300 instead of None, which meant it") for owner in _SCALED[:2]),
    *(NewDefault(owner, "alphas", "1.7", "a warning, in 1.9 100 instead of None") for owner in _PATHS),
    NewDefault("BaggingRegressor", "max_samples", "1.8", "None instead of 1.0"),
    NewDefault("GradientBoostingRegressor", "loss", "1.0", "'squared_error', which 'ls' meant"),
    NewDefault("HistGradientBoostingRegressor", "loss", "1.0", "'squared_error', which 'least_squares' meant"),
    NewDefault("HistGradientBoostingRegressor", "categorical_features", "1.4", "a warning, in 1.6 'from_dtype'"),
    NewDefault("LinearSVR", "dual", "1.3", "a warning, in 1.5 'auto' instead of True"),
    NewDefault("QuantileRegressor", "solver", "1.2", "a warning, in 1.4 'highs' instead of 'interior-point'"),
    NewDefault("RANSACRegressor", "loss", "1.0", "'absolute_error', which 'absolute_loss' meant"),
    NewDefault("RegressorChain", "estimator", "1.9", "required again, after two versions that took either name"),
    NewDefault("Ridge", "tol", "1.2", "0.0001 instead of 0.001"),
    NewDefault("RidgeCV", "store_cv_results", "1.7", "False instead of None, which meant it"),
    NewDefault("SGDRegressor", "loss", "1.0", "'squared_error', which 'squared_loss' meant"),
)
