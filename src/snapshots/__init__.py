"""Table -> pinned snapshot, in a container: what a model is built from, cut into folds once for every environment."""
