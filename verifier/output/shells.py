"""Completion scripts for bash, zsh and fish, made from the parser of the command.

What a shell offers for an argument is told by how the argument is called in the help,
its metavar: a test demands that every one has its row in `OFFERS`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..results.explanations import explanations

TEMPLATES = Path(__file__).parent.parent / "templates"
OFFERS = {
    "ADDRESS": "",
    "PATH": "records",
    "ID": "ids",
    "FILE": "files",
    "DIR": "folders",
    "OLD": "files",
    "NEW": "files",
    "KIND": "kinds",
    "FORMAT": "",
    "N": "",
    "NAME": "",
    "NAMES": "",
    "S": "",
    "STATEMENT": "",
    "T": "",
    "TYPES": "",
    "WORDS": "",
}
"""What stands for an argument: records (files, and ids when a word is begun), ids,
files, folders, kinds, or nothing."""


@dataclass(frozen=True)
class Argument:
    """An option, or with no names an argument by its place."""

    names: tuple[str, ...]
    help: str
    takes: bool
    choices: tuple[str, ...] = ()
    offer: str = ""


@dataclass(frozen=True)
class Command:
    """A command and its arguments; the first of all has no name."""

    name: str
    help: str
    arguments: list[Argument] = field(default_factory=list)

    @property
    def options(self) -> list[Argument]:
        """Return the arguments that have names."""
        return [argument for argument in self.arguments if argument.names]

    @property
    def places(self) -> list[Argument]:
        """Return the arguments that have none."""
        return [argument for argument in self.arguments if not argument.names]


def commands_of(parser: argparse.ArgumentParser) -> list[Command]:
    """Return what the parser knows: first the options of all, then each command."""
    first = Command("", "", [])
    found = [first]
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            first.arguments.append(_argument(action))
            continue
        helps = {choice.dest: choice.help for choice in action._choices_actions}
        for name, sub in action.choices.items():
            arguments = [_argument(inner) for inner in sub._actions]
            found.append(Command(name, helps[name] or "", arguments))
    return found


def _argument(action: argparse.Action) -> Argument:
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    choices = tuple(map(str, action.choices or ()))
    offer = OFFERS.get(metavar, "")
    if offer == "kinds":
        choices = tuple(dict.fromkeys(one.kind for one in explanations()))
    return Argument(
        tuple(action.option_strings),
        (action.help or "").partition(" (default")[0].replace("%%", "%"),
        action.nargs != 0,
        choices,
        offer,
    )


def script(shell: str, parser: argparse.ArgumentParser) -> str:
    """Return the script that makes a shell complete the command."""
    parts = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](commands_of(parser))
    text = (TEMPLATES / f"completion.{shell}").read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"@{name}@", part)
    return text


# --- bash ---------------------------------------------------------------------------


def _bash(commands: list[Command]) -> dict[str, str]:
    values, branches = [], []
    for command in commands:
        for option in command.options:
            if option.takes:
                names = " | ".join(f'"{command.name} {name}"' for name in option.names)
                values.append(f"        {names}) {_bash_offer(option)} ;;")
        flags = " ".join(name for option in command.options for name in option.names)
        places = " ".join(c for place in command.places for c in place.choices)
        if not command.name:
            places = " ".join(other.name for other in commands[1:])
        offer = next((place.offer for place in command.places if place.offer), "")
        name = command.name or '""'
        text = f"choices='{flags}|{places}' offer={offer}"
        branches.append(f"                {name}) {text} ;;")
    return {"values": "\n".join(values), "commands": "\n".join(branches)}


def _bash_offer(option: Argument) -> str:
    return f"choices='{' '.join(option.choices)}' offer={option.offer}"


# --- zsh ----------------------------------------------------------------------------


ZSH_OFFERS = {
    "ADDRESS": "",
    "records": "_nabla_records",
    "ids": "_nabla_ids",
    "files": "_files",
    "folders": "_files -/",
}


def _zsh(commands: list[Command]) -> dict[str, str]:
    names, branches = [], []
    for command in commands[1:]:
        names.append(f"                '{command.name}:{_quoted(command.help, ':')}'")
        specs = list(_zsh_specs(command))
        lines = " \\\n                    ".join(["_arguments", *specs])
        branches.append(f"                {command.name}) {lines} ;;")
    return {
        "first": " ".join(_zsh_specs(commands[0])),
        "names": "\n".join(names),
        "commands": "\n".join(branches),
    }


def _zsh_specs(command: Command) -> Iterator[str]:
    for option in command.options:
        for name in option.names:
            said = f"{name}[{_quoted(option.help, '[]')}]"
            yield (
                f"'{said}:value:{_zsh_offer(option)}'" if option.takes else f"'{said}'"
            )
    for place in command.places:
        yield f"'*:argument:{_zsh_offer(place)}'"


def _zsh_offer(argument: Argument) -> str:
    if argument.choices:
        return f"({' '.join(argument.choices)})"
    return ZSH_OFFERS.get(argument.offer, " ")


def _quoted(text: str, special: str) -> str:
    """Return a text inside single quotes, characters with a meaning escaped."""
    text = text.replace("\\", "\\\\").replace("'", "'\\''")
    return "".join(f"\\{c}" if c in special else c for c in text)


# --- fish ---------------------------------------------------------------------------


def _fish(commands: list[Command]) -> dict[str, str]:
    lines = []
    for command in commands:
        when = f"__fish_seen_subcommand_from {command.name}"
        if not command.name:
            when = "__fish_use_subcommand"
        else:
            said = f"-a {command.name} -d '{_quoted(command.help, '')}'"
            lines.append(f"complete -c nabla -n __fish_use_subcommand {said}")
        for argument in command.arguments:
            words = [f"complete -c nabla -n '{when}'"]
            words += [
                f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"
                for name in argument.names
            ]
            words += _fish_offer(argument)
            if argument.names:
                words.append(f"-d '{_quoted(argument.help, '')}'")
            lines.append(" ".join(words))
    return {"lines": "\n".join(lines)}


def _fish_offer(argument: Argument) -> Iterator[str]:
    if argument.names and argument.takes:
        yield "-r"
    if argument.choices:
        yield f"-a '{' '.join(argument.choices)}'"
    elif argument.offer in ("records", "ids"):
        yield f"-a '(__nabla_{argument.offer})'"
    elif argument.offer == "files":
        yield "-F"
    elif argument.offer == "folders":
        yield "-a '(__fish_complete_directories)'"
