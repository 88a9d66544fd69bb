"""The HOPE registration template: its two sheets, its columns, and what each one is to us.

Its column names end in `_h_c` and `_i_c` for core fields of a household and of an individual, and
in `_h_f` and `_i_f` for those that an operation added.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from issuer._fields import Column, Drop, Field

__all__ = ["HOUSEHOLDS", "INDIVIDUALS", "JOIN_COLUMN", "SHEETS"]

HOUSEHOLDS: Final = "Households"
INDIVIDUALS: Final = "Individuals"
JOIN_COLUMN: Final = "household_id"

_GENDER: Final = MappingProxyType(
    {
        "female": "female",
        "male": "male",
        "other": "other",
        "not_collected": "notStated",
        "not_answered": "notStated",
    }
)
# Washington Group short set: a disability begins at "a lot of difficulty" in any domain.
_DIFFICULTY: Final = MappingProxyType(
    {
        "none": "false",
        "no_difficulty": "false",
        "some_difficulty": "false",
        "lot_difficulty": "true",
        "cannot_do": "true",
    }
)
_DOMAINS: Final = ("seeing", "hearing", "physical", "memory", "selfcare", "comms")
_DOCUMENTS: Final = [
    "birth_certificate",
    "drivers_license",
    "electoral_card",
    "unhcr_id",
    "national_passport",
    "national_id",
    "scope_id",
]


def _dropped(reason: Drop, names: str) -> list[Column]:
    return [Column(name=name, drop=reason) for name in names.split()]


def _groups(field: Field, ages: str) -> list[Column]:
    return [Column(name=f"{sex}_{age}_h_c", field=field) for age in ages.split() for sex in "fm"]


_HOUSEHOLD_COLUMNS: Final = [
    Column(name=JOIN_COLUMN, field=Field.HOUSEHOLD),
    Column(name="size_h_c", field=Field.SIZE),
    *_groups(Field.CHILDREN, "0_5_age_group 6_11_age_group 12_17_age_group"),
    *_groups(Field.ADULTS, "adults"),
    Column(name="pregnant_member_h_c", field=Field.PREGNANT_MEMBERS),
    Column(name="child_hoh_h_c", field=Field.HEADED_BY_CHILD),
    Column(name="fchild_hoh_h_c", field=Field.HEADED_BY_CHILD),
    Column(name="country_origin_h_c", field=Field.ORIGIN),
    *_dropped(Drop.STATUS, "residence_status_h_c returnee_h_c months_displaced_h_f"),
    *_dropped(Drop.CONSENT, "consent_h_c consent_sign_h_c consent_origin_h_c consent_sharing_h_c"),
    *_dropped(
        Drop.PLACE,
        "country_h_c address_h_c admin1_h_c admin2_h_c admin3_h_c admin4_h_c hh_geopoint_h_c"
        " village_h_c living_situation_h_f",
    ),
    *_dropped(Drop.SOURCE_ID, "unhcr_hh_id_h_c unhcr_id_h_c"),
    *_dropped(Drop.TIME, "first_registration_date_h_c start_h_c end_h_c"),
    *_dropped(Drop.DEVICE, "deviceid_h_c"),
    *_dropped(Drop.ENUMERATOR, "name_enumerator_h_c org_enumerator_h_c org_name_enumerator_h_c"),
    *_dropped(
        Drop.NOT_NEEDED,
        "f_pregnant_h_c f_0_5_disability_h_c f_6_11_disability_h_c f_12_17_disability_h_c"
        " f_adults_disability_h_c m_0_5_disability_h_c m_6_11_disability_h_c"
        " m_12_17_disability_h_c m_adults_disability_h_c unaccompanied_child_h_f"
        " recent_illness_child_h_f difficulty_breathing_h_f treatment_h_f treatment_facility_h_f"
        " other_treatment_facility_h_f number_of_rooms_h_f total_dwellers_h_f"
        " one_room_dwellers_h_f total_households_h_f water_source_h_f sufficient_water_h_f"
        " latrine_h_f meals_yesterday_h_f food_consumption_h_f cereals_h_f tubers_roots_h_f"
        " vegetables_h_f fruits_h_f meat_fish_h_f pulses_h_f dairy_h_f oilfat_h_f sugarsweet_h_f"
        " condiments_h_f assistance_type_h_f assistance_source_h_f collect_individual_data_h_c",
    ),
]
_INDIVIDUAL_COLUMNS: Final = [
    Column(name=JOIN_COLUMN, field=Field.HOUSEHOLD),
    # In exports this column has been seen to hold the row's own number: only 0 to 130 is an age.
    Column(name="age", field=Field.AGE),
    Column(name="full_name_i_c", field=Field.NAME),
    Column(name="given_name_i_c", field=Field.NAME_PART),
    Column(name="middle_name_i_c", field=Field.NAME_PART),
    Column(name="family_name_i_c", field=Field.NAME_PART),
    Column(name="gender_i_c", field=Field.GENDER, values=_GENDER),
    Column(name="birth_date_i_c", field=Field.BIRTH_DATE),
    Column(name="estimated_birth_date_i_c", field=Field.BIRTH_ESTIMATED),
    Column(name="pregnant_i_c", field=Field.PREGNANT),
    *(
        Column(name=f"{domain}_disability_i_c", field=Field.DISABILITY, values=_DIFFICULTY)
        for domain in _DOMAINS
    ),
    *_dropped(Drop.TIME, "first_registration_date_i_c"),
    *_dropped(Drop.PHOTO, "photo_i_c photo_i_f"),
    *_dropped(Drop.PHOTO, " ".join(f"{kind}_photo_i_c" for kind in _DOCUMENTS)),
    *_dropped(
        Drop.DOCUMENT_NUMBER,
        " ".join(f"{kind}_no_i_c {kind}_issuer_i_c" for kind in _DOCUMENTS)
        + " other_id_type_i_c other_id_no_i_c other_id_issuer_i_c id_type_i_f other_id_type_i_f"
        " id_no_i_f",
    ),
    *_dropped(
        Drop.CONTACT,
        "phone_no_i_c phone_no_alternative_i_c who_answers_phone_i_c who_answers_alt_phone_i_c",
    ),
    *_dropped(Drop.COLLECTOR, "primary_collector_id alternate_collector_id"),
    *_dropped(
        Drop.NOT_NEEDED,
        "relationship_i_c role_i_c marital_status_i_c work_status_i_c observed_disability_i_c"
        " child_marital_status_i_f marriage_age_i_f school_enrolled_before_i_f school_enrolled_i_f"
        " school_type_i_f years_in_school_i_f minutes_to_school_i_f",
    ),
    *_dropped(Drop.NOT_NEEDED, " ".join(f"{domain}_disability_i_f" for domain in _DOMAINS)),
]
# Sheet name -> column name -> column. Other sheets of a workbook are not read.
SHEETS: Final[Mapping[str, Mapping[str, Column]]] = {
    HOUSEHOLDS: {column.name: column for column in _HOUSEHOLD_COLUMNS},
    INDIVIDUALS: {column.name: column for column in _INDIVIDUAL_COLUMNS},
}
