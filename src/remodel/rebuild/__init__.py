"""`remodel rebuild`: what `dvc repro` would do, in parallel, in warm environments, with one writer of DVC's records."""
