"""Reads pickles of models without loading them: nothing is imported or called. Runs in the control container."""
