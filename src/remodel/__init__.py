"""The control plane: recipes, environments, engines, the DVC pipeline, comparison and release."""
