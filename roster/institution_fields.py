"""Reads a district or an institution as people write them, and says which there are when several
are meant.
"""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _t

from accounts.models import Organisation
from accounts.queries import chosen_organisation, district_named, organisations_matching
from lib.folding import folded_words
from lib.text_fields import LineField
from territory.models import District

MOST_NAMED = 4


class DistrictField(LineField):
    """A district as people write it: its ubigeo of INEI, or its name."""

    def clean(self, value: str | None) -> District | None:  # type: ignore[override]
        typed = super().clean(value)
        if not typed:
            return None
        found = district_named(typed)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(
                _t("No hay un distrito «%(typed)s». Escribe su ubigeo, o su nombre y provincia.")
                % {"typed": typed[:60]}
            )
        several = "; ".join(
            f"{one.name}, {one.province.name}: {one.code}" for one in found[:MOST_NAMED]
        )
        told = (
            _t("Hay varios distritos así (%(several)s). Escribe su ubigeo.")
            if len(found) <= MOST_NAMED
            else _t(
                "Hay %(count)d distritos así, como %(several)s. Escribe su ubigeo, o también su "
                "provincia."
            )
        )
        raise ValidationError(told % {"several": several, "count": len(found)})


class InstitutionField(LineField):
    """An institution as people write it: its name with its place, its code or its RUC."""

    def clean(self, value: str | None) -> Organisation | None:  # type: ignore[override]
        typed = super().clean(value)
        if not typed:
            return None
        numbered = Organisation.objects.open()
        by_number = numbered.filter(Q(entry__code=typed) | Q(entry__ruc=typed)).first()
        if by_number is not None:
            return by_number
        found, has_more = organisations_matching(typed, MOST_NAMED)
        exact = [one for one in found if one.folded_name == " ".join(folded_words(typed))]
        chosen = exact if len(exact) == 1 else found
        if len(chosen) == 1 and not (has_more and not exact):
            return chosen_organisation(chosen[0].uuid)
        if not chosen:
            raise ValidationError(
                _t("No encontramos «%(typed)s» en la lista. Escribe otra parte de su nombre.")
                % {"typed": typed[:60]}
            )
        several = "; ".join(f"{one.name}, {one.place}" for one in chosen)
        told = (
            _t("Hay muchas así, como %(several)s. Escribe también su distrito, o su RUC.")
            if has_more
            else _t("Hay varias así (%(several)s). Escribe también su distrito, o su RUC.")
        )
        raise ValidationError(told % {"several": several})
