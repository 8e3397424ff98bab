//! OfficeStation, whatever the form in which a link reaches it.

use std::sync::Arc;

use super::{Files, Masters, Rest, Rights};
use crate::config::OfficeStationAccount;
use crate::http::{Http, Meter, Stop};
use crate::services::ServiceError;
use crate::sync::People;

/// One tenant of OfficeStation in one run.
#[derive(Debug)]
pub enum OfficeStation {
    /// By its API.
    Rest(Rest),
    /// By the files of its own screens.
    Csv(Files),
}

impl OfficeStation {
    /// A tenant in the form that the account says, with the run's meter and stop.
    pub fn new(http: &Http, account: &OfficeStationAccount, meter: &Meter, stop: &Stop) -> Self {
        match account {
            OfficeStationAccount::Rest(api) => {
                OfficeStation::Rest(Rest::new(http, Arc::new(api.into()), meter, stop))
            }
            OfficeStationAccount::Csv(csv) => OfficeStation::Csv(Files::new(csv.clone())),
        }
    }

    /// Logs in, or looks whether there is a folder of exports for renkei alone.
    ///
    /// # Errors
    /// As [`Rest::login`] and [`Files::check`].
    pub async fn login(&self) -> Result<Rights, ServiceError> {
        match self {
            OfficeStation::Rest(rest) => rest.login().await,
            OfficeStation::Csv(files) => files.check().map(|()| Rights::default()),
        }
    }

    /// The value lists, as far as there are any: an export has none.
    ///
    /// # Errors
    /// As [`Rest::masters`].
    pub async fn masters(&self) -> Result<Masters, ServiceError> {
        match self {
            OfficeStation::Rest(rest) => rest.masters().await,
            OfficeStation::Csv(_) => Ok(Masters::default()),
        }
    }

    /// Reads everybody, whatever their status, and their dependants unless `dependents` is empty, as [`Rest::read`] and
    /// [`Files::read`] say.
    ///
    /// # Errors
    /// As those two.
    pub async fn read(&self, items: &[&str], dependents: &[&str]) -> Result<People, ServiceError> {
        match self {
            OfficeStation::Rest(rest) => Box::pin(rest.read(items, dependents)).await,
            OfficeStation::Csv(files) => Box::pin(files.read(items, dependents)).await,
        }
    }
}
