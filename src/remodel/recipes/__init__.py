"""What is declared: conf/ and params.yaml, composed into one resolved recipe a model."""
