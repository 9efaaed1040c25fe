"""Outliers: what detectors answer, which learn from rows and from no class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import numpy
from sklearn import metrics

from builder.answers.decisions import LabelsWithDecisions
from builder.answers.labels import Labels
from builder.data import INLIER, OUTLIER, Snapshot
from container.errors import recipe_error


@dataclass(frozen=True)
class Outliers(LabelsWithDecisions):
    """labels: "-1" of outliers, "1" of all other rows, as scikit-learn has them. decisions: float64, shape (rows, 1),
    negative for outliers.

    average_precision and roc_auc are those of the outliers, by the negative decision score.
    """

    STEP: ClassVar[str] = "outlier"

    @classmethod
    def check_kind(cls, estimator: Any) -> None:
        if not _is_detector(estimator):
            name = type(estimator).__name__
            raise recipe_error(
                f"pipeline.outlier: {name} tells no outliers", "Choose a detector, such as IsolationForest"
            )

    @classmethod
    def advice(cls, estimator: Any) -> str:
        return "Set novelty: true" if hasattr(estimator, "novelty") else super().advice(estimator)

    @classmethod
    def described(cls, model: Any) -> dict:
        return {"classes": [OUTLIER, INLIER], "answers": cls.NAME}

    def scores(
        self, truth: numpy.ndarray, snapshot: Snapshot, weights: Optional[numpy.ndarray] = None
    ) -> dict[str, float]:
        hits, oddness = truth == OUTLIER, -self.decisions[:, 0]
        precision = area = float("nan")
        if hits.any() and not hits.all():
            precision = float(metrics.average_precision_score(hits, oddness, sample_weight=weights))
            area = float(metrics.roc_auc_score(hits, oddness, sample_weight=weights))
        return {**Labels.scores(self, truth, snapshot, weights), "average_precision": precision, "roc_auc": area}


def _is_detector(estimator: Any) -> bool:
    """By its mixin, which every version has."""
    from sklearn.base import OutlierMixin

    return isinstance(estimator, OutlierMixin)
