"""Does the town go with the postcode?"""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from relevo.porting.profile import PortingProfile
from relevo.profiles.book import load_book


@pytest.fixture(scope="module")
def spain() -> PortingProfile:
    return load_book().on("es", date(2019, 1, 13))


@pytest.mark.parametrize(
    ("postcode", "city", "province"),
    [
        ("50003", "Zaragoza", "Zaragoza"),
        ("50015", "zaragoza", "ZARAGOZA"),
        ("50003", "Zaragosa", "Zaragoza"),
        ("50410", "Cuarte de Huerva", "Zaragoza"),
        ("50410", "Cuarte", "Zaragoza"),
        ("15001", "La Coruña", "A Coruña"),
        ("03001", "Alacant", "Alicante"),
        ("20001", "San Sebastián", "Guipúzcoa"),
        ("08901", "L'Hospitalet de Llobregat", "Barcelona"),
        ("07001", "Palma", "Illes Balears"),
        ("01001", "Vitoria", "Álava"),
    ],
)
def test_a_town_fits_however_it_is_spelled(
    spain: PortingProfile, postcode: str, city: str, province: str
) -> None:
    assert spain.town_fits(postcode, city, province) is None


@pytest.mark.parametrize(
    ("postcode", "city", "province", "belongs"),
    [
        ("50410", "Zaragoza", "Zaragoza", "Cuarte de Huerva"),
        ("50003", "Zaragoza", "Madrid", "Zaragoza (Zaragoza)"),
        ("28001", "Zaragoza", "Zaragoza", "Madrid"),
        ("50003", "", "Zaragoza", "Zaragoza"),
    ],
)
def test_the_answer_names_what_the_postcode_belongs_to(
    spain: PortingProfile, postcode: str, city: str, province: str, belongs: str
) -> None:
    assert spain.town_fits(postcode, city, province) == belongs


def test_a_hamlet_of_the_same_name_elsewhere_is_not_the_city(spain: PortingProfile) -> None:
    assert spain.town_fits("27777", "Zaragoza", "Zaragoza") is not None


def test_a_postcode_that_the_table_lacks_passes_in_its_province_only(
    spain: PortingProfile,
) -> None:
    assert spain.town_fits("50999", "Zaragoza", "Zaragoza") is None
    assert spain.town_fits("50999", "Madrid", "Madrid") == "the province Zaragoza"


def test_digits_that_are_no_province_are_said_to_be_none(spain: PortingProfile) -> None:
    assert spain.town_fits("99001", "Zaragoza", "Zaragoza") is not None


def test_the_table_is_not_read_before_it_is_needed() -> None:
    program = (
        "from datetime import date\n"
        "from relevo.profiles.book import load_book\n"
        "from relevo.profiles.es import tables\n"
        "load_book().on('es', date(2019, 1, 13))\n"
        "assert tables.postcodes.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
