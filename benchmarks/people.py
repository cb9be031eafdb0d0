"""Invented people for the benchmarks: Ukrainian and other European names, the same at every run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Address, Birthday, Email, Name, Phone, Tag
from pomichnyk.domain.folding import document

UKRAINIAN_NAMES = """
Олена Тарас Іван Марія Андрій Оксана Юрій Наталія Сергій Ірина Петро Ганна Василь Катерина
Дмитро Людмила Богдан Соломія Єлизавета Їжак Ґедзь Ярослав Христина Михайло Зоряна Мар'яна
"""
UKRAINIAN_FAMILIES = """
Шевченко Коваленко Бондаренко Ткаченко Кравченко Олійник Шевчук Поліщук Лисенко Савченко
Мельник Їжакевич Ґалаґан Єфименко Щербак Цимбалюк Грушевський Франко Сковорода Дорошенко
"""
OTHER_NAMES = """
James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Zoë
Joseph Jessica Thomas Karen José François Jürgen Søren Łukasz Chloë
"""
OTHER_FAMILIES = """
Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Müller Nuñez
Ångström O'Brien Dvořák Kowalski Lefèvre Čapek Þórsson
"""
COMMENTS = """
зустріч кава проєкт дзвінок подарунок день народження купити обговорити договір meeting coffee
project call gift birthday buy discuss contract invoice велосипед музика книга garden travel
"""
PLACES = ("Київ", "Львів", "Харків", "Одеса", "Дніпро", "London", "Berlin", "Kraków", "Zürich")
TAGS = tuple(map(Tag, ("друзі", "робота", "family", "work", "school", "клієнт", "сусід", "vip")))
OPERATORS = (50, 63, 67, 68, 93, 95, 97, 99)
START = datetime(2024, 1, 1, tzinfo=UTC)


def people(count: int, seed: int = 7) -> Iterator[Contact]:
    """Yield so many contacts, each with a few phones, e-mails, tags and a comment."""
    chance = Random(seed)
    for number in range(count):
        yield _person(chance, START + timedelta(seconds=number))


def _person(chance: Random, when: datetime) -> Contact:
    name = _name(chance)
    return Contact(
        id=UUID(int=chance.getrandbits(128), version=4),
        name=Name(name),
        phones=tuple(_phone(chance) for _ in range(chance.choice((1, 1, 2, 3)))),
        emails=tuple(_email(chance, name) for _ in range(chance.choice((0, 1, 1, 2)))),
        addresses=(Address(f"вул. Садова, {chance.randrange(200)}, {chance.choice(PLACES)}"),),
        birthday=_birthday(chance) if chance.random() < 0.6 else None,
        tags=tuple(chance.sample(TAGS, chance.choice((0, 1, 1, 2)))),
        comment=" ".join(chance.choices(COMMENTS.split(), k=chance.choice((0, 6, 12)))),
        created=when,
        changed=when,
    )


def _name(chance: Random) -> str:
    if chance.random() < 0.55:
        given, family = (
            chance.choice(UKRAINIAN_NAMES.split()),
            chance.choice(UKRAINIAN_FAMILIES.split()),
        )
        return f"{given} {family}{chance.choice(('', '', '', 'енко', 'ський', 'ук', 'юк'))}"
    given, family = chance.choice(OTHER_NAMES.split()), chance.choice(OTHER_FAMILIES.split())
    return f"{given} {family}{chance.choice(('', '', '', 'son', 'man', 'berg'))}"


def _phone(chance: Random) -> Phone:
    return Phone(f"+380{chance.choice(OPERATORS)}{chance.randrange(10**7):07}", "cell")


def _email(chance: Random, name: str) -> Email:
    latin = ".".join(word for word in document(name).split() if word.isascii())
    return Email(f"{latin}{chance.randrange(1000)}@{chance.choice(('ukr.net', 'example.org'))}")


def _birthday(chance: Random) -> Birthday:
    return Birthday(chance.randrange(1, 13), chance.randrange(1, 29), chance.randrange(1940, 2015))
