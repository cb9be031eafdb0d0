"""Fields of a contact as a person types them behind a command."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace

from pomichnyk.commands._arguments import tag_argument, tag_removal_argument
from pomichnyk.domain.changes import Changes
from pomichnyk.text import Text, Translations

_LABELLED = re.compile(r"((?:[^\W\d_](?:[^\W\d_]|-)*)?)=(.*)", re.DOTALL)


def labelled(typed: str) -> tuple[str, str]:
    """Return the label and the value of ``LABEL=VALUE``.

    A label is one word of letters and hyphens: what stands before ``=`` in an e-mail address,
    a street or an extension mostly is not. ``=VALUE`` gives any value without a label.
    """
    found = _LABELLED.fullmatch(typed)
    return (found[1], found[2]) if found else ("", typed)


def field_arguments(parser: ArgumentParser, catalogue: Translations) -> None:
    """Declare the options that give a contact's fields; ``changes`` reads them."""
    many = (
        ("phone", "phones", Text("a phone number, any country's; may be repeated")),
        ("email", "emails", Text("an e-mail address; may be repeated")),
        ("address", "addresses", Text("a postal address; may be repeated")),
        ("messenger", "messengers", Text("where their computer takes messages; may be repeated")),
    )
    for option, dest, text in many:
        value = "HOST[:PORT]" if option == "messenger" else option.upper()
        parser.add_argument(
            f"--{option}",
            dest=dest,
            action="append",
            default=[],
            type=labelled,
            metavar=f"[LABEL=]{value}",
            help=text.said(catalogue),
        )
    parser.add_argument(
        "--birthday",
        metavar="YYYY-MM-DD|--MM-DD",
        help=Text("the day of birth, with or without the year").said(catalogue),
    )
    parser.add_argument("--comment", metavar="TEXT", help=Text("any text").said(catalogue))
    tag_argument(parser, catalogue)


def removal_arguments(parser: ArgumentParser, catalogue: Translations) -> None:
    """Declare the options that take values away from a contact; ``changes`` reads them."""
    many = (
        ("phone", "remove_phones", Text("a phone number to take away; may be repeated")),
        ("email", "remove_emails", Text("an e-mail address to take away; may be repeated")),
        ("address", "remove_addresses", Text("a postal address to take away; may be repeated")),
        (
            "messenger",
            "remove_messengers",
            Text("a messenger address to take away; may be repeated"),
        ),
    )
    for option, dest, text in many:
        parser.add_argument(
            f"--remove-{option}",
            dest=dest,
            action="append",
            default=[],
            metavar=option.upper(),
            help=text.said(catalogue),
        )
    tag_removal_argument(parser, catalogue)


def changes(args: Namespace) -> Changes:
    """Return what the options ask to change; ``Changes()`` if they ask nothing."""
    given = {name: getattr(args, name, None) for name in Changes.__slots__}
    return Changes(**{name: value for name, value in given.items() if value not in (None, [])})
