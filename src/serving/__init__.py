"""Answers requests with a released model; goes with each model, and needs nothing else of remodel."""
