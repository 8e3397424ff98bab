//! The rules of each field of 本人情報 (`reference/officestation-api.md` §4.5).

use crate::sandbox::people::Field;

/// What a value may look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// 従業員番号: `^[0-9A-Za-z_-]+$`.
    Number,
    Text,
    /// Full-width katakana, `ー`, space.
    Kana,
    /// Full-width katakana, digits, `-`.
    AddressKana,
    /// One of the master of this key.
    Choice(&'static str),
    /// One of the masters of the person's 社員区分.
    CategoryDetail,
    Date,
    /// A date that is not in the future.
    PastDate,
    Email,
    /// Digits and `-`.
    Phone,
    /// `NNN-NNNN` or seven digits.
    PostalCode,
    /// One of the 47.
    Prefecture,
    /// A whole number, shown as a JSON number.
    Integer,
}

/// A part of the ledger that a login's 閲覧制限 can hide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Category {
    Basic,
    Dependents,
    Tax,
    SocialInsurance,
    LaborInsurance,
    Emergency,
    /// Not a 閲覧制限: the switch 給与情報の取り扱い.
    Payroll,
}

impl Category {
    /// The category of a name as `hiddenCategories` has it.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "基本情報" => Self::Basic,
            "扶養家族情報" => Self::Dependents,
            "扶養控除申告書" => Self::Tax,
            "社会保険" => Self::SocialInsurance,
            "労働保険" => Self::LaborInsurance,
            "緊急連絡先" => Self::Emergency,
            _ => return None,
        })
    }
}

/// The kind of a field.
pub(super) fn kind(field: Field) -> Kind {
    use Field as F;
    match field {
        F::EmployeeNumber => Kind::Number,
        F::LastNameKana | F::FirstNameKana | F::BusinessLastNameKana | F::BusinessFirstNameKana => Kind::Kana,
        F::PrefectureKana | F::CityKana | F::StreetKana | F::BuildingKana => Kind::AddressKana,
        F::Gender => Kind::Choice("gender"),
        F::ResidentAddressSame => Kind::Choice("residentAddressSame"),
        F::EmployeeCategory => Kind::Choice("employeeCategory"),
        F::EmployeeCategoryDetail => Kind::CategoryDetail,
        F::SecondedWorker => Kind::Choice("secondedWorker"),
        F::Disability => Kind::Choice("disability"),
        F::WidowOrSingleParent => Kind::Choice("widowOrSingleParent"),
        F::WorkingStudent => Kind::Choice("workingStudent"),
        F::EmergencyRelationship => Kind::Choice("relationship"),
        F::BirthDate => Kind::PastDate,
        F::EmployeeCategoryFrom
        | F::HireDate
        | F::RetireDate
        | F::SeparationDate
        | F::HealthInsuranceFrom
        | F::HealthInsuranceTo
        | F::PensionFrom
        | F::PensionTo
        | F::EmploymentInsuranceFrom
        | F::EmploymentInsuranceTo => Kind::Date,
        F::Email => Kind::Email,
        F::PhoneNumber | F::MobilePhoneNumber | F::EmergencyPhoneNumber => Kind::Phone,
        F::PostalCode | F::ResidentPostalCode => Kind::PostalCode,
        F::Prefecture | F::ResidentPrefecture => Kind::Prefecture,
        F::StandardMonthlyRemuneration => Kind::Integer,
        _ => Kind::Text,
    }
}

/// How many characters a value of the field may have; none for fields whose kind limits them.
pub(super) fn max_length(field: Field) -> Option<usize> {
    use Field as F;
    match (field, kind(field)) {
        (
            F::EmployeeNumber | F::HealthInsuranceNumber | F::PensionNumber | F::EmploymentInsuranceNumber,
            _,
        )
        | (_, Kind::Phone) => Some(20),
        (F::LastName | F::FirstName | F::BusinessLastName | F::BusinessFirstName | F::Position, _)
        | (_, Kind::Kana) => Some(50),
        (F::Email, _) => Some(256),
        (F::Note, _) => Some(1000),
        (_, Kind::Text | Kind::AddressKana) => Some(100),
        _ => None,
    }
}

/// Without which nobody can be created, and which can't be cleared.
pub(super) fn required(field: Field) -> bool {
    matches!(
        field,
        Field::EmployeeNumber
            | Field::LastName
            | Field::FirstName
            | Field::LastNameKana
            | Field::FirstNameKana
            | Field::Gender
            | Field::BirthDate
    )
}

/// The part of the ledger that a field belongs to.
pub(super) fn category(field: Field) -> Category {
    use Field as F;
    match field {
        F::StandardMonthlyRemuneration => Category::Payroll,
        F::Disability | F::WidowOrSingleParent | F::WorkingStudent => Category::Tax,
        F::HealthInsuranceNumber
        | F::HealthInsuranceFrom
        | F::HealthInsuranceTo
        | F::PensionNumber
        | F::PensionFrom
        | F::PensionTo => Category::SocialInsurance,
        F::EmploymentInsuranceNumber | F::EmploymentInsuranceFrom | F::EmploymentInsuranceTo => {
            Category::LaborInsurance
        }
        F::EmergencyLastName
        | F::EmergencyFirstName
        | F::EmergencyRelationship
        | F::EmergencyPhoneNumber
        | F::EmergencyAddress => Category::Emergency,
        _ => Category::Basic,
    }
}
