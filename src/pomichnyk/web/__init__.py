"""The assistant in a browser: routes over the same services, commands and pages.

How a page is added:

1. A module is named by the noun its pages are about (``web/contacts.py``) and gives
   ``routes``, a list; ``application.NOUNS`` names the module by what its paths begin with, for it
   is imported when such a path is first asked for; ``site.MENU`` names what leads to it.
2. A page is ``page("/notes/new", get=blank, post=add)`` (``web/routing.py``): two plain functions
   that take a ``Visit`` (``web/visit.py``) and return a response. They run in a thread of their
   own, so they may ask storage and services. A PomichnykError that they raise is told on a page
   with its status. ``kept=True`` says that what the page shows depends on nothing but the
   storage, the URL, the person, the language and the day: then it is made once for all of these.
   ``most=UPLOAD`` lets a form bring files (``form.file("name")``); ``web/previews.py`` keeps one
   until its sender has seen what would come of it, ``web/downloads.py`` gives one out.
3. A ``Visit`` has what was asked (``path``, ``query``, ``form``: see ``web/forms.py``), the parts
   of the program (``app``), the language (``say``), and makes answers: ``page("notes.html",
   notes=...)`` fills a template, ``shown(page)`` makes HTML of a Message, Card or Table,
   ``moved("/notes", did="saved")`` leads on after a change and says what was done.
4. A template in ``web/templates`` says ``{% extends "layout.html" %}`` and fills the blocks
   ``title`` and ``main``; ``{% from "forms.html" import ... with context %}`` has fields with
   their errors, and ``token()``, which every form must hold: one without it is refused. Words
   are ``{{ _("English") }}``. Links in a table's cells are made by ``web/links.py``.
5. Scripts and styles are files of ``web/static``, found by ``asset("name.js")``: the policy
   allows no other, no ``style=`` and no ``onclick=``. Everything must work without the script.

Everything that changes is a POST. The guard (``web/guard.py``) has looked at Host, Origin and
session before a page is reached, of WebSockets too; pages for programs (``/api``) find who asks in
``scope["visitor"]``. Tests ask by a ``Browser`` of ``tests/support/web.py``, which fills in a
page's forms; ``tests/unit/web/conftest.py`` has one, and the site that it visits.
"""

from __future__ import annotations

import gc

from pomichnyk.bootstrap import App
from pomichnyk.errors import DriverMissingError
from pomichnyk.services.access import Access


def serve(
    app: App,
    access: Access,
    *,
    host: str,
    port: int,
    certificate: str = "",
    key: str = "",
    show: bool = False,
) -> int:
    """Serve the assistant's pages until the process is told to stop; return the exit code.

    ``show`` opens the first page in the person's browser.

    Raises:
        DriverMissingError: the extra ``web`` is not installed.
        UsageError: others could reach the address, and no password is set.
        UnavailableError: the address is taken, or the certificate cannot be used.
    """
    gc.disable()  # nothing that is made by importing is ever garbage: a tenth of the start
    try:
        from pomichnyk.web.server import Address, run
    except ModuleNotFoundError as missing:
        raise DriverMissingError(missing.name or "starlette", "web") from missing
    finally:
        gc.freeze()  # nor is it looked through again while pages are made
        gc.enable()
    return run(app, access, Address(host, port, certificate, key), show=show)
