"""`remodel environment VERB`."""

from remodel.cli.environment import add, check, estimate, list, lock, matrix, record, warm
from remodel.cli.parsing import Noun

NOUN = Noun(
    "locked environments, one for each version of scikit-learn",
    {
        "list": list,
        "add": add,
        "check": check,
        "estimate": estimate,
        "warm": warm,
        "lock": lock,
        "record": record,
        "matrix": matrix,
    },
)
