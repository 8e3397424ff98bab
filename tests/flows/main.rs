//! The flows from outside: a job goes in by `redis-cli`, and what the services hold, the history says and the mail carries is looked at.

#[path = "../support/mod.rs"]
mod support;

mod clinic;
mod holds;
mod hrmos_to_mediment_attendance;
mod hrmos_to_mediment_employees;
mod kaonavi_to_officestation;
mod mediment_csv;
mod officestation_csv;
mod officestation_to_kaonavi;
mod organizations;
mod refused_batches;
mod requirements;
mod thousand_people;
mod todo;
mod todo_clinic;
mod unmapped;
