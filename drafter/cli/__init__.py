"""The command line: a thin shell over the pipeline. Data on stdout, messages in French on stderr.

Exit codes: 0 done, 1 refused by a rule, 2 usage, 3 unreadable or unsafe input.
"""

from __future__ import annotations

import gc
import sys
from typing import Any

import click

from drafter.cli import followup, pieces, programme, service, store, upkeep, worker
from drafter.cli.french import speak_french
from drafter.errors import DrafterError

speak_french()


class _Commands(click.Group):
    """Turns a DrafterError into its sentences and its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Windows, redirections
        try:
            return super().invoke(ctx)
        except DrafterError as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            ctx.exit(error.exit_code)


@click.group(
    cls=_Commands,
    help="Clauses sociales et environnementales : obligations, calibrage, rédaction.",
    subcommand_metavar="COMMANDE [ARGUMENTS]...",
)
@click.pass_context
def main(context: click.Context) -> None:
    if context.invoked_subcommand not in ("serve", "worker"):
        gc.disable()  # a command lives less than a second: collecting its cycles costs 5 % of that


for command in (
    service.serve,
    service.config,
    store.migrate,
    store.purge,
    store.backup,
    store.restore,
    pieces.draft,
    pieces.explain,
    pieces.insert,
    pieces.checkup,
    followup.followup,
    followup.tally,
    programme.programme,
    worker.worker,
    upkeep.check,
    upkeep.diff,
):
    main.add_command(command)
