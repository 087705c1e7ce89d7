"""The directory's files: as they are, and as somebody may have spoilt them."""

import csv
import io

from django.core.management import call_command

from missions.management.commands.load_missions import DATA

MISSIONS, DISTRICTS = "missions.csv", "consular_districts.csv"


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def few():
    """Three missions and a district of each, small enough to spoil."""
    missions = {row["code"]: row for row in rows(MISSIONS)}
    districts = {(row["country"], row["region_code"]): row for row in rows(DISTRICTS)}
    return (
        [
            missions[code]
            for code in ("embassy-berlin", "consulate-frankfurt", "consulate-hong-kong")
        ],
        [districts[place] for place in (("DE", ""), ("DE", "DE-HE"), ("HK", ""))],
    )


def write(folder, missions, districts):
    for name, lines in ((MISSIONS, missions), (DISTRICTS, districts)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(lines[0]))
            writer.writeheader()
            writer.writerows(lines)


def load(folder=DATA):
    """What the command says, and what it refuses, line by line."""
    said, refused = io.StringIO(), io.StringIO()
    call_command("load_missions", directory=folder, stdout=said, stderr=refused)
    return said.getvalue().splitlines(), refused.getvalue().splitlines()
