"""`python -m remodel` is `remodel`."""

import sys

from remodel.cli import main

sys.exit(main())
