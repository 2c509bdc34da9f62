"""The interface in the language of a site: texts, plurals, numbers and days.

Texts are in gettext catalogues, `theme/locales/<language>.po`, with the English text as the key. A
text that is missing from a catalogue stays in English. Content is not translated.
"""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from threadbook.theme_files import theme_folder

SCRIPTS: Final = "theme/assets/"
"""The folder of the texts that browsers need, as it is named in catalogues."""

_SAMPLES: Final = range(1_001)
"""Numbers that cover every plural form of CLDR 46, except `many`, which needs a million."""

_MILLION: Final = 1_000_000


class Interface:
    """The texts of a site's pages apart from its content, in one language."""

    def __init__(self, language: str, catalogue: Catalog | None = None) -> None:
        """Use `language`, a BCP 47 tag; texts that `catalogue` does not have stay in English."""
        self.language = language
        self.locale = _locale(language)
        self.catalogue = catalogue
        self._translations: NullTranslations = NullTranslations()
        if catalogue is not None:
            compiled = io.BytesIO()
            write_mo(compiled, catalogue)
            compiled.seek(0)
            self._translations = GNUTranslations(compiled)
        self.text = cache(self._translations.gettext)
        self.count = lru_cache(20_000)(self._count)
        self.day = lru_cache(10_000)(self._day)
        self.month = lru_cache(10_000)(self._month)
        self.number = lru_cache(10_000)(self._number)

    @property
    def direction(self) -> str:
        """The direction of the language's script: `rtl` or `ltr`."""
        return str(self.locale.text_direction)

    def __call__(self, message: str, **values: object) -> str:
        """Return the translation of a text, with `values` in place of its `{names}`.

        If a value is safe HTML, so is the result: the text and all other values are escaped.
        """
        return _filled(self.text(message), values) if values else self.text(message)

    def counted(self, number: int, one: str, many: str, **values: object) -> str:
        """Return the translation in the plural form of `number`, which replaces `{n}`."""
        if values:
            text = self._translations.ngettext(one, many, number)
            return _filled(text, {"n": self.number(number)} | values)
        return self.count(number, one, many)

    def _count(self, number: int, one: str, many: str) -> str:
        return self._translations.ngettext(one, many, number).format(n=self.number(number))

    def join(self, texts: Iterable[str]) -> str:
        """Join texts to a list such as `a, b and c`."""
        found = [*texts]
        return format_list(found, locale=self.locale) if found else ""

    def _number(self, number: float) -> str:
        return format_decimal(number, locale=self.locale)

    def _day(self, value: datetime.date | None) -> Markup:
        """Return a day as a `<time>` element, or nothing if there is no day."""
        if value is None:
            return Markup("")
        said = escape(format_date(value, "long", self.locale))
        return Markup(f'<time datetime="{value.isoformat()}">{said}</time>')  # noqa: S704 - escaped

    def _month(self, value: datetime.date) -> Markup:
        """Return the month and year of a day, as short as the language writes them."""
        said = escape(format_skeleton("yMMM", value, locale=self.locale))
        return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), said)

    def script(self) -> bytes:
        """Return the JavaScript module with the texts that scripts show."""
        texts: dict[str, str] = {}
        counts: dict[str, dict[str, str]] = {}
        for message in self.catalogue or ():
            if not message.id or not any(SCRIPTS in file for file, _ in message.locations):
                continue
            if isinstance(message.id, str):
                texts[message.id] = self.text(message.id)
            else:
                counts[message.id[0]] = dict(self._plurals(*message.id))
        said = json.dumps({"texts": texts, "counted": counts}, ensure_ascii=False, sort_keys=True)
        return f"export default {said};\n".encode()

    def _plurals(self, one: str, many: str) -> Iterator[tuple[str, str]]:
        """Yield the plural forms of a text by their CLDR names, which browsers use too."""
        plural = self.locale.plural_form
        for tag in {*plural.tags, "other"}:
            numbers = (each for each in (*_SAMPLES, _MILLION) if plural(each) == tag)
            number = next(numbers, None)
            if number is not None:
                yield tag, self._translations.ngettext(one, many, number)


def _filled(text: str, values: Mapping[str, object]) -> str:
    if any(hasattr(value, "__html__") for value in values.values()):
        return escape(text).format(**values)
    return text.format(**values)


def _locale(language: str) -> Locale:
    """Return the locale of a language, or British English if the language is unknown."""
    if language in {"en", ""}:
        return Locale("en", "GB")
    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


@cache
def interface(language: str) -> Interface:
    """Return the interface of a language, a BCP 47 tag such as `de` or `pt-BR`.

    Without a catalogue of its own, `pt-BR` uses that of `pt`. Days and numbers always follow the
    language itself.
    """
    folder = theme_folder() / "locales"
    for name in dict.fromkeys((language, language.partition("-")[0])):
        file = folder / f"{name}.po"
        if name.replace("-", "").isalnum() and file.is_file():
            return Interface(language, read_po(io.BytesIO(file.read_bytes()), locale=None))
    return Interface(language)
