"""The program as a person and a script meet it: whole processes, a file, pipes, signals."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pexpect
import pytest

from pomichnyk.cli import main
from pomichnyk.storage import open_storage

PROGRAM = [sys.executable, "-m", "pomichnyk"]
CONTACT = [
    "id",
    "name",
    "phones",
    "emails",
    "addresses",
    "messengers",
    "birthday",
    "tags",
    "comment",
    "created",
    "changed",
]
NOTE = ["id", "text", "tags", "contacts", "created", "changed"]
Cli = Callable[..., tuple[int, str, str]]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a storage once: making one takes longer than all that the tests do with it."""
    path = tmp_path_factory.mktemp("cli") / "book.db"
    open_storage(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def environ(empty_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    shutil.copy(empty_book, tmp_path)
    for name in ("CONFIG", "VIEW", "REGION", "REDIS"):
        monkeypatch.delenv(f"POMICHNYK_{name}", raising=False)
    monkeypatch.setenv("POMICHNYK_LANG", "en")
    monkeypatch.setenv("POMICHNYK_STORAGE", f"sqlite:///{tmp_path / 'book.db'}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return os.environ


@pytest.fixture
def cli(environ: Mapping[str, str], capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run the program in this process; give its exit code, its output and its errors."""

    def run(*words: str) -> tuple[int, str, str]:
        return (main(words), *capsys.readouterr())

    return run


@pytest.fixture
def run(environ: Mapping[str, str]) -> Run:
    """Run the program as a process of its own."""

    def run(*words: str, env: Mapping[str, str] | None = None, **options: Any) -> Any:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
        return subprocess.run(
            [*PROGRAM, *words], check=False, env={**environ, **(env or {})}, timeout=60, **pipes
        )

    return run


def document(answer: tuple[int, str, str]) -> Any:
    assert answer[0] == 0, answer
    assert answer[2] == ""
    return json.loads(answer[1])


def test_session_in_json_has_the_documented_keys(cli: Cli, tmp_path: Path) -> None:
    def asked(*words: str) -> Any:
        return document(cli(*words, "--view", "json"))

    olena = asked(
        "contact", "add", "Олена Пчілка", "--phone", "work=067 123 45 67",
        "--email", "o@example.com",
        "--address", "home=Київ", "--messenger", "pc:20380", "--birthday", "1849-07-17",
        "--tag", "друзі", "--comment", "a\nb",
    )  # fmt: skip
    note = asked("note", "add", "call @Олена Пчілка", "--tag", "dacha")

    assert [*olena] == CONTACT
    assert [*note] == NOTE
    assert {**olena, "id": "", "created": "", "changed": ""} == {
        "id": "",
        "name": "Олена Пчілка",
        "phones": [{"label": "work", "value": "+380671234567"}],
        "emails": [{"label": "", "value": "o@example.com"}],
        "addresses": [{"label": "home", "value": "Київ"}],
        "messengers": [{"label": "", "value": "pc:20380"}],
        "birthday": "1849-07-17",
        "tags": ["друзі"],
        "comment": "a\nb",
        "created": "",
        "changed": "",
    }
    assert (note["text"], note["tags"]) == ("call @Олена Пчілка", ["dacha"])
    assert note["contacts"] == [olena["id"]]

    assert asked("contact", "show", olena["id"][:8]) == olena
    assert asked("contact", "list", "--sort", "birthday") == [olena]
    assert asked("contact", "list", "--tag", "none") == []
    assert asked("contact", "find", "olena 067") == [olena]
    assert asked("contact", "birthdays", "--from", "2026-07-15") == [
        {**olena, "date": "2026-07-17", "age": 177, "days": 2}
    ]
    path = str(tmp_path / "b.ics")
    assert asked("contact", "birthdays", "--ics", path) == {"file": path, "birthdays": 1}
    assert asked("note", "show", note["id"][:8]) == note
    assert asked("note", "list") == asked("note", "find", "call") == [note]

    edited = asked("contact", "edit", olena["id"], "--name", "Ольга", "--birthday", "")
    assert edited == {**olena, "name": "Ольга", "birthday": None, "changed": edited["changed"]}
    written = asked("note", "edit", note["id"], "--text", "call nobody", "--tag", "x")
    assert written == {
        **note, "text": "call nobody", "tags": ["dacha", "x"], "contacts": [],
        "changed": written["changed"],
    }  # fmt: skip
    assert asked("contact", "remove", "Ольга") == edited
    assert asked("note", "remove", "call nobody") == written
    assert asked("contact", "list") == asked("note", "list") == []


SESSION = (
    ("contact", "add", "Олена", "--birthday", "--07-17"),
    ("contact", "show", "Олена"),
    ("contact", "edit", "Олена", "--tag", "друзі"),
    ("contact", "list"),
    ("contact", "find", "олена"),
    ("contact", "birthdays", "--from", "2026-07-15"),
    ("note", "add", "call @Олена"),
    ("note", "show", "call @Олена"),
    ("note", "edit", "call @Олена", "--tag", "x"),
    ("note", "list"),
    ("note", "find", "call"),
    ("note", "remove", "call @Олена"),
    ("contact", "remove", "Олена"),
    ("help",),
    ("help", "contact", "add"),
)


@pytest.mark.parametrize("lang", ["en", "uk"])
@pytest.mark.parametrize("view", ["console", "plain", "json"])
def test_every_command_answers_in_every_view_and_language(cli: Cli, view: str, lang: str) -> None:
    for words in SESSION:
        code, out, err = cli("--view", view, *words, "--lang", lang)

        assert (code, err) == (0, ""), words
        assert out.endswith("\n")
        assert "Олена" in out or words[0] == "help"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("contact", "ad"), 2),
        (("contact", "add"), 2),
        (("contact",), 2),
        (("contact", "list", "--sort", "height"), 2),
        (("contact", "list", "--frob"), 2),
        (("contact", "show", "nobody"), 3),
        (("contact", "edit", "Олена", "--remove-tag", "none"), 3),
        (("note", "remove", "none"), 3),
        (("contact", "add", ""), 4),
        (("contact", "add", "A", "--phone", "12"), 4),
        (("contact", "edit", "Олена", "--email", "nobody"), 4),
        (("contact", "list", "--limit", "0"), 4),
        (("contact", "add", "олена"), 5),
        (("--storage", "sqlite:////proc/none/x.db", "contact", "list"), 6),
    ],
)
def test_error_is_one_line_and_its_exit_code_and_nothing_is_lost(
    cli: Cli, words: tuple[str, ...], code: int
) -> None:
    cli("contact", "add", "Олена")
    before = cli("contact", "list", "--view", "json")
    for view in ("console", "plain", "json"):
        answer, out, err = cli(*words, "--view", view)

        assert (answer, out) == (code, "")
        assert err.startswith("pomichnyk: ")
        assert err.count("\n") == 1
    assert cli("contact", "list", "--view", "json") == before


@pytest.mark.parametrize(
    "name",
    ["'; DROP TABLE contact; --", "-x", "--name", "%s {0} {name}", "\u202eanelO", "🙂", "a" * 1000,
     "NULL", "*?[]$(id)`id`", "\ufeffBOM", "О" * 500],
)  # fmt: skip
def test_hostile_names_are_only_names(cli: Cli, name: str) -> None:
    added = document(cli("--view", "json", "contact", "add", "--", name))
    found = document(cli("--view", "json", "contact", "show", "--", name))
    shown = cli("contact", "list")[1]

    assert added == found
    assert found["name"] == name
    assert "\u202e" not in shown
    assert shown.count("\n") == 1


@pytest.mark.parametrize("name", ["a\nb", "\x1b[2J", "\udcff", " "])
def test_names_that_are_none_are_refused(cli: Cli, name: str) -> None:
    code, out, err = cli("contact", "add", name)

    assert (code, out) == (4, "")
    assert err.count("\n") == 1
    assert err.isprintable() or err[:-1].isprintable()


@pytest.mark.parametrize(
    "variables",
    [{"POMICHNYK_LANG": "uk"}, {"POMICHNYK_LANG": "", "LC_ALL": "uk_UA.UTF-8"}],
)
def test_language_comes_from_the_environment(run: Run, variables: dict[str, str]) -> None:
    told = run("contact", "show", "x", env=variables)
    english = run("contact", "show", "x", "--lang", "en", env=variables)

    assert told.returncode == english.returncode == 3
    assert told.stderr != english.stderr
    assert "nothing is stored under" in english.stderr


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_any_locale_will_do(run: Run, locale: str) -> None:
    env = {"LC_ALL": locale}

    assert run("contact", "add", "Олена", env=env).returncode == 0
    listed = run("contact", "list", "--view", "json", env=env)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert json.loads(listed.stdout)[0]["name"] == "Олена"


def test_output_of_another_encoding_shows_what_it_can(run: Run) -> None:
    env = {"PYTHONIOENCODING": "latin-1"}
    run("contact", "add", "Zoë Олена")
    told = run("contact", "list", env=env, encoding="latin-1")

    assert told.returncode == 0
    assert "Zoë" in told.stdout


def test_reader_that_leaves_early_is_no_error(run: Run, cli: Cli) -> None:
    for number in range(20):
        cli("note", "add", f"note {number} " + "x" * 10_000)
    process = subprocess.Popen(
        [*PROGRAM, "note", "list", "--view", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    assert process.stderr
    with process:
        assert process.stdout.readline() == b"[\n"
        process.stdout.close()
        errors = process.stderr.read()

    assert (process.returncode, errors) == (141, b"")


@pytest.mark.parametrize("words", [["help"], ["completion", "bash"]])
def test_full_disk_is_one_clear_line(run: Run, words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        told = run(*words, stdout=full)

    assert told.returncode == 6
    assert told.stderr == "pomichnyk: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(run: Run, closed: str, tmp_path: Path) -> None:
    line = f'exec "$@" {closed}'
    done = subprocess.run(
        ["sh", "-c", line, "sh", *PROGRAM, "contact", "add", "Олена"],
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert "Олена" in run("contact", "list").stdout


def test_closed_input_is_an_empty_note(run: Run) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *PROGRAM, "note", "add", "-"],
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert done.returncode == 4
    assert done.stderr.count("\n") == 1


def test_note_comes_through_a_pipe(run: Run, cli: Cli) -> None:
    assert run("note", "add", input="перша\nдруга\n").returncode == 0
    assert document(cli("note", "show", "перша", "--view", "json"))["text"] == "перша\nдруга"


def test_pipe_that_is_not_text_is_refused(run: Run) -> None:
    done = run("note", "add", "-", input="\udcff\udcfe", errors="surrogateescape")

    assert done.returncode == 4
    assert done.stderr.count("\n") == 1


def test_interrupted_program_says_nothing(run: Run, environ: Mapping[str, str]) -> None:
    with subprocess.Popen(
        [*PROGRAM, "note", "add", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin
        wait_until_reading(process.pid)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()

    assert (process.returncode, out, err) == (130, b"", b"")


def wait_until_reading(pid: int) -> None:
    """Wait until the process sleeps in a read of its input, as the system tells."""
    for _ in range(3000):
        if "pipe" in Path(f"/proc/{pid}/wchan").read_text():
            return
        time.sleep(0.01)
    raise TimeoutError


def test_editors_of_one_contact_at_once_lose_nothing(cli: Cli) -> None:
    cli("contact", "add", "Олена")
    editors = [
        subprocess.Popen([*PROGRAM, "contact", "edit", "Олена", "--tag", f"t{number}"])
        for number in range(4)
    ]

    assert [editor.wait(60) for editor in editors] == [0, 0, 0, 0]
    tags = document(cli("contact", "show", "Олена", "--view", "json"))["tags"]
    assert sorted(tags) == ["t0", "t1", "t2", "t3"]


def test_note_changed_while_its_editor_is_open_keeps_both_texts(
    environ: Mapping[str, str], cli: Cli, tmp_path: Path
) -> None:
    cli("note", "add", "one")
    editor = tmp_path / "editor.sh"
    editor.write_text(
        f'"{sys.executable}" -m pomichnyk note edit one --text theirs </dev/null >/dev/null\n'
        'echo mine > "$1"\n'
    )
    env = {**environ, "EDITOR": f"sh {editor}", "TMPDIR": str(tmp_path), "TERM": "dumb"}
    env.pop("VISUAL", None)
    with pexpect.spawn(
        PROGRAM[0], [*PROGRAM[1:], "note", "edit", "one"], env=env, encoding="utf-8"
    ) as person:
        told = person.read()
        person.wait()

    assert person.exitstatus == 5
    assert "was changed meanwhile; what you wrote is in" in " ".join(told.split())
    assert [path.read_text() for path in tmp_path.glob("pomichnyk-*.md")] == ["mine\n"]
    assert document(cli("note", "list", "--view", "json"))[0]["text"] == "theirs"
