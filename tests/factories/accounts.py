import factory
from django.utils import timezone

from accounts.models import User

PASSWORD = "a long officer password"


class UserFactory(factory.django.DjangoModelFactory):
    """A citizen's account; ``officer=True`` makes a staff account with PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        officer = factory.Trait(is_staff=True, full_name=factory.Sequence("Officer {}".format))

    email = factory.Sequence("person{}@example.org".format)
    language = "en"
    # Somebody who signed in before; an account that nobody used is UserFactory(last_login=None).
    last_login = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        if self.is_staff:
            self.set_password(PASSWORD)
        else:
            self.set_unusable_password()
        if create:
            self.save()
