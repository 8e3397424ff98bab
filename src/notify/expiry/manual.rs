//! How a credential is renewed: the screens as the services name them.

use super::Target;
use crate::job::Service;

/// What a credential is called, and where another one is made.
#[derive(Debug, Clone, Copy)]
pub struct Manual {
    /// The service and its credential, as staff know them.
    pub name: &'static str,
    /// Who does it, and what to click, in the words of the screens.
    pub clicks: &'static str,
    /// The keys of the configuration that its new values belong to, and the one that says when it ends.
    pub keys: &'static str,
}

impl Target {
    /// How its credential is renewed.
    pub fn manual(self) -> Manual {
        match self {
            // `reference/hrmos-kintai-api.md` §1.
            Target::Service(Service::Hrmos) => Manual {
                name: "HRMOS勤怠のAPI KEY",
                clicks: "HRMOS勤怠の システム管理 > システム設定 > 編集 > 「API KEYの設定」→「API KEYの生成」→「表示」(勤怠システム管理者のみ)",
                keys: "hrmos: の secret_key と key_issued(または expires)",
            },
            // `reference/kaonavi-api.md` §0.3.
            Target::Service(Service::Kaonavi) => Manual {
                name: "カオナビのConsumer Key・Consumer Secret",
                clicks: "カオナビの 管理者機能トップ > 公開API v2 情報 > 認証情報(再発行すると古いものはすぐに使えなくなります)",
                keys: "kaonavi: の consumer_key、consumer_secret と expires",
            },
            // `reference/officestation-api.md` §2.
            Target::Service(Service::OfficeStation) => Manual {
                name: "オフィスステーションのAPI用利用者のパスワード",
                clicks: "オフィスステーションの マスタ管理 > 利用者管理(管理者のみ)",
                keys: "officestation: の password と expires",
            },
            // No public page shows where mediment's pair is made.
            Target::Service(Service::Mediment) => Manual {
                name: "medimentのConsumer Key・Consumer Secret",
                clicks: "medimentの管理画面(不明な場合はmedimentのサポート窓口へ)",
                keys: "mediment: の consumer_key、consumer_secret と expires",
            },
            Target::MailServer => Manual {
                name: "メールサーバーのパスワード",
                clicks: "メールサーバーの管理画面",
                keys: "mail: の password と expires",
            },
        }
    }
}
