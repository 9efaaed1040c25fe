"""Beside the builder, in the same container: many builds in one, questions to finished models, what differs.

Nothing here can change a byte of a model, so a change here builds none again.
"""
