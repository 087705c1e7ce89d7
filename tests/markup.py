"""What a page says, read as a browser would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Page(HTMLParser):
    """Tags with their attributes in order, the text of title and h1."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    title: str = ""
    headings: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()
        self._inside = []

    @classmethod
    def of(cls, response):
        page = cls()
        page.feed(response.content.decode())
        return page

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag in {"title", "h1"}:
            self._inside.append(tag)
            if tag == "h1":
                self.headings.append("")

    def handle_endtag(self, tag):
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, text):
        if "title" in self._inside:
            self.title += text
        if "h1" in self._inside:
            self.headings[-1] += text

    def values(self, attribute, tag=None):
        return [
            attrs[attribute]
            for found, attrs in self.tags
            if attribute in attrs and tag in {None, found}
        ]

    def dangling(self):
        """References to ids that are not on the page."""
        ids = set(self.values("id"))
        asked = [id_ for value in self.values("aria-describedby") for id_ in value.split()]
        asked += [id_ for value in self.values("aria-labelledby") for id_ in value.split()]
        asked += self.values("for")
        asked += [link[1:] for link in self.values("href") if link.startswith("#")]
        return sorted(set(asked) - ids)
