"""`drafter worker`: one more process for a national batch, on any machine that reaches the base."""

from __future__ import annotations

import click

from drafter.settings import read_settings


@click.command(help="Analyse les programmes mis en attente dans la base PostgreSQL, jusqu'à ce qu'on l'arrête.")
@click.option("--vider", is_flag=True, help="S'arrête dès qu'il n'y a plus rien à faire.")
def worker(vider: bool) -> None:
    from drafter.programme.jobs import work

    click.echo("En service (Ctrl+C pour arrêter : le travail en cours sera terminé).", err=True)
    work(read_settings().sqlalchemy_url, until_empty=vider)
