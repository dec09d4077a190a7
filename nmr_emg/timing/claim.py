"""Loss that was told by the clock alone, and whether it proves true."""

from dataclasses import dataclass
from math import inf

CLAIMED = 10.0
"""How long loss told by lateness may prove to be none (s)."""
USUAL = 1.5
"""How much later than rows that proved to be only late others may be and prove nothing (factor)."""
FORGOTTEN = 60.0
"""After this time without such rows, half of that lateness counts (s)."""


@dataclass(slots=True)
class Claim:
    """Loss that only lateness tells of, until it is confirmed.

    Where rows come too early afterwards, the link had only been slow: then so much lateness is usual for it, and the
    samples that were counted wrongly are taken off the next loss. Without this, a slow link would be counted as loss
    again and again. Claims that follow one another are settled together.

    Args:
        by: samples claimed; 0 when nothing is.
        late: how late rows came (samples).
        unit: samples that can't be told apart: a whole cycle of the counter.
        until: when the claim is settled (s).
        early: earliest that rows came since (samples, below 0).
        debt: samples counted too many.
        usual: lateness that proves nothing (samples).
        halved: when that was last halved or noted (s).
    """

    by: int = 0
    late: float = 0.0
    unit: int = 1
    until: float = -inf
    early: float = 0.0
    debt: int = 0
    usual: float = 0.0
    halved: float = -inf

    def make(self, by: int, late: float, arrived: float, unit: int) -> int:
        """Claim that `by` samples were lost; gives how many are to be counted."""
        paid = min(self.debt, by)
        self.debt -= paid
        self.by, self.late = self.by + by - paid, max(late, self.late if self.by else 0.0)
        self.unit, self.until = unit, arrived + CLAIMED
        return by - paid

    def check(self, late: float, arrived: float) -> None:
        """See how late the next rows come (samples)."""
        if self.usual and arrived - self.halved > FORGOTTEN:
            self.usual, self.halved = self.usual / 2, arrived
        if arrived > self.until:
            self._end()
        if not self.by:
            return
        self.early = min(self.early, late)
        if -self.early > self.by / 2:
            self.usual, self.halved = max(self.usual, USUAL * self.late), arrived

    def _end(self) -> None:
        if -self.early > self.by / 2:
            wrong = min(-self.early, self.by)
            self.debt += round(wrong / self.unit) * self.unit
        self.by, self.early = 0, 0.0
