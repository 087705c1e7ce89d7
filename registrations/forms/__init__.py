"""One form class a page; PAGES says which page of registrations/steps.py each one is.

The pages of document copies share documents.CopyPage and a view of their own.
"""

from registrations.forms.base import ApplicationPage
from registrations.forms.birth import BirthPage, IinPage, SexPage
from registrations.forms.contact import AddressPage, ContactPage, LifePage, StayPage
from registrations.forms.documents import DocumentPage, ExitPermitPage
from registrations.forms.people import EmergencyPage, HouseholdPage
from registrations.forms.person import LatinNamePage, NamePage, OtherNamesPage
from registrations.forms.place import LengthPage, MissionPage, PlacePage, RegionPage
from registrations.forms.represented import RepresentedPersonPage

PAGES: dict[str, type[ApplicationPage]] = {
    "place": PlacePage,
    "region": RegionPage,
    "mission": MissionPage,
    "length": LengthPage,
    "name": NamePage,
    "latin-name": LatinNamePage,
    "other-names": OtherNamesPage,
    "birth": BirthPage,
    "iin": IinPage,
    "sex": SexPage,
    "document": DocumentPage,
    "exit-permit": ExitPermitPage,
    "address": AddressPage,
    "contact": ContactPage,
    "stay": StayPage,
    "life": LifePage,
    "emergency": EmergencyPage,
    "household": HouseholdPage,
    "person": RepresentedPersonPage,
}
