//! The scripts as Redis knows them: each is its own file behind `common.lua`.

use std::sync::LazyLock;

use redis::{FromRedisValue, Script, ScriptInvocation};

use super::{Keys, Queue, QueueError};

macro_rules! script {
    ($name:ident, $file:literal) => {
        pub(super) static $name: LazyLock<Script> =
            LazyLock::new(|| Script::new(concat!(include_str!("common.lua"), include_str!($file))));
    };
}

script!(BEGIN, "begin.lua");
script!(RENEW, "renew.lua");
script!(RECORD, "record.lua");
script!(PUT_BACK, "put_back.lua");
script!(FINISH, "finish.lua");
script!(PROMOTE, "promote.lua");
script!(REJECT, "reject.lua");
script!(TICK, "tick.lua");
script!(REMIND, "remind.lua");
script!(GATE, "gate.lua");
script!(CONSUMERS, "consumers.lua");
script!(RELEASE, "release.lua");
script!(HOLDS, "holds.lua");

/// Adds the lock and the line of each account, as the scripts expect them at the end of their keys.
pub(super) fn add_accounts(invocation: &mut ScriptInvocation<'_>, keys: &Keys, accounts: &[String]) {
    for account in accounts {
        invocation.key(keys.lock(account)).key(keys.waiting_of(account));
    }
}

impl Queue {
    /// Sends a script once. It is loaded if Redis doesn't know it.
    pub(super) async fn call<T: FromRedisValue>(
        &self,
        invocation: &ScriptInvocation<'_>,
    ) -> Result<T, QueueError> {
        Ok(invocation.invoke_async(&mut self.connection()).await?)
    }
}
