"""What went wrong, in words for the banner."""

from nmr_emg.errors import NmrEmgError


def plain(error: BaseException) -> str:
    """One line without a traceback; errors that nobody foresaw keep their name, so that they can be reported.

    >>> from nmr_emg.errors import DeviceLost
    >>> plain(DeviceLost("the board is gone; plug it in"))
    'the board is gone; plug it in'
    >>> plain(KeyError("rest"))
    "a fault in the program: KeyError 'rest'; please report it"
    """
    if isinstance(error, NmrEmgError):
        return " ".join(str(error).split())
    text = " ".join(f"{type(error).__name__} {error}".split())
    return f"a fault in the program: {text}; please report it"
