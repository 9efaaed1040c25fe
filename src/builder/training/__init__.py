"""Cross-validation and fitting: scores, warnings, and which step refused the data."""
