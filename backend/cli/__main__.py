"""`python -m backend.cli`, the same as `sereno`."""

from __future__ import annotations

from backend.cli import main

main()
