//! mediment, whatever the form in which a link reaches it.

use std::sync::Arc;

use super::{Files, Rest};
use crate::config::MedimentAccount;
use crate::http::{Http, Meter, Stop};
use crate::services::ServiceError;

/// One tenant of mediment in one run.
#[derive(Debug)]
pub enum Mediment {
    /// By the assumed API.
    Rest(Rest),
    /// By the files of its own screens.
    Csv(Files),
}

impl Mediment {
    /// A tenant in the form that the account says, with the run's meter and stop.
    pub fn new(http: &Http, account: &MedimentAccount, meter: &Meter, stop: &Stop) -> Self {
        match account {
            MedimentAccount::Rest(api) => Mediment::Rest(Rest::new(http, Arc::new(api.into()), meter, stop)),
            MedimentAccount::Csv(csv) => Mediment::Csv(Files::new(csv.clone())),
        }
    }

    /// Logs in, or looks whether there is a folder of lists for renkei alone.
    ///
    /// # Errors
    /// As [`Rest::login`] and [`Files::check`].
    pub async fn login(&self) -> Result<(), ServiceError> {
        match self {
            Mediment::Rest(rest) => rest.login().await,
            Mediment::Csv(files) => files.check(),
        }
    }
}
