//! HRMOS勤怠→mediment, 従業員情報 (`reference/mediment.md` D1, D2; `DESIGN` §6 mediment).
//!
//! People are found by 社員番号 or by 氏名 and メールアドレス together, and created only if nobody is found. Nobody is ever retired or deleted,
//! no account is issued, and what mediment fills in by itself is never sent.

use super::from_hrmos::{self, Employees};
use super::gender::Gender;
use super::handover::Run;
use super::purpose::Purpose;
use super::to_mediment::{self, ToEmployees};
use super::work::{Work, bind};
use super::{FlowError, Request, Tools, foreign, hrmos_and_mediment};
use crate::config::{EmployeeSettings, LinkServices};
use crate::job::Service;
use crate::services::mediment::FILLED_ITEMS;
use crate::sync::{
    DestinationRoles, Doubt, Form, Guarded, IdentityRoles, ItemRef, Kind, Layout, LayoutItem, LayoutSheet,
    Matching, Roles, Scope, TodoRoles, TodoRule, Unknown,
};

/// Reads and plans the flow for a purpose.
pub(super) async fn with<P: Purpose>(
    tools: &Tools,
    request: &Request<'_>,
    purpose: P,
) -> Result<P::Outcome, FlowError> {
    let LinkServices::HrmosMediment { hrmos, mediment } = &request.link.services else {
        return Err(foreign(request));
    };
    let (hrmos, mediment) = hrmos_and_mediment(tools, hrmos, mediment);
    let settings = &request.link.flows[&request.job.flow].employees;
    let gender = Gender::of(&settings.gender_source).await?;
    let rules = bind(request, &layout(), &roles(settings))?;
    let origin = Employees { hrmos: &hrmos, gender: &gender };
    let destination = ToEmployees { mediment: &mediment, run: Run::of(request) };
    let work = Work::read(request, rules, &origin, &destination).await?;
    purpose.serve(work, &destination).await
}

/// What mediment takes of 従業員情報.
pub(super) fn layout() -> Layout {
    let item = |name: &str, kind: Kind, form: Form| LayoutItem {
        name: name.to_owned(),
        kind,
        form,
        required: matches!(name, "姓" | "名"),
        max_length: (name == "社員番号").then_some(50),
        ..LayoutItem::default()
    };
    let text = |name: &str| item(name, Kind::Text, Form::Trimmed);
    let genders = ["男性", "女性", "その他"].map(str::to_owned).to_vec();
    let items = vec![
        text("社員番号"),
        text("姓"),
        text("名"),
        item("セイ", Kind::Text, Form::Kana),
        item("メイ", Kind::Text, Form::Kana),
        item("メールアドレス", Kind::Text, Form::Mail),
        text("事業所"),
        text("所属部署1"),
        item("入社日", Kind::Date, Form::Trimmed),
        item("退職日", Kind::Date, Form::Trimmed),
        item("性別", Kind::Select(genders), Form::Trimmed),
    ];
    Layout { sheets: vec![LayoutSheet { id: 0, name: String::new(), multi: false, items }] }
}

/// The items that play a part of their own.
pub(super) fn roles(settings: &EmployeeSettings) -> Roles {
    let identity = IdentityRoles {
        source: from_hrmos::identity(),
        destination: to_mediment::identity(),
        unknown: Unknown::Create(settings.future_leaver),
        doubt: if settings.strict_seed { Doubt::Ignore } else { Doubt::Hold },
    };
    Roles {
        scope: Scope::Everyone,
        matching: Matching::Identity(Box::new(identity)),
        guarded: Guarded::Changes,
        source: from_hrmos::roles(),
        destination: DestinationRoles {
            service: Service::Mediment.name(),
            retire: Some(ItemRef::new("", "退職日")),
            ..DestinationRoles::default()
        },
        todo: todo(),
    }
}

/// 要対応: what this link never does by itself, and what mediment filled in by itself (`reference/mediment.md` A).
fn todo() -> TodoRoles {
    let item = |item: &str| ItemRef::new("", item);
    let filled = FILLED_ITEMS.map(|(name, value)| (item(name), value.to_owned()));
    TodoRoles {
        hire: Some(item("入社日")),
        retire: Some(item("退職日")),
        rules: vec![
            TodoRule::OnlyDestination,
            TodoRule::RetiredAccount,
            TodoRule::FutureLeaver,
            TodoRule::AutoFilled(filled.to_vec()),
        ],
    }
}
