"""`nabla completion`: scripts by which shells complete the command."""

from __future__ import annotations

import argparse

from ..results.model import AS_EXPECTED
from .options import Add

SHELLS = ("bash", "zsh", "fish")
INSTALLING = """\
to have it in every new shell:
  bash  add to ~/.bashrc:  eval "$(nabla completion bash)"
  zsh   add to ~/.zshrc, after compinit:  eval "$(nabla completion zsh)"
  fish  nabla completion fish > ~/.config/fish/completions/nabla.fish

Ids are asked of `nabla list` when they are needed, and everything else stands in the
script: print it anew when the command has changed.
"""


def add(command: Add) -> None:
    """Add the command."""
    sub = command(
        "completion",
        completion,
        "print what makes a shell complete the command",
        epilog=INSTALLING,
    )
    sub.add_argument("shell", choices=SHELLS, help="which shell")


def completion(options: argparse.Namespace) -> int:
    """Run `nabla completion`."""
    from ..output import shells

    print(shells.script(options.shell, options.parser()), end="")
    return AS_EXPECTED
