"""`remodel release VERB`."""

from remodel.cli.parsing import Noun
from remodel.cli.release import publish, verify

NOUN = Noun("models that leave the house, and those that come in", {"publish": publish, "verify": verify})
