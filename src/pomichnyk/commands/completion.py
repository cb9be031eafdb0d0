"""The completion command: lets the person's shell complete commands, options and names.

What it prints is for the shell, so it is the same in every view. The scripts ask the command
itself, with the words typed so far behind ``--``, what the last of them may become.
"""

from __future__ import annotations

import re
import shlex
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._dispatch import HELP, VERSION, writing
from pomichnyk.commands._flags import FLAGS, flagged
from pomichnyk.commands._suggestions import Suggestions
from pomichnyk.text import LANGUAGES, Text, Translations

SCRIPTS = {
    "bash": """\
_pomichnyk() {
    local word
    COMPREPLY=()
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <(pomichnyk completion bash -- "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace 2>/dev/null
}
complete -F _pomichnyk pomichnyk
""",
    "zsh": """\
#compdef pomichnyk
_pomichnyk() {
    local -a found
    found=("${(@f)$(pomichnyk completion zsh -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    [[ -n $found ]] && compadd -U -a found
}
compdef _pomichnyk pomichnyk
""",
    "fish": """\
function __pomichnyk
    set -l begun (commandline -ct | string unescape)
    pomichnyk completion fish -- (commandline -opc)[2..] "$begun" 2>/dev/null
end
complete -c pomichnyk -f -a '(__pomichnyk)'
""",
}
VALUES = {"--lang": LANGUAGES, "--view": ("console", "plain", "json")}
_UNSAFE = re.compile(r"(?!\A~/)([^\w@%+=:,./-])")
_UNSAFE_IN_DOUBLE = re.compile(r'(["$`\\])')
_BREAKS = re.compile(r".*[=:@]")


class Completion(Command):
    """Prints a shell's script, or answers it."""

    name = "completion"
    summary = Text("Print the script that lets your shell complete commands, options and names.")
    examples = (
        "completion bash >> ~/.bashrc",
        "completion zsh >> ~/.zshrc",
        "completion fish > ~/.config/fish/completions/pomichnyk.fish",
    )

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the shell; its script asks by the words that are typed so far."""
        parser.add_argument(
            "shell", choices=tuple(SCRIPTS), help=Text("the shell you use").said(catalogue)
        )
        parser.add_argument("typed", nargs="*", help=SUPPRESS)

    def run(self, app: App, args: Namespace) -> None:
        """Write the script, or a line for each thing that the last word may become."""
        if not args.typed:
            answer = SCRIPTS[args.shell]
        elif args.shell == "bash":
            answer = "".join(f"{reply}\n" for reply in _bash_replies(app, args.typed[0]))
        else:
            answer = "".join(f"{reply}\n" for reply in completed(app, args.typed))
        with writing(app.view):
            app.view.out.write(answer)


def completed(app: App, typed: Sequence[str]) -> Iterator[str]:
    """Yield what the last of the words may become, options that every command has included."""
    flags, words = flagged(typed[:-1])
    begun = typed[-1]
    option, equals, value = begun.partition("=")
    if equals and option.startswith("--"):
        yield from (f"{option}={one}" for one in completed(app, [*typed[:-1], option, value]))
    elif None in flags.values():
        yield from (one for one in VALUES.get(typed[-2], ()) if one.startswith(begun))
    else:
        with _meant(app, flags.get("storage")) as meant:
            yield from Suggestions(meant).suggested(words, begun)
        if begun.startswith("-"):
            every = (*(f"--{name}" for name in FLAGS), VERSION, *HELP)
            yield from (one for one in every if one.startswith(begun))


def _meant(app: App, storage: str | None) -> AbstractContextManager[App]:
    """Return the app of the storage that the words name; this one if they name none."""
    return App(replace(app.config, storage=storage), app.view) if storage else nullcontext(app)


def _bash_replies(app: App, line: str) -> Iterator[str]:
    """Yield what bash is to put in place of its last word, which it also ends at = : and @."""
    words, quote = _bash_words(line)
    kept = _BREAKS.match(words[-1]) if not quote else None
    for reply in completed(app, words[1:]):
        cut = len(kept[0]) if kept and reply.startswith(kept[0]) else 0
        # Between double quotes bash runs what ! stands for, and nothing can keep it from that.
        if not (quote == '"' and "!" in reply):
            yield _quoted(reply[cut:], quote)


def _quoted(reply: str, quote: str) -> str:
    """Return a name as bash takes it for text, whatever it is: it may come from anyone's card."""
    if quote == "'":
        return reply.replace("'", r"'\''")
    unsafe = _UNSAFE_IN_DOUBLE if quote else _UNSAFE
    return unsafe.sub(r"\\\1", reply)


def _bash_words(line: str) -> tuple[list[str], str]:
    """Return the words of a line, the last one perhaps only begun, and the quote it lacks."""
    if (len(line) - len(line.rstrip("\\"))) % 2:
        line = line[:-1]  # what it escapes is still to be typed
    quote = next(quote for quote in ("", "'", '"') if _closed(line + quote))
    words = shlex.split(line + quote)
    begins = not quote and line[-1:].isspace() and not line.endswith("\\ ")
    return [*words, ""] if begins or not words else words, quote


def _closed(line: str) -> bool:
    try:
        shlex.split(line)
    except ValueError:
        return False
    return True
