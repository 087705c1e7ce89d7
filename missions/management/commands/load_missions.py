"""Load the mission directory from the CSV files; say which rows were refused and why."""

import csv
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser, no_translations
from django.db import transaction

from missions.models import ConsularDistrict, ForeignMission

DATA = Path(__file__).resolve().parents[2] / "data"
# Columns taken over as they are, where the file has them; the rest is worked out below.
PLAIN = [
    "kind",
    "name_en",
    "name_ru",
    "name_kk",
    "country",
    "city_en",
    "city_kk",
    "city_ru",
    "address",
    "phone",
    "email",
    "website",
    "timezone",
    "provides_consular_services",
    "source",
    "notes",
]
DISTRICT = ["region_name", "region_kk", "region_ru", "basis", "source", "notes"]


class RowRefused(Exception):
    """What is wrong with the row, for whoever keeps the file."""


class Command(BaseCommand):
    help = "Load foreign missions and consular districts. Running it again changes nothing, and \
what the ministry edited stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--directory", type=Path, default=DATA)

    @no_translations
    @transaction.atomic
    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        self.refused = 0
        self.seen: set[tuple[str, ...]] = set()
        self._load(directory / "missions.csv", self._mission, "missions")
        self.missions = {mission.code: mission for mission in ForeignMission.objects.all()}
        self.districts = {
            (district.country, district.region_code): district
            for district in ConsularDistrict.objects.all()
        }
        self._load(directory / "consular_districts.csv", self._district, "districts")
        self.stdout.write(f"{self.refused} rows refused")

    def _load(self, path: Path, load_row: Any, what: str) -> None:
        counts = {"created": 0, "changed": 0, "unchanged": 0}
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            for row in rows:
                try:
                    with transaction.atomic():
                        counts[load_row(_whole(row))] += 1
                except (ValidationError, RowRefused, LookupError, ValueError) as error:
                    self.refused += 1
                    self.stderr.write(f"{path.name}:{rows.line_num} refused: {_sentence(error)}")
        said = ", ".join(f"{count} {verb}" for verb, count in counts.items())
        self.stdout.write(f"{what}: {said}")

    def _mission(self, row: dict[str, str]) -> str:
        self._once(row["code"])
        mission = ForeignMission.objects.filter(code=row["code"]).first()
        values: dict[str, Any] = {column: row[column] for column in PLAIN if column in row}
        values["latitude"] = _degrees(row["latitude"], 90)
        values["longitude"] = _degrees(row["longitude"], 180)
        if mission is None:
            mission = ForeignMission(code=row["code"])
            mission.register_code = _register_code(row["country"], row["city_en"])
        return _apply(mission, values, kept=mission.edited_fields)

    def _district(self, row: dict[str, str]) -> str:
        if row["mission_code"] not in self.missions:
            raise RowRefused(f"no mission has the code {row['mission_code']}")
        key = (row["country"], row["region_code"])
        self._once(*key)
        district = self.districts.get(key) or ConsularDistrict(country=key[0], region_code=key[1])
        if district.edited:
            return "unchanged"
        values: dict[str, Any] = {column: row[column] for column in DISTRICT if column in row}
        values["mission_id"] = self.missions[row["mission_code"]].pk
        return _apply(district, values)

    def _once(self, *key: str) -> None:
        """A second row of the same thing would be undone and done again by every load."""
        if key in self.seen:
            raise RowRefused(f"an earlier row is about {' '.join(filter(None, key))} too")
        self.seen.add(key)


def _whole(row: dict[Any, Any]) -> dict[str, str]:
    """The row without outer spaces; a comma too many or too few is a row of another shape."""
    if None in row or None in row.values():
        raise RowRefused("it has not as many columns as the heading")
    return {column: value.strip() for column, value in row.items()}


def _degrees(text: str, limit: int) -> float | None:
    if not text:
        return None
    degrees = float(text)
    if not abs(degrees) <= limit:
        raise RowRefused(f"{text} is no place on the globe")
    return degrees


def _apply(row: Any, values: dict[str, Any], kept: list[str] | None = None) -> str:
    """Set what differs and save; what stands in ``kept`` belongs to the ministry."""
    new = row.pk is None
    differing = {
        field: value
        for field, value in values.items()
        if field not in (kept or []) and (new or getattr(row, field) != value)
    }
    if not differing:
        return "unchanged"
    for field, value in differing.items():
        setattr(row, field, value)
    row.full_clean(exclude=["mission"])
    row.save()
    return "created" if new else "changed"


def _register_code(country: str, city: str) -> str:
    """DEBER for Berlin: country and the first three letters of the city, with a digit if taken."""
    letters = "".join(letter for letter in city.upper() if letter.isascii() and letter.isalpha())
    stem = f"{country}{letters[:3]:X<3}"
    for number in ("", *map(str, range(2, 10))):
        if not ForeignMission.objects.filter(register_code=stem + number).exists():
            return stem + number
    raise ValueError(f"no code is free for {city}")


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{field}: {' '.join(text)}" for field, text in error.message_dict.items())
    if isinstance(error, LookupError):
        return f"the file has no column {error}"
    return str(error)
