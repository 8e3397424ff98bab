//! The flows of a link: schedules, settings, mappings.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Checks;
use super::values::Zero;
use crate::config::mapping::{self, Layers, Sheets};
use crate::config::raw::{RawFlow, RawGuards, RawLink, RawMapping, Text};
use crate::config::{
    ActualSource, AttendanceSettings, Crontab, EmployeeSettings, FlowConfig, FlowSettings, GenderSource,
    NegativeOvertime, PaidSource, RetireDate,
};
use crate::job::{Flow, LinkKind, nearest};
use crate::sync::{
    BlankPolicy, DependentsEmpty, FutureLeaver, GuardLimits, NameScope, NearDuplicates, OnError, OnPartial,
    Overlong, Padding, Policy, Retired,
};

/// All flows of a kind with what the link says of them.
pub(super) fn flows(checks: &Checks<'_>, kind: LinkKind, raw: &RawLink) -> BTreeMap<Flow, FlowConfig> {
    let schedules = schedules(checks, kind, raw);
    let settings = by_flow(checks, kind, raw.flows.iter().flat_map(|table| &table.0));
    let mappings = by_flow(checks, kind, raw.mapping.iter().flat_map(|table| &table.0));
    let sheets = Sheets::read(checks, kind, raw.sheets.as_ref());
    let padding = padding(checks, kind, raw);
    let flow = |flow: Flow| {
        let empty = RawFlow::default();
        let raw = settings.get(&flow).and_then(|raw| raw.as_ref()).unwrap_or(&empty);
        let mapping = mappings.get(&flow).and_then(|raw| raw.as_ref());
        let padding = padding.filter(|_| flow == Flow::OfficeStationToKaonavi);
        let schedule = schedules.get(&flow).cloned();
        (flow, config(checks, flow, raw, mapping, &sheets, (padding, schedule)))
    };
    kind.flows().map(flow).collect()
}

fn config(
    checks: &Checks<'_>,
    flow: Flow,
    raw: &RawFlow,
    mapping: Option<&RawMapping>,
    sheets: &Sheets,
    (padding, schedule): (Option<Padding>, Option<Crontab>),
) -> FlowConfig {
    refuse_foreign(checks, flow, raw);
    let policy = Policy { padding, ..policy(checks, raw) };
    let (employees, attendance) = (employees(checks, raw), attendance(checks, raw));
    let Layers { periodic, spot } = match flow {
        Flow::HrmosToMedimentEmployees => {
            mapping::fixed(checks, flow, mapping, mapping::employees(&employees))
        }
        Flow::HrmosToMedimentAttendance => mapping::fixed(checks, flow, mapping, mapping::attendance()),
        Flow::OfficeStationToKaonavi | Flow::KaonaviToOfficeStation => {
            mapping::read(checks, flow, mapping, sheets)
        }
    };
    FlowConfig {
        periodic: FlowSettings { mapping: periodic, policy: policy.clone() },
        spot: FlowSettings { mapping: spot, policy },
        schedule,
        catch_up: checks.duration(raw.catch_up.as_ref(), Zero::Allowed, Duration::from_secs(6 * 3600)),
        months: checks.number(raw.months.as_ref(), 1..=24, 2),
        employees,
        attendance,
    }
}

fn employees(checks: &Checks<'_>, raw: &RawFlow) -> EmployeeSettings {
    let retire = [("field_only", RetireDate::FieldOnly), ("never", RetireDate::Never)];
    let future = [("skip", FutureLeaver::Skip), ("create", FutureLeaver::Create)];
    EmployeeSettings {
        gender_source: gender_source(checks, raw.gender_source.as_ref()),
        strict_seed: raw.strict_seed.as_ref().is_some_and(|raw| raw.value),
        sync_name: raw.sync_name.as_ref().is_none_or(|raw| raw.value),
        retire_date_update: checks.choice(raw.retire_date_update.as_ref(), &retire, RetireDate::FieldOnly),
        future_leaver: checks.choice(raw.future_leaver.as_ref(), &future, FutureLeaver::Skip),
    }
}

fn attendance(checks: &Checks<'_>, raw: &RawFlow) -> AttendanceSettings {
    let actual =
        [("actual_working_hours", ActualSource::Actual), ("total_working_hours", ActualSource::Total)];
    let paid = [("paid_holidays", PaidSource::Days), ("paid_holiday_with_time_paid", PaidSource::WithHours)];
    let negative = [
        ("zero", NegativeOvertime::Zero),
        ("keep", NegativeOvertime::Keep),
        ("error", NegativeOvertime::Error),
    ];
    AttendanceSettings {
        actual: checks.choice(raw.actual_source.as_ref(), &actual, ActualSource::Actual),
        paid: checks.choice(raw.paid_source.as_ref(), &paid, PaidSource::Days),
        negative_overtime: checks.choice(raw.negative_overtime.as_ref(), &negative, NegativeOvertime::Zero),
        only_closed: raw.only_closed.as_ref().is_some_and(|raw| raw.value),
    }
}

fn schedules(checks: &Checks<'_>, kind: LinkKind, raw: &RawLink) -> BTreeMap<Flow, Crontab> {
    let mut schedules = BTreeMap::new();
    for (name, time) in raw.schedule.iter().flat_map(|table| &table.0) {
        let Some(flow) = flow_of(checks, kind, name) else { continue };
        if !flow.can_be_scheduled() {
            let reason = format!("`{flow}` is スポット実行 only, it has no schedule");
            checks.problem(
                name,
                reason,
                format!("leave it out, and add a job when it is wanted: renkei enqueue LINK {flow}"),
            );
        }
        match time.value.parse::<Crontab>() {
            Ok(crontab) => {
                schedules.insert(flow, crontab);
            }
            Err(error) => checks.problem(time, error.reason, error.help),
        }
    }
    schedules
}

fn by_flow<'a, V: 'a>(
    checks: &Checks<'_>,
    kind: LinkKind,
    entries: impl Iterator<Item = &'a (Text, V)>,
) -> BTreeMap<Flow, &'a V> {
    entries.filter_map(|(name, value)| Some((flow_of(checks, kind, name)?, value))).collect()
}

fn flow_of(checks: &Checks<'_>, kind: LinkKind, name: &Text) -> Option<Flow> {
    let own = || kind.flows().map(Flow::as_str);
    let help = || {
        let near = nearest(&name.value, own()).map(|near| format!("write `{near}`; ")).unwrap_or_default();
        format!("{near}the flows of this link are {}", own().collect::<Vec<_>>().join(", "))
    };
    match name.value.parse::<Flow>() {
        Ok(flow) if flow.kind() == kind => return Some(flow),
        Ok(flow) => {
            let reason = format!("`{flow}` is a flow of kind `{}`, this link is `{kind}`", flow.kind());
            checks.problem(name, reason, help());
        }
        Err(()) => checks.problem(name, format!("unknown flow `{}`", name.value), help()),
    }
    None
}

fn padding(checks: &Checks<'_>, kind: LinkKind, raw: &RawLink) -> Option<Padding> {
    let raw = raw.main_code_padding.as_ref()?;
    if kind != LinkKind::OfficeStationKaonavi {
        let reason = format!("a link of kind `{kind}` has no `main_code_padding`");
        checks.problem(&raw.digits, reason, "leave it out");
    }
    Some(Padding { digits: checks.number(Some(&raw.digits), 1..=15, 6) })
}

/// A setting that a flow does not have is a mistake, not a wish.
fn refuse_foreign(checks: &Checks<'_>, flow: Flow, raw: &RawFlow) {
    let towards_kaonavi = flow == Flow::OfficeStationToKaonavi;
    let employees = flow == Flow::HrmosToMedimentEmployees;
    let text = [
        ("dependents_empty", raw.dependents_empty.as_ref(), towards_kaonavi),
        ("duplicate_names", raw.duplicate_names.as_ref(), flow.kind() == LinkKind::OfficeStationKaonavi),
        ("near_duplicates", raw.near_duplicates.as_ref(), !flow.is_monthly()),
        ("catch_up", raw.catch_up.as_ref(), flow.can_be_scheduled()),
        ("months", raw.months.as_ref(), flow.is_monthly()),
        ("gender_source", raw.gender_source.as_ref(), employees),
        ("retire_date_update", raw.retire_date_update.as_ref(), employees),
        ("future_leaver", raw.future_leaver.as_ref(), employees),
        ("actual_source", raw.actual_source.as_ref(), flow.is_monthly()),
        ("paid_source", raw.paid_source.as_ref(), flow.is_monthly()),
        ("negative_overtime", raw.negative_overtime.as_ref(), flow.is_monthly()),
    ];
    let flags = [
        ("create_retired", raw.create_retired.as_ref(), flow == Flow::KaonaviToOfficeStation),
        ("require_hire_date", raw.require_hire_date.as_ref(), towards_kaonavi),
        ("strict_seed", raw.strict_seed.as_ref(), employees),
        ("sync_name", raw.sync_name.as_ref(), employees),
        ("only_closed", raw.only_closed.as_ref(), flow.is_monthly()),
    ];
    let reason = |key: &str| format!("`{flow}` has no `{key}`");
    for (key, raw) in
        text.into_iter().filter(|(_, _, has)| !has).filter_map(|(key, raw, _)| Some((key, raw?)))
    {
        checks.problem(raw, reason(key), "leave it out");
    }
    for (key, raw) in
        flags.into_iter().filter(|(_, _, has)| !has).filter_map(|(key, raw, _)| Some((key, raw?)))
    {
        checks.problem(raw, reason(key), "leave it out");
    }
}

fn policy(checks: &Checks<'_>, raw: &RawFlow) -> Policy {
    let errors = [("person", OnError::Person), ("item", OnError::Item), ("run", OnError::Run)];
    let partial = [("completed", OnPartial::Completed), ("failed", OnPartial::Failed)];
    let near = [("hold", NearDuplicates::Hold), ("create", NearDuplicates::Create)];
    let overlong = [("error", Overlong::Error), ("truncate", Overlong::Truncate)];
    let empty = [("keep", DependentsEmpty::Keep), ("clear", DependentsEmpty::Clear)];
    let names = [("all", NameScope::All), ("mapped", NameScope::Mapped)];
    Policy {
        blank: checks.choice(raw.blank.as_ref(), &mapping::BLANK, BlankPolicy::Keep),
        on_error: checks.choice(raw.on_error.as_ref(), &errors, OnError::Person),
        on_partial: checks.choice(raw.on_partial.as_ref(), &partial, OnPartial::Completed),
        near_duplicates: checks.choice(raw.near_duplicates.as_ref(), &near, NearDuplicates::Hold),
        overlong: checks.choice(raw.overlong.as_ref(), &overlong, Overlong::Error),
        dependents_empty: checks.choice(raw.dependents_empty.as_ref(), &empty, DependentsEmpty::Keep),
        duplicate_names: checks.choice(raw.duplicate_names.as_ref(), &names, NameScope::All),
        retired: raw
            .create_retired
            .as_ref()
            .map_or(Retired::Create, |raw| if raw.value { Retired::Create } else { Retired::Skip }),
        padding: None,
        require_hire_date: raw.require_hire_date.as_ref().is_some_and(|raw| raw.value),
        guards: raw.guards.as_ref().map_or_else(GuardLimits::default, |raw| guards(checks, raw)),
    }
}

fn guards(checks: &Checks<'_>, raw: &RawGuards) -> GuardLimits {
    let default = GuardLimits::default();
    let percent = |raw: Option<&Text>, default: u32| checks.number(raw, 0..=100, default);
    let people = |raw: Option<&Text>, default: usize| checks.number(raw, 0..=1_000_000_000, default);
    GuardLimits {
        source_percent: percent(raw.source_percent.as_ref(), default.source_percent),
        source_missing: people(raw.source_missing.as_ref(), default.source_missing),
        creations: people(raw.creations.as_ref(), default.creations),
        creations_percent: percent(raw.creations_percent.as_ref(), default.creations_percent),
        joiners_percent: percent(raw.joiners_percent.as_ref(), default.joiners_percent),
        changed: people(raw.changed.as_ref(), default.changed),
        changed_percent: percent(raw.changed_percent.as_ref(), default.changed_percent),
        cleared: people(raw.cleared.as_ref(), default.cleared),
        cleared_percent: percent(raw.cleared_percent.as_ref(), default.cleared_percent),
        rows_percent: percent(raw.rows_percent.as_ref(), default.rows_percent),
        rows_missing: people(raw.rows_missing.as_ref(), default.rows_missing),
    }
}

fn gender_source(checks: &Checks<'_>, raw: Option<&Text>) -> GenderSource {
    let Some(raw) = raw else { return GenderSource::None };
    match raw.value.split_once(':') {
        None if raw.value == "none" => return GenderSource::None,
        Some(("field", key)) if !key.trim().is_empty() => return GenderSource::Field(key.trim().to_owned()),
        Some(("csv", path)) if !path.trim().is_empty() => {
            let path = checks.path(path.trim());
            if !path.is_file() {
                let reason = format!("the file {} does not exist", path.display());
                checks.problem(raw, reason, "write the path of a CSV file of 社員番号 and 性別");
            }
            return GenderSource::Csv(path);
        }
        None | Some(_) => {}
    }
    let help = "write \"none\", \"field:KEY\" (a key of HRMOS's user record) or \"csv:PATH\"";
    checks.problem(raw, format!("`{}` is no source of 性別", raw.value), help);
    GenderSource::None
}
