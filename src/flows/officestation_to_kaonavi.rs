//! オフィスステーション→カオナビ: 入社予定者 and 現職者, 本人情報 and 扶養家族情報 (`reference/officestation-kaonavi-link.md`).

use super::carry_out::Origin;
use super::handover::Handover;
use super::kaonavi_writer::ToKaonavi;
use super::purpose::Purpose;
use super::work::{Work, bind, settings};
use super::{FlowError, Request, Tools, clients};
use crate::config::mapping::own_source;
use crate::job::Service;
use crate::services::ServiceError;
use crate::services::kaonavi::{Standard, Tenant};
use crate::services::officestation::OfficeStation;
use crate::sync::{
    DestinationRoles, ItemRef, LeftIn, Mapping, People, Roles, Rules, Scope, SourceRoles, TodoRoles, TodoRule,
};

/// Reads and plans the flow for a purpose.
pub(super) async fn with<P: Purpose>(
    tools: &Tools,
    request: &Request<'_>,
    purpose: P,
) -> Result<P::Outcome, FlowError> {
    let (officestation, kaonavi) = clients(tools, request)?;
    let tenant = kaonavi.tenant().await?;
    let rules = bind(request, &tenant.layout, &roles(&tenant, &settings(request).mapping))?;
    let destination = ToKaonavi { kaonavi: &kaonavi, tenant: &tenant };
    let work = Work::read(request, rules, &officestation, &destination).await?;
    purpose.serve(work, &destination).await
}

impl Origin for OfficeStation {
    async fn read(&self, rules: &Rules) -> Result<People, ServiceError> {
        OfficeStation::read(self, &rules.source_items(), &rules.source_dependent_items()).await
    }

    fn handover(&self) -> Option<Handover> {
        Handover::of_officestation(self)
    }
}

/// The items that play a part of their own. Kaonavi's are found by their keys, for administrators may rename them; what feeds
/// them is what the mapping says, and where an item is not mapped what the default would: near-duplicates are looked for all the
/// same.
pub(super) fn roles(tenant: &Tenant, mapping: &Mapping) -> Roles {
    let basic = |standard| tenant.standard_name(standard).map(|name| ItemRef::new(ItemRef::BASIC, name));
    let feeding = |target: &Option<ItemRef>, item: &str| {
        let line = mapping.self_items.iter().find(|line| Some(&line.target) == target.as_ref());
        line.map(|line| line.source.clone()).or_else(|| own_source(item))
    };
    let kana = basic(Standard::NameKana);
    let destination = DestinationRoles {
        service: Service::Kaonavi.name(),
        retire: basic(Standard::RetiredDate),
        name: basic(Standard::Name),
        kana: kana.iter().map(|item| vec![item.clone()]).collect(),
        birthday: basic(Standard::Birthday),
        ..DestinationRoles::default()
    };
    let source = SourceRoles {
        hire: Some("入社年月日".to_owned()),
        retire: Some("退職年月日".to_owned()),
        kana: feeding(&kana, "フリガナ"),
        birthday: feeding(&destination.birthday, "生年月日"),
        excluded: None,
    };
    let mut rules = vec![TodoRule::RetiredLate(LeftIn::Source), TodoRule::OnlyDestination];
    rules.extend(basic(Standard::Department).map(TodoRule::NoDepartment));
    let todo = TodoRoles { hire: basic(Standard::EnteredDate), retire: basic(Standard::RetiredDate), rules };
    Roles { scope: Scope::Working, source, destination, todo, ..Roles::default() }
}
