"""`python -m nmr_emg`, and the command `nmr-emg`."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is still loading ends it quietly, too."""
    try:
        from nmr_emg.cli.app import main as run  # noqa: PLC0415  (so that its loading can be interrupted)

        code = run()
    except KeyboardInterrupt:
        code = 1
    sys.exit(code)


if __name__ == "__main__":
    main()
