"""`remodel release publish` and `remodel release verify`: models that leave the house, and come in."""
