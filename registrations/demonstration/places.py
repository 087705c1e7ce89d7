"""Where the made-up people live: towns of the missions' own districts, and numbers of nobody."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Contacts:
    """What a mission of the demonstration has confirmed; the numbers are nobody's."""

    address: str
    phone: str
    duty_phone: str
    email: str
    opening_hours: str


@dataclass(frozen=True)
class District:
    """``towns``: region (ISO 3166-2), town and postcode. Street and phone take a number."""

    towns: tuple[tuple[str, str, str], ...]
    street: str
    phone: str
    contacts: Contacts


# The numbers of Berlin and Frankfurt are those the Federal Network Agency keeps for films.
BERLIN = District(
    towns=(
        ("DE-BE", "Berlin", "10999"),
        ("DE-BE", "Berlin", "13156"),
        ("DE-BE", "Berlin", "12437"),
        ("DE-BB", "Potsdam", "14467"),
        ("DE-SN", "Dresden", "01067"),
        ("DE-SN", "Leipzig", "04109"),
        ("DE-ST", "Magdeburg", "39104"),
        ("DE-ST", "Halle (Saale)", "06108"),
        ("DE-MV", "Rostock", "18055"),
        ("DE-HB", "Bremen", "28195"),
        ("DE-SH", "Kiel", "24103"),
    ),
    street="Musterstraße {}",
    phone="+49 30 23125 {:03d}",
    contacts=Contacts(
        address="Musterstraße 1, 10115 Berlin",
        phone="+49 30 23125 900",
        duty_phone="+49 30 23125 999",
        email="berlin@mission.example",
        opening_hours="09:00–12:30",
    ),
)
FRANKFURT = District(
    towns=(
        ("DE-HE", "Frankfurt am Main", "60313"),
        ("DE-HE", "Kassel", "34117"),
        ("DE-HE", "Darmstadt", "64283"),
        ("DE-BW", "Stuttgart", "70173"),
        ("DE-BW", "Mannheim", "68159"),
        ("DE-BW", "Freiburg im Breisgau", "79098"),
        ("DE-RP", "Mainz", "55116"),
        ("DE-SL", "Saarbrücken", "66111"),
    ),
    street="Musterstraße {}",
    phone="+49 69 90009 {:03d}",
    contacts=Contacts(
        address="Musterstraße 2, 60313 Frankfurt am Main",
        phone="+49 69 90009 900",
        duty_phone="+49 69 90009 999",
        email="frankfurt@mission.example",
        opening_hours="09:00–12:00",
    ),
)
ISTANBUL = District(
    towns=(
        ("TR-34", "İstanbul, Kadıköy", "34710"),
        ("TR-34", "İstanbul, Üsküdar", "34660"),
        ("TR-34", "İstanbul, Beşiktaş", "34330"),
        ("TR-34", "İstanbul, Bakırköy", "34140"),
        ("TR-34", "İstanbul, Zeytinburnu", "34020"),
    ),
    street="Örnek Sokak {}",
    phone="+90 212 555 0{:03d}",
    contacts=Contacts(
        address="Örnek Sokak 1, Bakırköy, İstanbul",
        phone="+90 212 555 0900",
        duty_phone="+90 212 555 0999",
        email="istanbul@mission.example",
        opening_hours="09:30–12:30",
    ),
)
OMSK = District(
    towns=(
        ("RU-OMS", "Омск", "644099"),
        ("RU-OMS", "Тара", "646530"),
        ("RU-NVS", "Новосибирск", "630099"),
        ("RU-TOM", "Томск", "634050"),
        ("RU-KEM", "Кемерово", "650000"),
        ("RU-ALT", "Барнаул", "656049"),
    ),
    street="ул. Примерная, {}",
    phone="+7 381 255 0{:03d}",
    contacts=Contacts(
        address="ул. Примерная, 1, Омск",
        phone="+7 381 255 0900",
        duty_phone="+7 381 255 0999",
        email="omsk@mission.example",
        opening_hours="09:00–12:00",
    ),
)
DISTRICTS = {
    "embassy-berlin": BERLIN,
    "consulate-frankfurt": FRANKFURT,
    "consulate-istanbul": ISTANBUL,
    "consulate-omsk": OMSK,
}


@dataclass(frozen=True)
class Home:
    region: str
    city: str
    postcode: str
    street: str
    phone: str


def home(mission_code: str, number: int, chance: Random) -> Home:
    """The home of person ``number``, in the district of the mission."""
    district = DISTRICTS[mission_code]
    region, city, postcode = chance.choice(district.towns)
    street = district.street.format(chance.randrange(3, 180))
    return Home(region, city, postcode, street, district.phone.format(number))
