"""`python -m nmr_emg`, and the command `nmr-emg`."""

import sys

from nmr_emg.cli.app import main as run


def main() -> None:
    """Run the command line."""
    sys.exit(run())


if __name__ == "__main__":
    main()
