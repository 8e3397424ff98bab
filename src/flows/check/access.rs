//! Logins, permissions and reading: what each service lets its login do.

use std::sync::Arc;

use super::{Finding, Severity, people};
use crate::config::{KaonaviAccount, OfficeStationAccount};
use crate::flows::{FlowError, Tools};
use crate::job::Service;
use crate::services::kaonavi::{Kaonavi, Tenant};
use crate::services::officestation::{Files, Masters, OfficeStation, Rights};
use crate::services::{AuthReason, ServiceError};
use crate::sync::{ItemRef, People, ResourceKind, Rules};

/// Where an administrator of Kaonavi lets the API do things (`reference/kaonavi-api.md` §0.3).
const OPERATIONS: &str = "管理者機能トップ > 公開API v2 情報 > 操作対象の管理";

/// Both sides of a link.
pub(super) struct Services {
    pub(super) officestation: OfficeStation,
    pub(super) kaonavi: Kaonavi,
}

impl Services {
    pub(super) fn new(tools: &Tools, officestation: &OfficeStationAccount, kaonavi: &KaonaviAccount) -> Self {
        let Tools { http, meter, stop } = tools;
        Services {
            officestation: OfficeStation::new(http, officestation, meter, stop),
            kaonavi: Kaonavi::new(http, Arc::new(kaonavi.into()), meter, stop),
        }
    }

    /// Logs in to OfficeStation and says what the login sees. The value lists; nothing if there is no way in.
    pub(super) async fn officestation(&self, findings: &mut Vec<Finding>) -> Option<Masters> {
        let service = Service::OfficeStation;
        let client = match &self.officestation {
            OfficeStation::Rest(rest) => rest,
            OfficeStation::Csv(files) => return Some(files_of(files, findings)),
        };
        let rights = noted(client.login().await, findings)?;
        noted(client.company().await, findings)?;
        findings.push(Finding::new(Severity::Ok, "LOGIN", "logged in").of(service));
        add_rights(&rights, findings);
        // Without the lists the values that people have can still be looked at.
        Some(noted(client.masters().await, findings).unwrap_or_default())
    }

    /// Logs in to Kaonavi and reads its layouts; nothing if there is no way in.
    pub(super) async fn kaonavi(&self, findings: &mut Vec<Finding>) -> Option<Tenant> {
        let service = Service::Kaonavi;
        noted(self.kaonavi.login().await, findings)?;
        findings.push(Finding::new(Severity::Ok, "LOGIN", "logged in").of(service));
        let tenant = noted(self.kaonavi.tenant().await, findings)?;
        let items: usize = tenant.layout.sheets.iter().map(|sheet| sheet.items.len()).sum();
        let sheets = tenant.layout.sheets.len().saturating_sub(1);
        let message = format!("read the layouts of 基本情報 and {sheets} sheets, {items} items in all");
        findings.push(Finding::new(Severity::Ok, "LAYOUT", message).of(service));
        Some(tenant)
    }

    /// Everybody of OfficeStation.
    pub(super) async fn source(&self, rules: &Rules, findings: &mut Vec<Finding>) -> Option<People> {
        let (own, dependents) = (rules.source_items(), rules.source_dependent_items());
        let found = noted(self.officestation.read(&own, &dependents).await, findings)?;
        findings.push(read(&found, Service::OfficeStation));
        Some(found)
    }

    /// Everybody of Kaonavi; nothing if any sheet may not be read, each of which is named.
    pub(super) async fn destination(
        &self,
        tenant: &Tenant,
        rules: &Rules,
        findings: &mut Vec<Finding>,
    ) -> Option<People> {
        let cloned = |items: Vec<&ItemRef>| items.into_iter().cloned().collect::<Vec<_>>();
        let (mut own, mut dependents) = (cloned(rules.targets()), cloned(rules.dependent_targets()));
        let mut is_whole = true;
        let found = loop {
            let wanted = own.len() + dependents.len();
            let error = match self.kaonavi.read(tenant, &own, &dependents).await {
                Ok(found) => break found,
                Err(error) => error,
            };
            let sheet = tenant.forbidden_sheet(&error);
            if let Some(sheet) = sheet {
                is_whole = false;
                own.retain(|item| item.sheet != sheet.name);
                dependents.retain(|item| item.sheet != sheet.name);
            }
            findings.push(refusal(&error, sheet.map(|sheet| sheet.name.as_str())));
            if own.len() + dependents.len() == wanted {
                return None;
            }
        };
        if is_whole {
            findings.push(read(&found, Service::Kaonavi));
            findings.push(unproven(rules));
        }
        is_whole.then_some(found)
    }
}

/// Says that files stand in for OfficeStation's API, and where. There are no value lists then; what is wrong with the exports shows
/// when they are read.
fn files_of(files: &Files, findings: &mut Vec<Finding>) -> Masters {
    let settings = files.settings();
    let message = format!(
        "form csv: exports named {} and {} are read from {}; files to import go to {}",
        settings.employees,
        settings.dependents,
        settings.files.folder.display(),
        settings.files.import_folder.display()
    );
    findings.push(Finding::new(Severity::Info, "FORM", message).of(Service::OfficeStation));
    if let Err(error) = files.check_import() {
        // Only the way back needs it.
        findings.push(Finding { severity: Severity::Warning, ..refusal(&error, None) });
    }
    Masters::default()
}

fn read(found: &People, service: Service) -> Finding {
    let message = format!("read {}", people(found.people.len() as u64));
    Finding::new(Severity::Ok, "READ", message).of(service)
}

/// Kaonavi's permission to write shows only when something is written.
fn unproven(rules: &Rules) -> Finding {
    let sheets = rules.resources().iter().filter(|resource| resource.kind != ResourceKind::Basic);
    let sheets: Vec<&str> = sheets.map(|resource| resource.sheet.as_str()).collect();
    let message = "the permissions to write can't be tried without writing";
    let remedy = format!(
        "look under {OPERATIONS} whether メンバー情報 has 登録 and 更新, and each of these sheets 更新: {}",
        sheets.join("、")
    );
    Finding::new(Severity::Info, "PERMISSION", message).of(Service::Kaonavi).remedy(remedy)
}

/// What the login may see (`reference/officestation-api.md` §4.2): what it may not see is absent, never an error.
fn add_rights(rights: &Rights, findings: &mut Vec<Finding>) {
    let finding =
        |severity, message: String| Finding::new(severity, "PERMISSION", message).of(Service::OfficeStation);
    let hidden = &rights.hidden_categories;
    if hidden.is_empty() {
        findings.push(finding(Severity::Ok, "no category is hidden from this login".to_owned()));
    } else {
        let message = format!("hidden from this login: {}", hidden.join("、"));
        let remedy = "allow the 利用者 of the API these categories (閲覧制限), or unlink their items: `item: null` under `mapping:`";
        findings.push(finding(Severity::Warning, message).remedy(remedy));
    }
    if rights.payroll == Some(false) {
        let message = "this login doesn't handle 給与情報: 標準報酬月額 is absent";
        let remedy = "nothing, unless 標準報酬月額 is to be linked; then allow the 利用者 of the API 給与情報の取り扱い";
        findings.push(finding(Severity::Info, message.to_owned()).remedy(remedy));
    }
}

/// The value, or nothing and a finding.
pub(super) fn noted<T>(result: Result<T, ServiceError>, findings: &mut Vec<Finding>) -> Option<T> {
    result.map_err(|error| findings.push(refusal(&error, None))).ok()
}

/// What a service refused; `sheet` is the sheet that it was about.
fn refusal(error: &ServiceError, sheet: Option<&str>) -> Finding {
    let code = match FlowError::from(error.clone()) {
        FlowError::Permanent(failure) | FlowError::Transient { failure, .. } => failure.code,
        FlowError::Halted(_) => "STOPPED",
    };
    let service = error.service();
    let (message, remedy) = match error {
        ServiceError::Auth { reason, .. } => {
            (format!("failed to log in: {}", reason.as_str()), login_remedy(service, *reason).to_owned())
        }
        ServiceError::Forbidden { what, .. } => {
            let sheet = sheet.map(|sheet| format!(" (sheet {sheet})")).unwrap_or_default();
            (format!("{what}{sheet} is not permitted"), permission_remedy(service))
        }
        ServiceError::Transient { what, .. } => (
            format!("failed to get an answer: {what}"),
            "look whether `base_url` is right and this machine reaches the service, then check again"
                .to_owned(),
        ),
        ServiceError::Refused { what, status, .. } => {
            (format!("{what} was refused with {status}"), PROTOCOL.to_owned())
        }
        ServiceError::Protocol { what, .. } => {
            (format!("failed to understand the service: {what}"), PROTOCOL.to_owned())
        }
        ServiceError::File { error, .. } => (format!("failed to use {error}"), error.remedy().to_owned()),
        ServiceError::Stopped { .. } => ("stopped".to_owned(), "check again".to_owned()),
    };
    Finding::new(Severity::Error, code, message).of(service).remedy(remedy)
}

const PROTOCOL: &str = "look whether `base_url` is everything before /api/; if it is, the service's API is another than renkei knows";

fn permission_remedy(service: Service) -> String {
    match service {
        Service::Kaonavi => {
            format!("tick 取得 for it under {OPERATIONS}, where everything is off at first")
        }
        _ => "allow the 利用者 of the API to see 基本情報 (閲覧制限)".to_owned(),
    }
}

/// Where to put a login right.
fn login_remedy(service: Service, reason: AuthReason) -> &'static str {
    match (service, reason) {
        (Service::OfficeStation, AuthReason::Locked) => {
            "wait 30 minutes or unlock the 利用者, and put the password right before the next try"
        }
        (Service::OfficeStation, AuthReason::SecondFactor) => {
            "switch 二要素認証 off for the 利用者 of the API"
        }
        (Service::OfficeStation, AuthReason::NotAllowed) => "give the 利用者 the right to use the API",
        (Service::Hrmos, _) => {
            "compare `company` and `secret_key` with システム管理 > システム設定 > 編集 > 「API KEYの設定」; a key ends after 3 months, then make another one"
        }
        (Service::Mediment, _) => "compare `consumer_key` and `consumer_secret` with mediment's",
        (Service::OfficeStation, _) => {
            "compare `station_id`, `login_id` and `password` with OfficeStation's 企業設定 and 利用者; five failures lock the login"
        }
        _ => {
            "compare `consumer_key` and `consumer_secret` with 公開API v2 情報 > 認証情報; a new pair voids the old one"
        }
    }
}
