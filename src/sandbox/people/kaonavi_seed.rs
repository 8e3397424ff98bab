//! What Kaonavi holds of a person at the start: the values that the default mapping would have written.
//!
//! Blank values are left out. Names are joined with one full-width space, and a ビジネスネーム stands in for the
//! legal name where there is one.

use super::fields::{DependentField, Field};
use super::{Dependent, Person, Population};
use crate::sandbox::kaonavi::SeedMember;

/// Single-record items that carry the OfficeStation item of the same name.
const SAME_NAMED: &[Field] = &[
    Field::PostalCode,
    Field::Prefecture,
    Field::City,
    Field::Street,
    Field::Building,
    Field::PrefectureKana,
    Field::CityKana,
    Field::StreetKana,
    Field::BuildingKana,
    Field::ResidentAddressSame,
    Field::ResidentPostalCode,
    Field::ResidentPrefecture,
    Field::ResidentCity,
    Field::ResidentStreet,
    Field::ResidentBuilding,
    Field::PhoneNumber,
    Field::MobilePhoneNumber,
    Field::EmployeeCategory,
    Field::EmployeeCategoryDetail,
    Field::Position,
    Field::DepartmentNote,
    Field::EmergencyRelationship,
    Field::EmergencyPhoneNumber,
    Field::EmergencyAddress,
    Field::HealthInsuranceNumber,
    Field::HealthInsuranceFrom,
    Field::HealthInsuranceTo,
    Field::PensionNumber,
    Field::PensionFrom,
    Field::PensionTo,
    Field::EmploymentInsuranceNumber,
    Field::EmploymentInsuranceFrom,
    Field::EmploymentInsuranceTo,
    Field::Disability,
    Field::WidowOrSingleParent,
    Field::WorkingStudent,
];

/// Dependants' items that carry the OfficeStation item of the same name.
const SAME_NAMED_OF_DEPENDENTS: &[DependentField] = &[
    DependentField::Relationship,
    DependentField::Gender,
    DependentField::BirthDate,
    DependentField::LivingTogether,
    DependentField::Occupation,
    DependentField::TaxDependentFrom,
    DependentField::TaxDependentTo,
    DependentField::HealthDependentFrom,
    DependentField::HealthDependentTo,
    DependentField::Disability,
];

/// Everybody whom Kaonavi knows at the start.
pub(crate) fn seed_members(population: Population) -> Vec<SeedMember> {
    population.entries().filter_map(|entry| entry.in_kaonavi().map(|person| member(&person))).collect()
}

pub(super) fn member(person: &Person) -> SeedMember {
    let business = joined(&person[Field::BusinessLastName], &person[Field::BusinessFirstName]);
    let business_kana = joined(&person[Field::BusinessLastNameKana], &person[Field::BusinessFirstNameKana]);
    let legal = joined(&person[Field::LastName], &person[Field::FirstName]);
    let legal_kana = joined(&person[Field::LastNameKana], &person[Field::FirstNameKana]);
    let emergency = joined(&person[Field::EmergencyLastName], &person[Field::EmergencyFirstName]);
    let basic = [
        ("name", if business.is_empty() { legal } else { business.clone() }),
        ("name_kana", if business_kana.is_empty() { legal_kana } else { business_kana.clone() }),
        ("mail", person[Field::Email].clone()),
        ("entered_date", person[Field::HireDate].clone()),
        ("retired_date", person[Field::RetireDate].clone()),
        ("gender", person[Field::Gender].clone()),
        ("birthday", person[Field::BirthDate].clone()),
    ];
    let combined = [
        ("ビジネスネーム", business),
        ("ビジネスネーム(カナ)", business_kana),
        ("緊急連絡先氏名", emergency),
    ];
    let plain = SAME_NAMED.iter().map(|field| (field.label(), person[*field].clone()));
    SeedMember {
        single: plain.chain(combined).filter(filled).collect(),
        basic: basic.into_iter().filter(filled).collect(),
        dependents: person.dependents.iter().map(record).collect(),
        code: person[Field::EmployeeNumber].clone(),
    }
}

fn record(dependent: &Dependent) -> Vec<(&'static str, String)> {
    let names = [
        ("氏名", joined(&dependent[DependentField::LastName], &dependent[DependentField::FirstName])),
        (
            "フリガナ",
            joined(&dependent[DependentField::LastNameKana], &dependent[DependentField::FirstNameKana]),
        ),
    ];
    let plain = SAME_NAMED_OF_DEPENDENTS.iter().map(|field| (field.label(), dependent[*field].clone()));
    names.into_iter().chain(plain).filter(filled).collect()
}

fn filled((_, value): &(&'static str, String)) -> bool {
    !value.is_empty()
}

/// The two parts with one full-width space between, or the one that is filled.
fn joined(last: &str, first: &str) -> String {
    if last.is_empty() || first.is_empty() {
        return format!("{last}{first}");
    }
    format!("{last}\u{3000}{first}")
}
