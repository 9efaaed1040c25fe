"""`python -m remodel` is `remodel`."""

import sys

from remodel.cli.main import main

sys.exit(main())
