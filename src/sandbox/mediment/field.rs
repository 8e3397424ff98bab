//! The items of an employee (`reference/mediment.md` §B2).

/// One item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    EmployeeNumber,
    LastName,
    FirstName,
    LastNameKana,
    FirstNameKana,
    Email,
    Office,
    Department,
    HiredOn,
    RetiredOn,
    Gender,
    SocialInsurance,
    StressCheck,
    HealthCheck,
}

impl Field {
    pub(super) const ALL: [Self; 14] = [
        Self::EmployeeNumber,
        Self::LastName,
        Self::FirstName,
        Self::LastNameKana,
        Self::FirstNameKana,
        Self::Email,
        Self::Office,
        Self::Department,
        Self::HiredOn,
        Self::RetiredOn,
        Self::Gender,
        Self::SocialInsurance,
        Self::StressCheck,
        Self::HealthCheck,
    ];
    pub(super) const COUNT: usize = Self::ALL.len();

    /// Its key on the wire.
    pub(super) fn key(self) -> &'static str {
        self.names().0
    }

    /// Its name on the screen.
    pub(super) fn item(self) -> &'static str {
        self.names().1
    }

    /// The item with this key.
    pub(super) fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.key() == key)
    }

    /// What the service fills in when somebody is created without it (§B2).
    pub(super) fn automatic(self) -> Option<&'static str> {
        match self {
            Self::SocialInsurance => Some("加入"),
            Self::StressCheck | Self::HealthCheck => Some("対象"),
            _ => None,
        }
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::EmployeeNumber => ("employee_number", "社員番号"),
            Self::LastName => ("last_name", "姓"),
            Self::FirstName => ("first_name", "名"),
            Self::LastNameKana => ("last_name_kana", "セイ"),
            Self::FirstNameKana => ("first_name_kana", "メイ"),
            Self::Email => ("email", "メールアドレス"),
            Self::Office => ("office", "事業所"),
            Self::Department => ("department1", "所属部署1"),
            Self::HiredOn => ("hired_on", "入社日"),
            Self::RetiredOn => ("retired_on", "退職日"),
            Self::Gender => ("gender", "性別"),
            Self::SocialInsurance => ("social_insurance", "社会保険の加入有無"),
            Self::StressCheck => ("stress_check_target", "ストレスチェック対象者"),
            Self::HealthCheck => ("health_check_target", "健康診断対象者"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_listed_in_the_order_of_their_places() {
        for (place, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, place);
            assert_eq!(Field::of_key(field.key()), Some(field));
        }
    }
}
