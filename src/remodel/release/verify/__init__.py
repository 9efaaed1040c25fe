"""What a receiver checks of a release."""
