"""What `python -m train` built: listed, held side by side, promoted to a model of the pipeline."""
