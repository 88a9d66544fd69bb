"""`python -m amana` is the command `amana`."""

from amana.cli import main

raise SystemExit(main())
