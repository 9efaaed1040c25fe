"""What the exact exporter has to know of the scikit-learn that fitted the model and that no attribute of it tells."""

from __future__ import annotations

from importlib.metadata import version


def sklearn_version() -> tuple[int, int]:
    """Major and minor number of the installed scikit-learn."""
    major, minor = version("scikit-learn").split(".")[:2]
    return int(major), int(minor)


def leaves_hold_counts() -> bool:
    """Leaves of classification trees hold weighted counts up to 1.3 and proportions after (scikit-learn #27639)."""
    return sklearn_version() < (1, 4)


def gradient_boosting_labels_from_probabilities() -> bool:
    """Up to 1.3 GradientBoostingClassifier labels by argmax of the probabilities, later by the raw score."""
    return sklearn_version() < (1, 4)


def histogram_labels_from_probabilities() -> bool:
    """Up to 1.4 HistGradientBoostingClassifier labels by argmax of the probabilities, later by the raw score."""
    return sklearn_version() < (1, 5)


def newton_cholesky_is_one_vs_rest() -> bool:
    """Up to 1.5 this solver of LogisticRegression fits more than two classes one against the rest."""
    return sklearn_version() < (1, 6)


def wrong_votes_count_nothing() -> bool:
    """Up to 1.2 AdaBoost's SAMME adds 0 for the classes not voted for, later -weight / (classes - 1)."""
    return sklearn_version() < (1, 3)


def bins_have_tolerance() -> bool:
    """Up to 1.0 KBinsDiscretizer adds `atol + rtol * |x|` before it looks for the bin (scikit-learn #22526)."""
    return sklearn_version() < (1, 1)


def smallest_norm() -> float:
    """Norms below it do not divide a row: from 1.0 on ten times the distance of 1 to the next double, before only 0."""
    from sklearn.preprocessing import normalize

    epsilon = 2.0**-52
    return 10 * epsilon if float(normalize([[epsilon]])[0, 0]) == epsilon else 0.0


def pca_centres_first() -> bool:
    """Up to 1.4 PCA subtracts the mean from the data, later its projection from the product."""
    return sklearn_version() < (1, 5)


def negative_categories_wrap() -> bool:
    """Up to 1.1 a negative category becomes its lowest byte, later it is missing (scikit-learn #24283)."""
    return sklearn_version() < (1, 2)


def one_vs_rest_ties_go_last() -> bool:
    """Up to 1.7 OneVsRestClassifier gives ties to the last class, later to the first."""
    return sklearn_version() < (1, 8)


def one_vs_one_knows_probabilities() -> bool:
    """From 1.2 on OneVsOneClassifier halves the votes of two classes at 0.5 where its members have probabilities alone,
    before at 0, which every such vote is above."""
    from sklearn.multiclass import OneVsOneClassifier

    return "_threshold_for_binary_predict" in OneVsOneClassifier.predict.__code__.co_names


def latent_columns_are_divided() -> bool:
    """Up to 1.4 PLSRegression and its family divide columns by their spread before the coefficients, later the
    coefficients are divided (scikit-learn #28612)."""
    return sklearn_version() < (1, 5)
