//! Why a flow did not come to its end, in the classes of `DESIGN` §5.5.

use std::time::Duration;

use super::Halt;
use crate::job::Service;
use crate::services::{AuthReason, Class, ServiceError};
use crate::sync::{Failure, RunFailure};

/// Why a flow did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlowError {
    /// It may work later.
    Transient {
        /// What the run's end says if it never does.
        failure: Failure,
        /// What happened, in engineers' words.
        what: String,
        /// What the service asked for.
        retry_after: Option<Duration>,
    },
    /// Somebody has to act first.
    Permanent(Failure),
    /// The attempt has to stop: nothing is wrong with the run.
    Halted(Halt),
}

impl From<Halt> for FlowError {
    fn from(halt: Halt) -> Self {
        FlowError::Halted(halt)
    }
}

impl From<Failure> for FlowError {
    fn from(failure: Failure) -> Self {
        FlowError::Permanent(failure)
    }
}

impl From<ServiceError> for FlowError {
    fn from(error: ServiceError) -> Self {
        let service = error.service();
        match error.class() {
            Class::Transient => FlowError::Transient {
                failure: file(&error)
                    .unwrap_or_else(|| RunFailure::Timeout { service: service.name() }.into()),
                what: error.to_string(),
                retry_after: error.retry_after(),
            },
            // The journal knows better which of the two it is, and is asked before the next write anyway.
            Class::Stopped => FlowError::Halted(Halt::Lost),
            Class::Permanent | Class::Data => FlowError::Permanent(permanent(&error)),
        }
    }
}

fn permanent(error: &ServiceError) -> Failure {
    let service = error.service();
    match error {
        ServiceError::Auth { reason, .. } => {
            RunFailure::Auth { service: service.name(), remedy: auth_remedy(service, *reason) }.into()
        }
        ServiceError::Forbidden { what, .. } => {
            let remedy = format!("権限の設定で「{what}」が許可されているかご確認ください。");
            RunFailure::Forbidden { service: service.name(), remedy: &remedy }.into()
        }
        _ => file(error).unwrap_or_else(|| RunFailure::Protocol { service: service.name() }.into()),
    }
}

/// What is wrong with a file, if one is.
fn file(error: &ServiceError) -> Option<Failure> {
    let ServiceError::File { service, error } = error else { return None };
    let remedy = error.flaw.remedy(export(*service));
    let service = service.name();
    Some(RunFailure::File { service, file: &error.name, flaw: &error.flaw, remedy: &remedy }.into())
}

/// How a file that is read is made anew, in the words of the service's screens.
fn export(service: Service) -> &'static str {
    match service {
        Service::OfficeStation => {
            "汎用データ出力で従業員と扶養家族のCSVを出力し直し、フォルダに置いてください。"
        }
        _ => "従業員情報のCSVを出力し直し、フォルダに置いてください。",
    }
}

/// Where to put a login right, in the words of the service's screens.
fn auth_remedy(service: Service, reason: AuthReason) -> &'static str {
    match (service, reason) {
        (Service::OfficeStation, AuthReason::Locked) => {
            "ログインIDがロックされています。30分以上おいて、もう一度実行してください。"
        }
        (Service::OfficeStation, AuthReason::SecondFactor) => {
            "API連携用の利用者の二要素認証を解除してください。"
        }
        (Service::OfficeStation, AuthReason::NotAllowed) => "API連携用の利用者の権限をご確認ください。",
        (Service::OfficeStation, _) => "企業設定をご確認ください。",
        (Service::Kaonavi, _) => "公開API v2 情報の認証情報(Consumer Key、Consumer Secret)をご確認ください。",
        (Service::Hrmos, AuthReason::Credentials) => {
            "API KEYは発行から3か月で失効します。HRMOS勤怠の「システム管理 > システム設定 > 編集 > API KEYの設定」で新しいAPI KEYを生成し、renkeiの設定に登録してください。"
        }
        (Service::Hrmos, AuthReason::NotAllowed) => {
            "API KEYを生成した勤怠システム管理者の権限と、固定IPアドレスによるアクセス制限をご確認ください。"
        }
        (Service::Hrmos, _) => {
            "renkeiの設定のcompany(ログインURLの企業の部分)とAPI KEYの組み合わせをご確認ください。"
        }
        (Service::Mediment, _) => "認証情報をご確認ください。",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_hrmos_that_is_over_names_its_life_and_where_to_make_another() {
        let error = ServiceError::Auth { service: Service::Hrmos, reason: AuthReason::Credentials };
        let FlowError::Permanent(failure) = FlowError::from(error) else { panic!("a login is permanent") };
        assert_eq!(failure.code, "F_AUTH");
        assert_eq!(
            failure.message,
            "HRMOS勤怠の認証に失敗しました。API KEYは発行から3か月で失効します。HRMOS勤怠の「システム管理 > システム設定 > 編集 > \
             API KEYの設定」で新しいAPI KEYを生成し、renkeiの設定に登録してください。"
        );
    }
}
