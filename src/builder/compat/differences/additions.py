"""What came after scikit-learn 0.24: optional parameters, values, and other defaults.

An optional parameter that a version lacks is left out where the recipe's value does what that version always does
(`same_as`), and is an error that names `since` otherwise.
"""

from __future__ import annotations

from builder.compat.differences import regressors
from builder.compat.differences.rows import NOTHING, Added, NewDefault, NewValue

_NAMES_OUT = "names of the columns that come out"
_MONOTONIC = "monotonic constraints for trees and forests"
_EMPTY = "columns without any value can be kept"
_RARE = "categories that are rare become one"
_CLIP = "alpha below 1e-10 can be kept; before, it was raised to 1e-10"
_SKETCH = "settings of the randomized solver"
_ONLINE = "passes over the data, and a tolerance that ends them"

ADDED = (
    *regressors.ADDED,
    Added("BernoulliNB", "force_alpha", "1.2", False, _CLIP),
    Added("CategoricalNB", "force_alpha", "1.2", False, _CLIP),
    Added("ComplementNB", "force_alpha", "1.2", False, _CLIP),
    Added("MultinomialNB", "force_alpha", "1.2", False, _CLIP),
    Added("ClassifierChain", "chain_method", "1.5", "predict", "what one classifier hands to the next"),
    Added("ClassifierChain", "verbose", "1.2", False, "progress messages"),
    Added("ColumnTransformer", "verbose_feature_names_out", "1.0", True, _NAMES_OUT),
    Added("FeatureUnion", "verbose_feature_names_out", "1.5", True, _NAMES_OUT),
    Added("FunctionTransformer", "feature_names_out", "1.1", None, _NAMES_OUT),
    Added("OneHotEncoder", "feature_name_combiner", "1.3", "concat", _NAMES_OUT),
    Added("OneHotEncoder", "max_categories", "1.1", None, _RARE),
    Added("OneHotEncoder", "min_frequency", "1.1", None, _RARE),
    Added("OrdinalEncoder", "max_categories", "1.3", None, _RARE),
    Added("OrdinalEncoder", "min_frequency", "1.3", None, _RARE),
    Added("OrdinalEncoder", "encoded_missing_value", "1.1", float("nan"), "the code of a missing value"),
    Added("DecisionTreeClassifier", "monotonic_cst", "1.4", None, _MONOTONIC),
    Added("ExtraTreeClassifier", "monotonic_cst", "1.4", None, _MONOTONIC),
    Added("ExtraTreesClassifier", "monotonic_cst", "1.4", None, _MONOTONIC),
    Added("RandomForestClassifier", "monotonic_cst", "1.4", None, _MONOTONIC),
    Added("HistGradientBoostingClassifier", "class_weight", "1.2", None, "weights of the classes"),
    Added("HistGradientBoostingClassifier", "interaction_cst", "1.2", None, "which columns may share a branch"),
    Added("HistGradientBoostingClassifier", "max_features", "1.4", 1.0, "share of the columns at each split"),
    Added("SimpleImputer", "keep_empty_features", "1.2", False, _EMPTY),
    Added("KNNImputer", "keep_empty_features", "1.2", False, _EMPTY),
    Added("IterativeImputer", "keep_empty_features", "1.2", False, _EMPTY),
    Added("IterativeImputer", "fill_value", "1.3", None, "the constant that the first round fills in"),
    Added("KBinsDiscretizer", "subsample", "1.1", None, "rows that quantiles are taken from; None: all"),
    Added("KBinsDiscretizer", "random_state", "1.1", None, "seed of `subsample`"),
    Added("KBinsDiscretizer", "quantile_method", "1.7", "linear", "numpy's method for quantiles"),
    Added("PCA", "n_oversamples", "1.1", 10, _SKETCH),
    Added("PCA", "power_iteration_normalizer", "1.1", "auto", _SKETCH),
    Added("TruncatedSVD", "n_oversamples", "1.1", 10, _SKETCH),
    Added("TruncatedSVD", "power_iteration_normalizer", "1.1", "auto", _SKETCH),
    Added("KernelPCA", "iterated_power", "1.0", "auto", _SKETCH),
    Added("FastICA", "whiten_solver", "1.2", "svd", "eigenvalues instead of a singular value decomposition"),
    Added("GaussianRandomProjection", "compute_inverse_components", "1.1", False, "keeps the inverse"),
    Added("SparseRandomProjection", "compute_inverse_components", "1.1", False, "keeps the inverse"),
    Added("Isomap", "radius", "1.1", None, "neighbours within a distance instead of a number of them"),
    Added("MaxAbsScaler", "clip", "1.8", False, "values outside of the seen range are cut off"),
    Added("NearestCentroid", "priors", "1.6", "uniform", "prior probabilities of the classes"),
    Added("OneVsRestClassifier", "verbose", "1.1", 0, "progress messages"),
    Added("Pipeline", "transform_input", "1.6", None, "metadata that earlier steps transform"),
    Added("QuadraticDiscriminantAnalysis", "covariance_estimator", "1.8", None, "another estimate of covariances"),
    Added("QuadraticDiscriminantAnalysis", "shrinkage", "1.8", None, "shrunk covariances"),
    Added("QuadraticDiscriminantAnalysis", "solver", "1.8", "svd", "how covariances are computed"),
    Added("RidgeClassifier", "positive", "1.0", False, "coefficients that are not negative"),
    Added("SequentialFeatureSelector", "tol", "1.1", None, "stops when the score does not rise"),
    Added("SplineTransformer", "handle_missing", "1.8", "error", "what a missing value becomes"),
    Added("SplineTransformer", "sparse_output", "1.3", False, "a sparse matrix"),
    Added("LogisticRegressionCV", "use_legacy_attributes", "1.8", True, "shapes of the fitted attributes"),
    Added("NMF", "alpha_H", "1.0", "same", "replaces `alpha`"),
    Added("NMF", "alpha_W", "1.0", 0.0, "replaces `alpha`"),
    Added("DictionaryLearning", "callback", "1.3", None, "a function called at every step"),
    Added("MiniBatchDictionaryLearning", "callback", "1.1", None, "a function called at every step"),
    *(
        Added(owner, parameter, since, NOTHING, _ONLINE)
        for owner, since in (("MiniBatchDictionaryLearning", "1.1"), ("MiniBatchSparsePCA", "1.2"))
        for parameter in ("max_iter", "max_no_improvement", "tol")
    ),
)

NEW_VALUES = (
    *regressors.NEW_VALUES,
    NewValue("PCA", "svd_solver", "covariance_eigh", "1.5", "eigenvalues of the covariance matrix"),
    NewValue("LogisticRegression", "solver", "newton-cholesky", "1.2", "for many more rows than columns"),
    NewValue("OneHotEncoder", "handle_unknown", "infrequent_if_exist", "1.1", "unknown categories count as rare"),
    NewValue("OneHotEncoder", "handle_unknown", "warn", "1.6", "warns of unknown categories"),
    NewValue("CalibratedClassifierCV", "method", "temperature", "1.8", "temperature scaling"),
    NewValue("HistGradientBoostingClassifier", "categorical_features", "from_dtype", "1.4", "pandas' categories"),
    NewValue("FastICA", "whiten", "unit-variance", "1.1", "the fitted components have variance one"),
    NewValue("LinearSVC", "dual", "auto", "1.3", "decided by the shape of the data"),
    NewValue("QuantileTransformer", "subsample", None, "1.5", "None takes all rows"),
    NewValue("NMF", "n_components", "auto", "1.4", "taken from W or H"),
)

NEW_DEFAULTS = (
    *regressors.NEW_DEFAULTS,
    NewDefault("BaggingClassifier", "max_samples", "1.8", "None instead of 1.0"),
    NewDefault("BernoulliNB", "force_alpha", "1.4", "True instead of a warning"),
    NewDefault("CategoricalNB", "force_alpha", "1.4", "True instead of a warning"),
    NewDefault("ComplementNB", "force_alpha", "1.4", "True instead of a warning"),
    NewDefault("MultinomialNB", "force_alpha", "1.4", "True instead of a warning"),
    NewDefault("CalibratedClassifierCV", "ensemble", "1.6", "'auto' instead of True"),
    NewDefault("ClassifierChain", "estimator", "1.9", "required again, after two versions that took either name"),
    NewDefault("ExtraTreeClassifier", "max_features", "1.1", "'sqrt', which 'auto' meant"),
    NewDefault("ExtraTreesClassifier", "max_features", "1.1", "'sqrt', which 'auto' meant"),
    NewDefault("RandomForestClassifier", "max_features", "1.1", "'sqrt', which 'auto' meant"),
    NewDefault("FastICA", "whiten", "1.1", "a warning, in 1.3 'unit-variance' instead of True"),
    NewDefault("FeatureAgglomeration", "metric", "1.4", "'euclidean' instead of None, which meant it"),
    NewDefault("GradientBoostingClassifier", "loss", "1.1", "'log_loss', which 'deviance' meant"),
    NewDefault("HistGradientBoostingClassifier", "loss", "1.1", "'log_loss', which 'auto' meant"),
    NewDefault("HistGradientBoostingClassifier", "categorical_features", "1.4", "a warning, in 1.6 'from_dtype'"),
    NewDefault("KBinsDiscretizer", "subsample", "1.5", "200000 rows instead of a warning; for quantiles since 1.3"),
    NewDefault("KBinsDiscretizer", "quantile_method", "1.9", "'averaged_inverted_cdf' instead of 'linear'"),
    NewDefault("KMeans", "algorithm", "1.1", "'lloyd' instead of 'auto', which meant 'elkan'"),
    NewDefault("KMeans", "n_init", "1.2", "a warning, in 1.4 'auto' instead of 10"),
    NewDefault("MiniBatchKMeans", "n_init", "1.2", "a warning, in 1.4 'auto' instead of 3"),
    NewDefault("MiniBatchKMeans", "batch_size", "1.0", "1024 instead of 100"),
    NewDefault("KNeighborsTransformer", "n_jobs", "1.2", "None instead of 1"),
    NewDefault("RadiusNeighborsTransformer", "n_jobs", "1.2", "None instead of 1"),
    NewDefault("LinearSVC", "dual", "1.3", "a warning, in 1.5 'auto' instead of True"),
    NewDefault("LogisticRegression", "l1_ratio", "1.8", "0.0 instead of None"),
    NewDefault("LogisticRegressionCV", "l1_ratios", "1.8", "a warning instead of None"),
    NewDefault("LogisticRegressionCV", "scoring", "1.9", "a warning instead of None"),
    NewDefault("MiniBatchDictionaryLearning", "batch_size", "1.1", "a warning, in 1.3 256 instead of 3"),
    NewDefault("MiniBatchDictionaryLearning", "max_iter", "1.4", "1000 instead of None"),
    NewDefault("MiniBatchSparsePCA", "max_iter", "1.4", "1000 instead of None"),
    NewDefault("MiniBatchNMF", "n_components", "1.4", "a warning, in 1.6 'auto' instead of None"),
    NewDefault("NMF", "n_components", "1.4", "a warning, in 1.6 'auto' instead of None"),
    NewDefault("NMF", "init", "1.1", "None instead of a warning"),
    NewDefault("QuantileTransformer", "subsample", "1.2", "10000 rows instead of 100000"),
    NewDefault("RidgeClassifier", "tol", "1.2", "0.0001 instead of 0.001"),
    NewDefault("RidgeClassifierCV", "store_cv_results", "1.7", "False instead of None, which meant it"),
    NewDefault("SGDClassifier", "eta0", "1.8", "0.01 instead of 0.0"),
    NewDefault("SGDOneClassSVM", "eta0", "1.8", "0.01 instead of 0.0"),
    NewDefault("SequentialFeatureSelector", "n_features_to_select", "1.1", "a warning, in 1.3 'auto' instead of None"),
)
