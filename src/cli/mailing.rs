//! The configuration as the mail room wants it.

use std::sync::Arc;

use tokio::sync::watch;

use crate::config::{Config, MailConfig};
use crate::notify::Directory;

/// Server, sender and addresses as the configuration has them now: a reload counts for the next mail.
#[derive(Debug)]
pub(super) struct Addresses(pub(super) watch::Receiver<Arc<Config>>);

impl Directory for Addresses {
    fn addresses(&self, organization: &str) -> Vec<String> {
        self.0.borrow().mail_to(organization).to_vec()
    }

    fn mail(&self) -> Option<MailConfig> {
        self.0.borrow().mail.clone()
    }
}
