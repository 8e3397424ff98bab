//! The fields of a person and of a dependant: their JSON keys in OfficeStation and their Japanese names.
//!
//! The keys are those of `reference/officestation-api.md` §4.5 and §4.6.

/// Makes an enum of fields with its keys, labels and a full list in the order of the declaration.
macro_rules! fields {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $key:literal $label:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum $name { $($variant,)+ }

        impl $name {
            /// All fields, in the order in which they are kept and shown.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// How many there are.
            pub(crate) const COUNT: usize = Self::ALL.len();

            /// The JSON key.
            pub(crate) fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)+ }
            }

            /// The Japanese name.
            pub(crate) fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            /// The field of a JSON key.
            pub(crate) fn from_key(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

fields! {
    /// A field of 本人情報.
    Field {
        EmployeeNumber "employeeNumber" "従業員番号",
        LastName "lastName" "氏",
        FirstName "firstName" "名",
        LastNameKana "lastNameKana" "氏(カナ)",
        FirstNameKana "firstNameKana" "名(カナ)",
        BusinessLastName "businessLastName" "ビジネスネーム氏",
        BusinessFirstName "businessFirstName" "ビジネスネーム名",
        BusinessLastNameKana "businessLastNameKana" "ビジネスネーム氏(カナ)",
        BusinessFirstNameKana "businessFirstNameKana" "ビジネスネーム名(カナ)",
        Gender "gender" "性別",
        BirthDate "birthDate" "生年月日",
        Email "email" "メールアドレス",
        PhoneNumber "phoneNumber" "電話番号",
        MobilePhoneNumber "mobilePhoneNumber" "携帯電話番号",
        PostalCode "postalCode" "郵便番号",
        Prefecture "prefecture" "都道府県",
        City "city" "市区町村",
        Street "street" "丁目・番地",
        Building "building" "建物名・部屋番号等",
        PrefectureKana "prefectureKana" "都道府県(フリガナ)",
        CityKana "cityKana" "市区町村(フリガナ)",
        StreetKana "streetKana" "丁目・番地(フリガナ)",
        BuildingKana "buildingKana" "建物名・部屋番号等(フリガナ)",
        ResidentAddressSame "residentAddressSame" "住民票住所区分",
        ResidentPostalCode "residentPostalCode" "住民票郵便番号",
        ResidentPrefecture "residentPrefecture" "住民票都道府県",
        ResidentCity "residentCity" "住民票市区町村",
        ResidentStreet "residentStreet" "住民票丁目・番地",
        ResidentBuilding "residentBuilding" "住民票建物名・部屋番号等",
        EmployeeCategory "employeeCategory" "社員区分",
        EmployeeCategoryFrom "employeeCategoryFrom" "社員区分適用開始日",
        EmployeeCategoryDetail "employeeCategoryDetail" "社員区分詳細",
        Position "position" "役職",
        DepartmentNote "departmentNote" "部署メモ",
        SecondedWorker "secondedWorker" "出向労働者",
        HireDate "hireDate" "入社年月日",
        RetireDate "retireDate" "退職年月日",
        SeparationDate "separationDate" "離職等年月日",
        RetireReason "retireReason" "退職理由",
        HealthInsuranceNumber "healthInsuranceNumber" "健康保険番号",
        HealthInsuranceFrom "healthInsuranceFrom" "健康保険資格取得日",
        HealthInsuranceTo "healthInsuranceTo" "健康保険資格喪失日",
        PensionNumber "pensionNumber" "厚生年金番号",
        PensionFrom "pensionFrom" "厚生年金資格取得日",
        PensionTo "pensionTo" "厚生年金資格喪失日",
        EmploymentInsuranceNumber "employmentInsuranceNumber" "雇用保険番号",
        EmploymentInsuranceFrom "employmentInsuranceFrom" "雇用保険資格取得日",
        EmploymentInsuranceTo "employmentInsuranceTo" "雇用保険資格喪失日",
        StandardMonthlyRemuneration "standardMonthlyRemuneration" "標準報酬月額",
        Disability "disability" "障害者",
        WidowOrSingleParent "widowOrSingleParent" "寡婦・ひとり親",
        WorkingStudent "workingStudent" "勤労学生",
        EmergencyLastName "emergencyLastName" "緊急連絡先氏",
        EmergencyFirstName "emergencyFirstName" "緊急連絡先名",
        EmergencyRelationship "emergencyRelationship" "緊急連絡先続柄",
        EmergencyPhoneNumber "emergencyPhoneNumber" "緊急連絡先電話番号",
        EmergencyAddress "emergencyAddress" "緊急連絡先住所",
        Note "note" "備考",
    }
}

fields! {
    /// A field of 扶養家族情報.
    DependentField {
        LastName "lastName" "氏",
        FirstName "firstName" "名",
        LastNameKana "lastNameKana" "氏(カナ)",
        FirstNameKana "firstNameKana" "名(カナ)",
        Relationship "relationship" "続柄",
        Gender "gender" "性別",
        BirthDate "birthDate" "生年月日",
        LivingTogether "livingTogether" "同居/別居",
        Occupation "occupation" "職業",
        AnnualIncome "annualIncome" "年間収入",
        TaxDependentFrom "taxDependentFrom" "扶養になった日(税法上)",
        TaxDependentTo "taxDependentTo" "扶養を外れた日(税法上)",
        HealthDependentFrom "healthDependentFrom" "扶養になった日(健康保険)",
        HealthDependentTo "healthDependentTo" "扶養を外れた日(健康保険)",
        Disability "disability" "障害者区分",
    }
}
