import factory

from missions.models import ConsularDistrict, DistrictBasis, ForeignMission, MissionKind


class MissionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ForeignMission

    code = factory.Sequence("embassy-{}".format)
    register_code = factory.Sequence("DE{:04d}".format)
    kind = MissionKind.EMBASSY
    name_kk = factory.Sequence("Елшілік {}".format)
    name_ru = factory.Sequence("Посольство {}".format)
    name_en = factory.Sequence("Embassy {}".format)
    country = "DE"
    city_en = "Berlin"
    timezone = "Europe/Berlin"
    provides_consular_services = "yes"


class DistrictFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ConsularDistrict

    mission = factory.SubFactory(MissionFactory)
    country = "DE"
    basis = DistrictBasis.WHOLE_COUNTRY
