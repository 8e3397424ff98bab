//! The clients: against the sandbox, and against servers that answer oddly.

mod hrmos;
mod hrmos_odd;
mod kaonavi;
mod kaonavi_odd;
mod mediment;
mod mediment_csv;
mod mediment_odd;
mod officestation;
mod officestation_csv;
mod support;
mod wire;
