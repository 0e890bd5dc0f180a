"""`python -m quotarules` is `quotarules`."""

from quotarules.cli.main import main

main()
