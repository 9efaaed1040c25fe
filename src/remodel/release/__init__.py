"""`remodel release` and `remodel verify-release`: models that leave the house, and what their receiver can check."""
