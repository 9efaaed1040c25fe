"""The operators that a model.onnx may use: those that our exporter and skl2onnx write, and no other.

docs/decisions/0019-onnx-before-a-session.md says where the list comes from; a test in every environment holds the files
of every exported estimator against it.
"""

from __future__ import annotations

STANDARD, MACHINE_LEARNING = "", "ai.onnx.ml"

OPSETS = {STANDARD: 17, MACHINE_LEARNING: 3}
"""The newest version of each domain that our exporters write."""

ELEMENTWISE = """
    Abs Add And Cast Clip Div Elu Equal Erf Exp Greater GreaterOrEqual Identity IsNaN Less LessOrEqual Log Max Min Mod
    Mul Neg Not Or Pow Reciprocal Relu Sigmoid Sign Sin Softmax Softplus Sqrt Sub Sum Tanh Where
"""

REDUCING = """
    ArgMax ArgMin CumSum ReduceL1 ReduceL2 ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum
    ReduceSumSquare TopK
"""

SHAPING = """
    Concat Constant ConstantOfShape Expand EyeLike Flatten Gather GatherElements Reshape Shape Slice Split Squeeze Tile
    Transpose Unsqueeze
"""

MULTIPLYING = "Einsum Gemm MatMul"

REPEATING = "Loop Scan"

OF_LEARNING = """
    ArrayFeatureExtractor Binarizer FeatureVectorizer Imputer LabelEncoder LinearClassifier LinearRegressor Normalizer
    OneHotEncoder Scaler SVMClassifier SVMRegressor TreeEnsembleClassifier TreeEnsembleRegressor
"""

OPERATORS = {
    STANDARD: frozenset(" ".join((ELEMENTWISE, REDUCING, SHAPING, MULTIPLYING, REPEATING)).split()),
    MACHINE_LEARNING: frozenset(OF_LEARNING.split()),
}
