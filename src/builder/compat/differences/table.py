"""What recipes say and older versions of scikit-learn call otherwise: names, values, and what went away.

`additions.py` holds the other half: what came, and which defaults changed.
"""

from __future__ import annotations

from builder.compat.differences import regressors
from builder.compat.differences.rows import (
    ANY,
    NOTHING,
    SAME,
    Gone,
    Implied,
    Kept,
    Meaning,
    Renamed,
    Respelled,
    Retired,
)

INFINITY = float("inf")

_FORESTS = ("RandomForestClassifier", "ExtraTreesClassifier")
_TREES = ("DecisionTreeClassifier", "ExtraTreeClassifier")
_BOOSTING = ("GradientBoostingClassifier",)
_LOGISTIC = ("LogisticRegression", "LogisticRegressionCV")
_ESTIMATOR = "`base_estimator` was renamed to `estimator`"

RENAMED = (
    *regressors.RENAMED,
    Renamed("OneHotEncoder", "sparse_output", "sparse", "1.2", "`sparse` was renamed to `sparse_output`"),
    Renamed("AdaBoostClassifier", "estimator", "base_estimator", "1.2", _ESTIMATOR),
    Renamed("BaggingClassifier", "estimator", "base_estimator", "1.2", _ESTIMATOR),
    Renamed("CalibratedClassifierCV", "estimator", "base_estimator", "1.2", _ESTIMATOR),
    Renamed("SelfTrainingClassifier", "estimator", "base_estimator", "1.6", _ESTIMATOR),
    Renamed("ClassifierChain", "estimator", "base_estimator", "1.7", _ESTIMATOR),
    Renamed("FeatureAgglomeration", "metric", "affinity", "1.2", "`affinity` was renamed to `metric`"),
    Renamed("RidgeClassifierCV", "store_cv_results", "store_cv_values", "1.5", "renamed to `store_cv_results`"),
)

_LOG_LOSS = "losses of classifiers are called 'log_loss' everywhere"
_CRITERION = "criterion='log_loss' was added, equal to 'entropy'"
_KMEANS = "n_init='auto': one run after k-means++, the former default otherwise"
_BINS = "before, `subsample` was refused with any strategy but 'quantile'"

RESPELLED = (
    *regressors.RESPELLED,
    Respelled("GradientBoostingClassifier", "loss", "log_loss", "deviance", "1.1", _LOG_LOSS),
    Respelled("HistGradientBoostingClassifier", "loss", "log_loss", "auto", "1.1", _LOG_LOSS),
    Respelled("SGDClassifier", "loss", "log_loss", "log", "1.1", _LOG_LOSS),
    Respelled("SGDClassifier", "loss", "squared_error", "squared_loss", "1.0", "'squared_loss' was renamed"),
    *(
        Respelled(owner, "criterion", "log_loss", "entropy", "1.1", _CRITERION, refused=False)
        for owner in _FORESTS + _TREES
    ),
    Respelled("KMeans", "algorithm", "lloyd", "full", "1.1", "algorithm='full' was renamed to 'lloyd'"),
    *(
        Respelled(owner, "n_init", "auto", runs, "1.2", _KMEANS, refused=False, when=(("init", init),))
        for owner, init, runs in (
            ("KMeans", "k-means++", 1),
            ("KMeans", "random", 10),
            ("MiniBatchKMeans", "k-means++", 1),
            ("MiniBatchKMeans", "random", 3),
        )
    ),
    *(
        Respelled(
            "KBinsDiscretizer", "subsample", 200000, None, "1.3", _BINS, refused=False, when=(("strategy", kind),)
        )
        for kind in ("uniform", "kmeans")
    ),
    Respelled("FastICA", "whiten", "arbitrary-variance", True, "1.1", "whiten=True became 'arbitrary-variance'"),
    Respelled("CalibratedClassifierCV", "ensemble", "auto", True, "1.6", "'auto' was added", refused=False),
    Respelled("BaggingClassifier", "max_samples", None, 1.0, "1.8", "None draws as many rows as there are", False),
    Respelled("SequentialFeatureSelector", "n_features_to_select", "auto", None, "1.1", "None was renamed to 'auto'"),
)

_AUTO = "max_features='auto' was deprecated in 1.1 and removed in 1.3"
_LOSSES = "'log_loss' decides by the number of classes; the others were deprecated in 1.1"

RETIRED = (
    *regressors.RETIRED,
    *(Retired(owner, "max_features", "auto", "sqrt", "1.3", _AUTO) for owner in _FORESTS + _TREES),
    Retired("GradientBoostingClassifier", "max_features", "auto", "sqrt", "1.3", _AUTO),
    Retired("HistGradientBoostingClassifier", "loss", "binary_crossentropy", "log_loss", "1.3", _LOSSES),
    Retired("HistGradientBoostingClassifier", "loss", "categorical_crossentropy", "log_loss", "1.3", _LOSSES),
    Retired("HistGradientBoostingClassifier", "categorical_features", "warn", None, "1.6", "'warn' meant None"),
    Retired("KMeans", "algorithm", "auto", "elkan", "1.3", "'auto' chose 'elkan', and was removed"),
    Retired("LogisticRegression", "l1_ratio", None, 0.0, "1.8", "None, which meant no L1 penalty, is deprecated"),
    Retired("LogisticRegressionCV", "l1_ratios", None, [0.0], "1.8", "None, which meant no L1 penalty, is deprecated"),
    Retired("NMF", "init", "warn", None, "1.1", "'warn' meant None"),
    Retired("NMF", "n_components", "warn", None, "1.6", "'warn' meant None"),
    Retired("MiniBatchNMF", "n_components", "warn", None, "1.6", "'warn' meant None"),
    Retired("RidgeClassifierCV", "store_cv_results", None, False, "1.7", "None stood in for the renamed parameter"),
    Retired("SGDClassifier", "eta0", 0.0, 0.01, "1.8", "eta0=0 is refused; the schedule 'optimal' does not use it"),
    Retired("SGDOneClassSVM", "eta0", 0.0, 0.01, "1.8", "eta0=0 is refused; the schedule 'optimal' does not use it"),
)

_PENALTY = "`penalty` was deprecated: `l1_ratio` and `C` say which penalty"
_NO_PENALTY = "penalty='none' was renamed to None"

IMPLIED = (
    *regressors.IMPLIED,
    Implied(
        "LogisticRegression",
        (("C", INFINITY),),
        (("C", 1.0), ("l1_ratio", None), ("penalty", "none")),
        "1.2",
        _NO_PENALTY,
    ),
    Implied(
        "LogisticRegression", (("C", INFINITY),), (("C", 1.0), ("l1_ratio", None), ("penalty", None)), "1.8", _PENALTY
    ),
    Implied("LogisticRegression", (("l1_ratio", 0.0),), (("l1_ratio", None), ("penalty", "l2")), "1.8", _PENALTY),
    Implied("LogisticRegression", (("l1_ratio", 1.0),), (("l1_ratio", None), ("penalty", "l1")), "1.8", _PENALTY),
    Implied(
        "LogisticRegression", (("l1_ratio", ANY),), (("l1_ratio", SAME), ("penalty", "elasticnet")), "1.8", _PENALTY
    ),
    Implied("LogisticRegressionCV", (("l1_ratios", [0.0]),), (("l1_ratios", None), ("penalty", "l2")), "1.8", _PENALTY),
    Implied("LogisticRegressionCV", (("l1_ratios", [1.0]),), (("l1_ratios", None), ("penalty", "l1")), "1.8", _PENALTY),
    Implied(
        "LogisticRegressionCV", (("l1_ratios", ANY),), (("l1_ratios", SAME), ("penalty", "elasticnet")), "1.8", _PENALTY
    ),
)

_SPLIT = "use min_impurity_decrease instead"
_MULTI = "leave it out (multinomial), or wrap the classifier in OneVsRestClassifier"
_L1 = "l1_ratio: 0 is the L2 penalty, l1_ratio: 1 the L1 penalty, between them elasticnet; C: .inf is none"

GONE = (
    *regressors.GONE,
    *(Gone(owner, "penalty", "1.8", _L1, _PENALTY) for owner in _LOGISTIC),
    *(
        Gone(owner, "multi_class", "1.8", _MULTI, "deprecated in 1.5: multinomial wherever the solver can")
        for owner in _LOGISTIC
    ),
    Gone("LogisticRegression", "n_jobs", "1.8", "leave it out: it has no effect", "`n_jobs` has no effect any more"),
    Gone(
        *("AdaBoostClassifier", "algorithm", "1.8", "leave it out: SAMME is the only algorithm"),
        "'SAMME.R' was deprecated in 1.4, the parameter in 1.6",
        *("1.6", "SAMME"),
    ),
    Gone(
        *("GradientBoostingClassifier", "criterion", "1.9", "leave it out: it has no effect"),
        "`criterion` is deprecated and has no effect",
        *("1.9", "friedman_mse"),
    ),
    *(
        Gone(owner, "min_impurity_split", "1.0", _SPLIT, "deprecated in 0.19")
        for owner in (*_FORESTS, *_TREES, *_BOOSTING, "RandomTreesEmbedding")
    ),
    Gone("SimpleImputer", "verbose", "1.3", "leave it out: empty columns always raise a warning", "deprecated in 1.1"),
    Gone("KMeans", "n_jobs", "1.0", "leave it out: the recipe's `threads` sets the threads", "deprecated in 0.23"),
    Gone("KMeans", "precompute_distances", "1.0", "leave it out: it had no effect", "deprecated in 0.23"),
    Gone("ColumnTransformer", "force_int_remainder_cols", "1.7", "leave it out: it has no effect", "deprecated in 1.7"),
    Gone("Birch", "copy", "1.8", "leave it out: it had no effect", "deprecated in 1.6"),
    Gone("MiniBatchDictionaryLearning", "n_iter", "1.4", "use max_iter, in passes over the data", "deprecated in 1.1"),
    Gone("MiniBatchSparsePCA", "n_iter", "1.4", "use max_iter, in passes over the data", "deprecated in 1.2"),
    Gone("NMF", "alpha", "1.2", "use alpha_W and alpha_H, which are scaled by the data's shape", "deprecated in 1.0"),
    Gone("NMF", "regularization", "1.2", "use alpha_W and alpha_H", "deprecated in 1.0"),
    Gone("RidgeClassifier", "normalize", "1.2", "scale the columns with StandardScaler first", "deprecated in 1.0"),
    Gone("RidgeClassifierCV", "normalize", "1.2", "scale the columns with StandardScaler first", "deprecated in 1.0"),
)

_PLATT = "deprecated in favour of CalibratedClassifierCV(..., ensemble=False), which gives other probabilities"
_SHUFFLE = "deprecated in favour of a splitter as `cv`, which older versions do not take"

KEPT = (
    Kept("SVC", "probability", "1.9", _PLATT),
    Kept("NuSVC", "probability", "1.9", _PLATT),
    Kept("TargetEncoder", "shuffle", "1.9", _SHUFFLE),
    Kept("TargetEncoder", "random_state", "1.9", _SHUFFLE),
)

_SET_OUTPUT = "`set_output` came: a method, which recipes do not call; pipelines here pass numpy arrays"

MEANINGS = (
    Meaning("ColumnTransformer", "set_output", "1.2", _SET_OUTPUT),
    Meaning("Pipeline", "set_output", "1.2", _SET_OUTPUT),
    Meaning("FunctionTransformer", "feature_names_out", "1.1", "came with get_feature_names_out; before, no names"),
    Meaning("PCA", "svd_solver", "1.5", "'auto' takes 'covariance_eigh' for many rows and few columns"),
    Meaning("SelectKBest", "k", "1.4", "k above the number of columns keeps them all, with a warning; it was refused"),
    Meaning("LogisticRegression", "solver", "1.8", "'liblinear' refuses three classes; it was one-versus-rest"),
)

__all__ = ["GONE", "IMPLIED", "KEPT", "MEANINGS", "NOTHING", "RENAMED", "RESPELLED", "RETIRED"]
