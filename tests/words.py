"""What a page says to the eye and to a screen reader, in the language it claims to be in."""

import re
from html.parser import HTMLParser

LATIN = re.compile(r"[^\W\d_]*[A-Za-z][^\W\d_]+")
# What is in Latin letters in every language: addresses, codes, names of programs and of files.
NOT_ENGLISH = re.compile(
    r"\S+@\S+|\b[A-Z0-9]{4}(?:-[A-Z0-9]{4})+\b|https?://\S+|\S+\.\w{2,4}\b\S*|\S*\d\S*"
    r"|[Cc]ookie|JavaScript|QR|HEIC|WebP|PDF|JPG|PNG|JSON|ISO|UTC|WCAG|\bAA\b|\bEnglish\b"
)


class Reader(HTMLParser):
    """Collects the words of a page but for those marked as another language's."""

    SPOKEN = ("title", "alt", "aria-label", "placeholder")
    SILENT = ("script", "style")
    VOID = ("br", "col", "hr", "img", "input", "link", "meta")

    def __init__(self, language):
        super().__init__()
        self.language = language
        self.said = []
        self._open = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        foreign = given.get("lang", self.language) != self.language
        silent = tag in self.SILENT or foreign or (bool(self._open) and self._open[-1][1])
        if not silent:
            self.said += [given[name] for name in self.SPOKEN if given.get(name)]
        if tag not in self.VOID:
            self._open.append((tag, silent))

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self._open and not self._open[-1][1]:
            self.said.append(data)


def said_on(html, language):
    reader = Reader(language)
    reader.feed(html)
    return reader.said


def latin_words(html, language):
    """Words in Latin letters that a Kazakh or Russian page says in its own voice."""
    said = said_on(html, language)
    return {word for part in said for word in LATIN.findall(NOT_ENGLISH.sub(" ", part))}
