"""The front door: `python -m train classifier=mlp` composes conf/ into a recipe and has it built."""
