"""The floor of one `python -m train`: what a data scientist's own script does for the same model, and nothing else.

Breast cancer, scaled, logistic regression, five folds with the same four scores, fitted on all rows, written as skops
and as ONNX, and checked in ONNX Runtime. `benchmarks/one_model.py` runs it in the locked wheels of an environment.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import skl2onnx
import skops.io
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

rows, labels = load_breast_cancer(return_X_y=True)
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))

for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(rows, labels):
    fitted = clone(model).fit(rows[train], labels[train])
    chance, predicted = fitted.predict_proba(rows[test]), fitted.predict(rows[test])
    scores = (
        accuracy_score(labels[test], predicted),
        balanced_accuracy_score(labels[test], predicted),
        log_loss(labels[test], chance),
        roc_auc_score(labels[test], chance[:, 1]),
    )

model.fit(rows, labels)
out = Path(sys.argv[1])
skops.io.dump(model, out / "model.skops")
exported = skl2onnx.to_onnx(model, rows[:1].astype(np.float32), options={id(model): {"zipmap": False}})
(out / "model.onnx").write_bytes(exported.SerializeToString())
session = onnxruntime.InferenceSession(str(out / "model.onnx"))
answer = session.run(None, {"X": rows.astype(np.float32)})
assert (answer[0] == model.predict(rows)).all()
