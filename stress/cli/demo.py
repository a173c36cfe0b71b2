"""`foreshock demo`: the main job on the bundled sample book."""

from __future__ import annotations

import click

from stress.cli.help_page import VerbHelp

__all__ = ["demo"]


@click.command(cls=VerbHelp)
@click.option(
    "--all", "show_all", is_flag=True, help="Every scenario has its row, every warning is printed."
)
@click.pass_context
def demo(context: click.Context, show_all: bool) -> None:
    """Run the 27 January 2025 family on a sample book of 30 positions."""
    from stress.cli.run import run

    context.invoke(run, portfolios=["ai_growth"], show_all=show_all)
