"""`remodel experiment VERB`."""

from remodel.cli.experiment import diff, list, promote
from remodel.cli.parsing import Noun

NOUN = Noun("what `python -m train` has built", {"list": list, "diff": diff, "promote": promote})
