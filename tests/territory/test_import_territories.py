"""Checks that the import is complete, repeatable and never deletes a code."""

import csv
import io
import shutil
from datetime import date

import pytest
from django.core.management import call_command
from django.db import IntegrityError, models

from territory.models import Area, District, Province
from territory.services import DATA_FOLDER, TableReport, import_territories

pytestmark = pytest.mark.django_db

FIRST_DAY, LATER = date(2026, 1, 5), date(2026, 3, 9)


@pytest.fixture(autouse=True)
def empty_tables(db):
    """The test database comes with the territory loaded; here it starts from nothing."""
    for model in (District, Province, Area):
        model.objects.all().delete()


@pytest.fixture
def folder(tmp_path):
    """A copy of the data that a test may change."""
    for name in ("areas.csv", "provinces.csv", "districts.csv"):
        shutil.copy(DATA_FOLDER / name, tmp_path)
    return tmp_path


def change(folder, code, **columns):
    """Change the district `code` in the copy, or take it out when no column is given."""
    file = folder / "districts.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    rows = [{**row, **columns} if row["inei_code"] == code else row for row in rows]
    rows = [row for row in rows if columns or row["inei_code"] != code]
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_import_loads_everything():
    report = import_territories()
    assert (Area.objects.count(), Province.objects.count(), District.objects.count()) == (
        26,
        196,
        1891,
    )
    assert report.districts == TableReport(total=1891, added=1891, changed=0, ended=0)


def test_import_again_changes_nothing():
    import_territories(today=FIRST_DAY)
    before = list(District.objects.values_list())
    report = import_territories(today=LATER)
    assert list(District.objects.values_list()) == before
    assert report.areas == TableReport(total=26, added=0, changed=0, ended=0)
    assert report.districts == TableReport(total=1891, added=0, changed=0, ended=0)


def test_import_takes_few_statements(django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        import_territories()
    with django_assert_max_num_queries(10):
        import_territories()


def test_district_carries_the_area_of_its_province():
    import_territories()
    assert not District.objects.exclude(area=models.F("province__area")).exists()
    assert District.objects.filter(area="1501").count() == 43
    assert str(District.objects.get(code="150122").area) == "Lima Metropolitana"


def test_a_code_that_disappears_stays_with_its_end_date(folder):
    import_territories(today=FIRST_DAY)
    change(folder, "150101")
    report = import_territories(today=LATER, folder=folder)
    gone = District.objects.get(code="150101")
    assert (report.districts.ended, gone.valid_to, gone.is_in_force) == (1, LATER, False)
    assert District.objects.in_force().count() == 1890

    import_territories(today=date(2026, 6, 1), folder=folder)
    assert District.objects.get(code="150101").valid_to == LATER


def test_a_code_that_comes_back_is_in_force_again(folder):
    import_territories(today=FIRST_DAY)
    change(folder, "150101")
    import_territories(today=LATER, folder=folder)
    report = import_territories(today=LATER)
    assert report.districts.changed == 1
    assert District.objects.get(code="150101").is_in_force


def test_a_changed_name_is_taken_over(folder):
    import_territories()
    change(folder, "150101", name="Cercado de Lima", valid_from="1535-01-18")
    report = import_territories(folder=folder)
    changed = District.objects.get(code="150101")
    assert report.districts == TableReport(total=1891, added=0, changed=1, ended=0)
    assert (changed.name, changed.valid_from) == ("Cercado de Lima", date(1535, 1, 18))


def test_a_reniec_code_may_pass_to_another_district(folder):
    import_territories(today=FIRST_DAY)
    change(folder, "150101")
    change(folder, "150102", reniec_code="140101")
    import_territories(today=LATER, folder=folder)
    assert District.objects.in_force().get(reniec_code="140101").code == "150102"


def test_two_districts_in_force_never_share_a_reniec_code():
    import_territories()
    with pytest.raises(IntegrityError, match=r"one_district_per_reniec_code|reniec_code"):
        District.objects.filter(code="150102").update(reniec_code="140101")


def test_validity_never_ends_before_it_begins():
    import_territories()
    with pytest.raises(IntegrityError, match="area_ends_after_it_begins"):
        Area.objects.filter(code="01").update(valid_from=LATER, valid_to=FIRST_DAY)


def test_areas_come_in_the_order_of_their_names():
    import_territories()
    assert [str(area) for area in Area.objects.all()][:3] == ["Amazonas", "Áncash", "Apurímac"]
    assert str(Province.objects.get(code="2402")) == "Contralmirante Villar"
    assert str(District.objects.get(code="240201")) == "Zorritos"


def test_command_tells_the_counts():
    told = io.StringIO()
    call_command("import_territories", stdout=told, no_color=True)
    assert "Regiones: 26 en la lista; nuevos: 26, cambiados: 0, fuera de uso: 0" in told.getvalue()
    assert "Distritos: 1891 en la lista" in told.getvalue()
