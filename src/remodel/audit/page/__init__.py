"""reports/index.html and print.html: the comparison to look at and to print, without network, the same bytes for the
same input."""

from remodel.audit.page.plot import scores_svg
from remodel.audit.page.render import pages

__all__ = ["pages", "scores_svg"]
