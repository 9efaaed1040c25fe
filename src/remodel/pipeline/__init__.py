"""The stages of dvc.yaml: what each reads, runs and makes, and DVC as a program."""
