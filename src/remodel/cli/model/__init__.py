"""`remodel model VERB`."""

from remodel.cli.model import explain, measure, predict, verify
from remodel.cli.parsing import Noun

NOUN = Noun(
    "questions to finished models", {"predict": predict, "explain": explain, "measure": measure, "verify": verify}
)
