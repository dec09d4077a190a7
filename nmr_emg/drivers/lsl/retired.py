"""LSL outlets that can't be taken from the network while somebody listens.

liblsl (up to 1.18.0 at least) now and then crashes the whole program when an outlet is destroyed while a listener
hangs: the thread that was stuck in sending to it ends, and with it an entry of the very list that is being gone
through (sccn/liblsl, src/tcp_server.cpp, `close_inflight_sessions`). So an outlet with listeners stays, silent,
until the same stream is offered again, the program ends, or liblsl notices that they have left; some versions of it
notice that only when something is sent.
"""

import atexit
from collections.abc import Callable
from threading import Lock
from typing import Any

_LOCK = Lock()
_RETIRED: dict[str, Any] = {}


def taken(description: str, make: Callable[[], Any]) -> Any:
    """An outlet of this description: one that was retired, else a new one."""
    with _LOCK:
        _sweep()
        return _RETIRED.pop(description, None) or make()


def retire(description: str, outlet: Any) -> None:
    """Take an outlet from the network, now or when nobody listens any more."""
    with _LOCK:
        _RETIRED[description] = outlet
        del outlet
        _sweep()


def _sweep() -> None:
    """Let go of those to which nobody listens; pylsl destroys an outlet when it is collected."""
    for description in [key for key, outlet in _RETIRED.items() if not outlet.have_consumers()]:
        del _RETIRED[description]


@atexit.register
def _spare() -> None:
    """Keep pylsl from destroying them at the program's end, which takes them from the network anyway."""
    for outlet in _RETIRED.values():
        outlet.obj = None
