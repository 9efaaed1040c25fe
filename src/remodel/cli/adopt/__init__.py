"""`remodel adopt VERB`."""

from remodel.cli.adopt import inspect, recipe
from remodel.cli.parsing import Noun

NOUN = Noun("models that exist as pickles", {"inspect": inspect, "recipe": recipe})
"""`remodel adopt inspect`: what pickles hold, without loading them; `recipe`: what made one, as files of conf/."""
