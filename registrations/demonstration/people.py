"""Made-up citizens: no name, number or document belongs to anybody."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from registrations import iin

# A family name that ends in -ов, -ев or -ин is a man's; a woman's has an а after it.
FAMILY = (
    "Әбдіғали", "Өмірзақ", "Сейтжан", "Ұзақбай", "Жүсіп", "Ыбырай", "Төлеген", "Байғара",
    "Еңсебай", "Мұқан", "Дәулет", "Бекен", "Тілеу", "Қойшыбай", "Нұрмағамбет", "Сәрсен",
    "Шәріпов", "Нұрғалиев", "Қасымов", "Тайшықов", "Хасанов", "Смағұлов", "Ахметов", "Оразов",
    "Жақсыбеков", "Әлімжанов", "Темірханов", "Досмағамбетов", "Сүлейменов", "Исабеков",
)  # fmt: skip
MEN = (
    "Ақжол", "Қуаныш", "Өркен", "Һашим", "Санжар", "Ерасыл", "Мәди", "Алан", "Нұрлан", "Дәурен",
    "Олжас", "Темірлан", "Бауыржан", "Асхат", "Данияр", "Ержан", "Әлихан", "Арман", "Мұрат",
    "Ілияс", "Тимур", "Рүстем", "Жәнібек", "Шыңғыс",
)  # fmt: skip
WOMEN = (
    "Айгерім", "Ұлжан", "Ғалия", "Гүлнәр", "Іңкәр", "Нұрай", "Зере", "Тұмар", "Сәуле", "Айнұр",
    "Жанар", "Мәдина", "Динара", "Ботагөз", "Әсел", "Камила", "Томирис", "Қарлығаш", "Перизат",
    "Меруерт", "Ақбота", "Жібек", "Раушан", "Шолпан",
)  # fmt: skip
FATHERS = ("Серік", "Марат", "Ерлан", "Қайрат", "Болат", "Бақыт", "Ғалым", "Амангелді", "Жанат",
           "Талғат")  # fmt: skip
# One in so many is of a Slavic, German or Korean family.
OTHER_EVERY = 6
OTHER_FAMILY = ("Петров", "Иванов", "Кузнецов", "Никитин", "Левченко", "Мюллер", "Шмидт", "Ким",
                "Цой", "Вебер")  # fmt: skip
OTHER_MEN = ("Михаил", "Сергей", "Александр", "Виктор", "Андрей", "Павел", "Роман")
OTHER_WOMEN = ("Дарья", "Елена", "Наталья", "Анна", "Ирина", "Виктория", "Светлана")
OTHER_FATHERS = (("Сергеевич", "Сергеевна"), ("Петрович", "Петровна"), ("Иванович", "Ивановна"),
                 ("Александрович", "Александровна"), ("Викторович", "Викторовна"))  # fmt: skip
TOWNS = ("Алматы", "Астана", "Шымкент", "Қарағанды", "Қызылорда", "Ақтөбе", "Тараз", "Павлодар",
         "Өскемен", "Семей", "Атырау", "Ақтау", "Орал", "Қостанай", "Көкшетау", "Талдықорған",
         "Түркістан")  # fmt: skip
NO_PATRONYMIC = 0.25
ADULT_DAYS = (20 * 365, 75 * 365)
CHILD_DAYS = (2 * 365, 15 * 365)


@dataclass(frozen=True)
class Person:
    """Who somebody is; two entries of one person have the same."""

    family: str
    given: str
    patronymic: str
    male: bool
    born: date
    birth_place: str
    iin: str
    is_slavic: bool

    @property
    def sex(self) -> str:
        return "male" if self.male else "female"


def person(chance: Random, taken: set[str], *, today: date, child: bool = False) -> Person:
    """Somebody whose name nobody in ``taken`` has; names are drawn one by one, by sex."""
    while True:
        male, slavic = chance.random() < 0.5, chance.randrange(OTHER_EVERY) == 0
        family = family_name(chance.choice(OTHER_FAMILY if slavic else FAMILY), male=male)
        given = given_name(chance, male=male, slavic=slavic)
        if f"{family} {given}" not in taken:
            break
    taken.add(f"{family} {given}")
    born = today - timedelta(days=chance.randrange(*(CHILD_DAYS if child else ADULT_DAYS)))
    patronymic = "" if chance.random() < NO_PATRONYMIC else _patronymic(chance, male, slavic)
    number = made_up_iin(born, male, chance.randrange(1000, 9000))
    town = chance.choice(TOWNS)
    return Person(family, given, patronymic, male, born, town, number, slavic)


def with_another_iin(one: Person) -> Person:
    """The same person with an IIN that shows another birth date, as the law allows."""
    return replace(one, iin=made_up_iin(one.born + timedelta(days=11), one.male, 5000))


def family_name(name: str, *, male: bool) -> str:
    return name if male or not name.endswith(("ов", "ев", "ин")) else f"{name}а"


def given_name(chance: Random, *, male: bool, slavic: bool) -> str:
    if slavic:
        return chance.choice(OTHER_MEN if male else OTHER_WOMEN)
    return chance.choice(MEN if male else WOMEN)


def _patronymic(chance: Random, male: bool, slavic: bool) -> str:
    if slavic:
        return chance.choice(OTHER_FATHERS)[0 if male else 1]
    return chance.choice(FATHERS) + ("ұлы" if male else "қызы")


def made_up_iin(born: date, male: bool, serial: int) -> str:
    """A number whose check digit holds."""
    century = 3 if born.year < 2000 else 5
    for attempt in range(serial, serial + 100):
        body = f"{born:%y%m%d}{century + (0 if male else 1)}{attempt % 10000:04d}"
        digit = iin.check_digit(body)
        if digit is not None:
            return f"{body}{digit}"
    raise LookupError("no number is left for this day")
