"""ContentLine: one property of a card, kept as it was read."""

from __future__ import annotations

import re

from pomichnyk.vcard.text import unescape, unfold, unquote

_HEAD = re.compile(r'(?:([\w-]++)\.)?([\w-]++)((?:[^":]++|"[^"]*")*+):')
_LENIENT = re.compile(r"(?:([^.;:]*)\.)?([^;:]*)(;[^:]*)?:")
_OPTION = re.compile(r';((?:"[^"]*"|[^";]++|")*+)')
_ENCODINGS = {"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"}
_CARET = re.compile(r"\^[n'^]")
_CARETS = {"^n": "\n", "^'": '"', "^^": "^"}


class ContentLine:
    """A line of a card, such as ``item1.TEL;TYPE=home:+380...``, with its folds and line end.

    It is taken apart when first asked; ``raw`` is what is written again.

    Attributes:
        raw: the line as it stands in the file.
        version: version of the card, which decides how folds are undone.
    """

    __slots__ = ("_parts", "raw", "version")

    def __init__(self, raw: str, version: str = "4.0") -> None:
        self.raw, self.version = raw, version
        self._parts: tuple[str, str, str, str, str] | None = None

    @property
    def group(self) -> str:
        """The group's name, such as ``item1``, or empty."""
        return (self._parts or self._read())[0]

    @property
    def name(self) -> str:
        """The property's name in upper case; empty if the line is no property."""
        return (self._parts or self._read())[1]

    @property
    def params(self) -> list[tuple[str, str]]:
        """Names, in upper case, and values of the parameters, in order, quotes kept.

        A bare one, as 2.1 has them, goes by the name ``TYPE`` or ``ENCODING``.
        """
        return [read_option(option) for option in self.options]

    @property
    def options(self) -> list[str]:
        """The parameters as they stand there, in order."""
        options = (self._parts or self._read())[2]
        return _OPTION.findall(options) if '"' in options else options.split(";")[1:]

    @property
    def head(self) -> str:
        """The group and name as they stand there."""
        return (self._parts or self._read())[4]

    @property
    def value(self) -> str:
        """The value as it stands there, but unfolded."""
        return (self._parts or self._read())[3]

    @property
    def text(self) -> str:
        """The value, unquoted if it is quoted-printable; escapes still stand."""
        return unquote(self.value, self.param("CHARSET")) if self.quoted else self.value

    @property
    def quoted(self) -> bool:
        """Whether the value is quoted-printable."""
        return is_quoted((self._parts or self._read())[2])

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

    def _read(self) -> tuple[str, str, str, str, str]:
        line = self.raw.rstrip("\r\n")
        if ("\n" in line or "\r" in line) and not is_quoted(line.partition(":")[0]):
            line = unfold(line, self.version)
        found = _HEAD.match(line) or _LENIENT.match(line)
        if not found:
            self._parts = ("", "", "", line, "")
        else:
            group, name, options = found.groups("")
            head = found[0][: -1 - len(options)]
            self._parts = (group, name.upper(), options, line[found.end() :], head)
        return self._parts


def is_quoted(options: str) -> bool:
    """Tell whether the parameters of a line say that its value is quoted-printable."""
    return "QUOTED-PRINTABLE" in options.upper()


def read_option(option: str) -> tuple[str, str]:
    """Return the name, in upper case, and the value of a parameter as it stands in a line."""
    name, equals, value = option.partition("=")
    if equals:
        return name.upper(), value
    return ("ENCODING" if name.upper() in _ENCODINGS else "TYPE"), name
