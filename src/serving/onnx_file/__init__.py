"""model.onnx, read and judged before ONNX Runtime sees it; needs nothing but numpy."""
