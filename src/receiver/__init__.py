"""What a model answers: runs inside the locked container of the model's environment, and trains nothing.

A package of its own, because src/builder is part of every model's identity: a change there builds all of them again.
"""
