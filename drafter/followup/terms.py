"""What the kept insertion clause says of the follow-up: delays, shares, penalties, with the buyer's own values.

Nothing here is a figure of ours: each comes from the clause of this dossier or from the penalty grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from drafter.draft.blocks import Heading, ListBlock, Paragraph, plain_text
from drafter.draft.fields import COMMON, nature_of, penalty_per_hour
from drafter.draft.render import heading_key
from drafter.library.terms import Family
from drafter.pipeline import Result
from drafter.proposal import Proposal
from drafter.values import Euros, Quantity, Rate
from drafter.vocabulary import Ccag, ContractKind

HOURS_CODE, DOCUMENT_CODE = "INS-H", "INS-D"


@dataclass(frozen=True)
class Words:
    """How the contract names its parties and pieces: a concession has no CCAP and no titulaire."""

    contract: str
    of_contract: str
    holder: str
    of_holder: str
    the_holder: str
    buyer: str
    of_buyer: str
    piece: str
    of_piece: str
    amount: str
    """What the ceiling of penalties is a share of, as the clause defines it."""


MARKET = Words(
    "marché",
    "du marché",
    "titulaire",
    "du titulaire",
    "le titulaire",
    "l'acheteur",
    "de l'acheteur",
    "CCAP",
    "du CCAP",
    "montant HT du lot",
)
CONCESSION = Words(
    "contrat",
    "du contrat",
    "concessionnaire",
    "du concessionnaire",
    "le concessionnaire",
    "l'autorité concédante",
    "de l'autorité concédante",
    "contrat de concession",
    "du contrat de concession",
    "chiffre d'affaires HT prévisionnel du contrat",
)


@dataclass(frozen=True)
class Terms:
    """The kept clause and its values. `per_hour` is None before the first known SMIC."""

    result: Result
    proposal: Proposal
    per_hour: Euros | None

    def days(self, name: str) -> int:
        return int(self.proposal.values[name].value)

    def share(self, name: str) -> Rate:
        return Rate(self.proposal.values[name].value)

    def value(self, name: str) -> Quantity:
        return self.proposal.values[name]

    def penalty(self, code: str) -> dict[str, Quantity]:
        """The values of a line of the grid, at the level of the clause; the buyer's own where the clause has them."""
        context = self.result.context
        nature = nature_of(context, self.proposal)
        found = {
            name: parameter.value(self.proposal.level, nature)
            for name, parameter in context.library.penalties[code].parameters.items()
        }
        return found | {name: value for name, value in self.proposal.values.items() if name in found}

    @property
    def document_day(self) -> Euros:
        return Euros(self.penalty(DOCUMENT_CODE)["montant"].value)

    @property
    def document_most(self) -> Euros:
        return Euros(self.penalty(DOCUMENT_CODE)["plafond_document"].value)

    @property
    def reminder_days(self) -> int:
        return int(self.penalty(DOCUMENT_CODE)["relance"].value)

    @property
    def multiple(self) -> Fraction:
        return self.penalty(HOURS_CODE)["coefficient"].value

    @property
    def words(self) -> Words:
        return words_of(self.result)

    @property
    def has_ccag(self) -> bool:
        return self.result.understanding.ccag is not Ccag.NONE

    def ccag(self, subject: str) -> str:
        """« l'article 14.1.1 du CCAG-FCS », or by its subject when the number is not sure: as the clause says it."""
        return str(COMMON[f"ccag_{subject}"](self.result.context))

    def title(self, key: str) -> str:
        """The title of an article of the clause, as the piece writes it."""
        wanted = heading_key(self.proposal, key)
        return next((item.text for item in self._blocks() if isinstance(item, Heading) and item.key == wanted), "")

    def listed(self, key: str) -> tuple[str, ...]:
        """The items listed under an article of the clause (publics, ways)."""
        inside, found = False, []
        for block in self._blocks():
            if isinstance(block, Heading):
                inside = block.key == heading_key(self.proposal, key)
            elif inside and isinstance(block, ListBlock):
                found += [plain_text(item) for item in block.items]
        return tuple(found)

    def said(self, key: str) -> tuple[str, ...]:
        """The paragraphs of an article of the clause, word for word."""
        inside, found = False, []
        for block in self._blocks():
            if isinstance(block, Heading):
                inside = block.key == heading_key(self.proposal, key)
            elif inside and isinstance(block, Paragraph):
                found.append(plain_text(block.inlines))
        return tuple(found)

    def _blocks(self) -> tuple[object, ...]:
        document = self.result.documents.get("ccap")
        return document.blocks if document else ()


def capital(words: str) -> str:
    """« le titulaire » at the head of a sentence; the rest keeps its own capitals."""
    return words[:1].upper() + words[1:]


def words_of(result: Result) -> Words:
    return CONCESSION if result.market.contract is ContractKind.CONCESSION else MARKET


def terms_of(result: Result) -> Terms | None:
    """None when no clause of hours is kept, or when no lot carries hours."""
    kept = next((item for item in result.selection.kept if item.clause.family is Family.INSERTION), None)
    if kept is None or not result.calibration.with_clause:
        return None
    return Terms(result, kept, penalty_per_hour(result.context))
