//! カオナビ→オフィスステーション: 入社予定者, 現職者 and 退職者, 本人情報 only, スポット実行 only (`reference/officestation-kaonavi-link.md`).
//!
//! The most dangerous flow: what Kaonavi holds may be older than what staff have just entered in OfficeStation. The guards are the same
//! as everywhere, and a preview names the items that would be overwritten.

use super::carry_out::Origin;
use super::handover::Run;
use super::officestation_writer::ToOfficeStation;
use super::purpose::Purpose;
use super::work::{Work, bind, settings};
use super::{FlowError, Request, Tools, clients};
use crate::config::FlowSettings;
use crate::config::items::officestation::{self, Kind as ItemKind};
use crate::job::Service;
use crate::services::ServiceError;
use crate::services::kaonavi::{Kaonavi, Standard, Tenant};
use crate::services::officestation::{Masters, OfficeStation};
use crate::sync::{
    DestinationRoles, Failure, Form, ItemRef, KeyRole, Kind, Layout, LayoutItem, LayoutSheet, LeftIn,
    Mapping, NameRoles, People, Roles, Rules, Scope, Source, SourceRoles, TodoRoles, TodoRule, check_source,
};

/// Reads and plans the flow for a purpose.
pub(super) async fn with<P: Purpose>(
    tools: &Tools,
    request: &Request<'_>,
    purpose: P,
) -> Result<P::Outcome, FlowError> {
    let (officestation, kaonavi) = clients(tools, request)?;
    let (tenant, rules) = prepare(request, &officestation, &kaonavi).await?;
    let origin = FromKaonavi { kaonavi: &kaonavi, tenant: &tenant };
    let destination = ToOfficeStation { officestation: &officestation, run: Run::of(request) };
    let work = Work::read(request, rules, &origin, &destination).await?;
    purpose.serve(work, &destination).await
}

/// Reads what names and values mean on both sides, and binds the mapping to it.
async fn prepare(
    request: &Request<'_>,
    officestation: &OfficeStation,
    kaonavi: &Kaonavi,
) -> Result<(Tenant, Rules), FlowError> {
    let tenant = kaonavi.tenant().await?;
    check(settings(request), &tenant)?;
    let masters = officestation.masters().await?;
    let rules =
        bind(request, &layout(&masters, request.today()), &roles(&tenant, &settings(request).mapping))?;
    Ok((tenant, rules))
}

/// Says whether the mapping can be read from this tenant.
pub(super) fn check(settings: &FlowSettings, tenant: &Tenant) -> Result<(), Failure> {
    check_source(&settings.mapping, &settings.policy, &tenant.layout)
}

/// Kaonavi as a source.
pub(super) struct FromKaonavi<'a> {
    pub(super) kaonavi: &'a Kaonavi,
    pub(super) tenant: &'a Tenant,
}

impl Origin for FromKaonavi<'_> {
    async fn read(&self, rules: &Rules) -> Result<People, ServiceError> {
        let item = |name: &str| name.split_once('/').map(|(sheet, item)| ItemRef::new(sheet, item));
        let items: Vec<ItemRef> = rules.source_items().into_iter().filter_map(item).collect();
        self.kaonavi.read(self.tenant, &items, &[]).await
    }
}

/// What OfficeStation takes: its public items with the value lists of this tenant. A choice whose list the service doesn't give takes
/// any text here, and the service's word decides.
pub(super) fn layout(masters: &Masters, today: chrono::NaiveDate) -> Layout {
    let item = |item: &officestation::Item| {
        let listed = || masters.values(item.name).map(|values| Kind::Select(values.to_vec()));
        let (kind, form) = match item.kind {
            ItemKind::Choice => (listed().unwrap_or(Kind::Text), Form::Trimmed),
            ItemKind::Date if item.name == BIRTHDAY => (Kind::Date, Form::NotAfter(today)),
            ItemKind::Date => (Kind::Date, Form::Trimmed),
            ItemKind::Number => (Kind::Number, Form::Trimmed),
            ItemKind::Kana if item.group == officestation::Group::Address => (Kind::Text, Form::AddressKana),
            ItemKind::Kana => (Kind::Text, Form::Kana),
            ItemKind::Phone => (Kind::Text, Form::Phone),
            ItemKind::PostalCode => (Kind::Text, Form::PostalCode),
            ItemKind::Prefecture => (Kind::Text, Form::Prefecture),
            ItemKind::Mail => (Kind::Text, Form::Mail),
            ItemKind::Code | ItemKind::Text | ItemKind::Name => (Kind::Text, Form::Trimmed),
        };
        LayoutItem {
            id: 0,
            name: item.name.to_owned(),
            kind,
            form,
            required: item.required,
            max_length: item.max,
            read_only: !item.writable || item.name == officestation::KEY,
        }
    };
    let items = officestation::SELF.iter().map(item).collect();
    Layout { sheets: vec![LayoutSheet { id: 0, name: String::new(), multi: false, items }] }
}

const BIRTHDAY: &str = "生年月日";
const HIRE: &str = "入社年月日";
const RETIRE: &str = "退職年月日";

/// The items that play a part of their own. Kaonavi's are found by their keys, for administrators may rename them.
pub(super) fn roles(tenant: &Tenant, mapping: &Mapping) -> Roles {
    let basic =
        |standard| tenant.standard_name(standard).map(|name| ItemRef::new(ItemRef::BASIC, name).to_string());
    let source = SourceRoles {
        hire: basic(Standard::EnteredDate),
        retire: basic(Standard::RetiredDate),
        kana: basic(Standard::NameKana).map(Source::Item),
        birthday: basic(Standard::Birthday).map(Source::Item),
        excluded: None,
    };
    let own = |item: &str| ItemRef::new("", item);
    let pair = |items: [&str; 2]| items.map(own);
    // Whatever 退職日 feeds: somebody may still be leaving although Kaonavi doesn't know it.
    let fed_by_retire = mapping
        .self_items
        .iter()
        .filter(|line| source.retire.as_deref().is_some_and(|retire| line.source.items().contains(&retire)));
    let mut kept = vec![own(RETIRE)];
    kept.extend(fed_by_retire.map(|line| line.target.clone()));
    let names = NameRoles {
        legal: pair(["氏", "名"]),
        legal_kana: pair(["氏(カナ)", "名(カナ)"]),
        business: pair(["ビジネスネーム氏", "ビジネスネーム名"]),
        business_kana: pair(["ビジネスネーム氏(カナ)", "ビジネスネーム名(カナ)"]),
        others: vec![pair(["緊急連絡先氏", "緊急連絡先名"])],
    };
    let key = officestation::own(officestation::KEY);
    let destination = DestinationRoles {
        service: Service::OfficeStation.name(),
        key: key.and_then(|key| Some(KeyRole { item: key.name.to_owned(), max_length: key.max? })),
        retire: None,
        kept,
        span: Some([own(HIRE), own(RETIRE)]),
        name: None,
        kana: vec![names.legal_kana.to_vec(), names.business_kana.to_vec()],
        birthday: Some(own(BIRTHDAY)),
        names: Some(names),
    };
    let todo = TodoRoles {
        hire: Some(own(HIRE)),
        retire: Some(own(RETIRE)),
        rules: vec![TodoRule::RetiredLate(LeftIn::Destination), TodoRule::OnlyDestination],
    };
    Roles { scope: Scope::Everyone, source, destination, todo, ..Roles::default() }
}
