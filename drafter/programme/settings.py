"""What a programme is analysed with beside its rows: the day, the lead times, the defaults. Every one is shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Settings:
    """`on` is the day of the revue des marchés: dates already past are told from it, never from a clock.

    The lead times are habits, not law; each is an option of the command.
    """

    on: date
    launch: date | None = None
    """The launch date of a row that gives none; `on` when this is None too."""
    facilitator_weeks: int = 4
    """The facilitateur is asked that many weeks before the writing begins."""
    writing_months: int = 3
    """The writing begins that many months before the launch."""
    tender_months: int = 4
    """From the launch to the start of execution, to deduce the launch when only the start is known."""
    duration_months: int = 12
    """The duration of a row that gives none."""

    @property
    def default_launch(self) -> date:
        return self.launch or self.on

    def as_data(self) -> dict[str, Any]:
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(self).items()}
