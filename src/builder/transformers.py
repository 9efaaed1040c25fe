"""Our own transformers, which recipes may name besides scikit-learn's; none is needed so far."""
