"""What a release holds: a folder a model, and everything that describes it."""
