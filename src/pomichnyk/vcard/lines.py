"""ContentLine: one property of a card, kept as it was read."""

from __future__ import annotations

import re

from pomichnyk.vcard.text import unescape, unfold, unquote

END = r"(?:\r\n?|\n)"
FOLDS = rf"(?:{END}[ \t][^\r\n]*+)*+"
HEAD = r'(?:([A-Za-z0-9_-]++)\.)?+([A-Za-z0-9_-]++)((?:[^":\r\n]++|"[^"\r\n]*+")*+):'

Parts = tuple[str, str, str, str]
"""The group, name, parameters and value of a line, as they stand there."""

_HEAD = re.compile(HEAD)
_LENIENT = re.compile(r"(?:([^.;:]*)\.)?([^;:]*)(;[^:]*)?:")
_OPTION = re.compile(r';((?:"[^"]*"|[^";]++|")*+)')
_ENCODINGS = {"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"}
_CARET = re.compile(r"\^[n'^]")
_CARETS = {"^n": "\n", "^'": '"', "^^": "^"}


class ContentLine:
    """A line of a card, such as ``item1.TEL;TYPE=home:+380...``, with its folds and line end.

    Attributes:
        raw: the line as it stands in the file, which is what is written again.
        version: version of the card, which decides how folds are undone.
        group: the group's name, such as ``item1``, or empty.
        name: the property's name in upper case; empty if the line is no property.
        value: the value as it stands there, but unfolded.
    """

    __slots__ = ("_name", "_options", "group", "name", "raw", "value", "version")

    def __init__(self, raw: str, version: str = "4.0", parts: Parts | None = None) -> None:
        self.raw, self.version = raw, version
        self.group, self._name, self._options, self.value = parts or _parts(raw, version)
        self.name = self._name.upper()

    @property
    def params(self) -> list[tuple[str, str]]:
        """Names, in upper case, and values of the parameters, in order, quotes kept.

        A bare one, as 2.1 has them, goes by the name ``TYPE`` or ``ENCODING``.
        """
        return [read_option(option) for option in self.options] if self._options else []

    @property
    def options(self) -> list[str]:
        """The parameters as they stand there, in order."""
        options = self._options
        return _OPTION.findall(options) if '"' in options else options.split(";")[1:]

    @property
    def head(self) -> str:
        """The group and name as they stand there."""
        return f"{self.group}.{self._name}" if self.group else self._name

    @property
    def text(self) -> str:
        """The value, unquoted if it is quoted-printable; escapes still stand."""
        return unquote(self.value, self.param("CHARSET")) if self.quoted else self.value

    @property
    def quoted(self) -> bool:
        """Whether the value is quoted-printable."""
        return is_quoted(self._options)

    @property
    def binary(self) -> bool:
        """Whether the value is base64 or a ``data:`` address, and no text."""
        return self.param("ENCODING").upper() in {"B", "BASE64"} or self.value[:5] == "data:"

    @property
    def types(self) -> list[str]:
        """What TYPE says, in lower case, in order."""
        listed = [value for name, value in self.params if name == "TYPE"]
        return [one.strip().lower() for value in listed for one in value.strip('"').split(",")]

    def param(self, name: str) -> str:
        """Return the value of a parameter without quotes and escapes, empty if it has none."""
        value = next((value for key, value in self.params if key == name), "")
        return unescape(_CARET.sub(lambda found: _CARETS[found[0]], value.strip('"')))


def is_quoted(options: str) -> bool:
    """Tell whether the parameters of a line say that its value is quoted-printable."""
    return "QUOTED-PRINTABLE" in options.upper()


def read_option(option: str) -> tuple[str, str]:
    """Return the name, in upper case, and the value of a parameter as it stands in a line."""
    name, equals, value = option.partition("=")
    if equals:
        return name.upper(), value
    return ("ENCODING" if name.upper() in _ENCODINGS else "TYPE"), name


def _parts(raw: str, version: str) -> Parts:
    line = raw.rstrip("\r\n")
    if ("\n" in line or "\r" in line) and not is_quoted(line.partition(":")[0]):
        line = unfold(line, version)
    found = _HEAD.match(line) or _LENIENT.match(line)
    if not found:
        return "", "", "", line
    group, name, options = found.groups("")
    return group, name, options, line[found.end() :]
