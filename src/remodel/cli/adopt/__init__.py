"""`remodel adopt VERB`."""

from remodel.cli.adopt import inspect
from remodel.cli.parsing import Noun

NOUN = Noun("models that exist as pickles", {"inspect": inspect})
