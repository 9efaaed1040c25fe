"""Proof that an exported file answers as its model does, on adversarial rows too."""
