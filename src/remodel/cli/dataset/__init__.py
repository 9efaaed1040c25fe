"""`remodel dataset VERB`."""

from remodel.cli.dataset import accept, add, show
from remodel.cli.parsing import Noun

NOUN = Noun("tables that models learn from", {"add": add, "show": show, "accept": accept})
