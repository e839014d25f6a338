"""What can go wrong, said to a person: every error is a list of French sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend.

    `where` names the place the reader knows: a field of the market file (`lots[2].montant_ht`),
    or a file of the library with its id and key. `message` says what was found and what to write.
    """

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where} : {self.message}" if self.where else self.message


class DrafterError(Exception):
    """Base of every error meant for a person. `exit_code` is the one of the command line."""

    exit_code = 1

    def __init__(self, faults: Iterable[Fault] | str) -> None:
        self.faults: tuple[Fault, ...] = (Fault("", faults),) if isinstance(faults, str) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class RefusedError(DrafterError):
    """The input is readable, but a rule forbids it (a clause withdrawn without a reason, say)."""

    exit_code = 1


class InputError(DrafterError):
    """The input cannot be read, or holds values that mean nothing. All faults are listed at once."""

    exit_code = 3


class LibraryError(DrafterError):
    """The clause library has faults; nothing can be drafted before they are mended."""

    exit_code = 3
