//! The sandbox, from outside.

mod control;
mod faults;
mod hrmos;
mod kaonavi;
mod mail;
mod mediment;
mod officestation;
mod people;
mod support;
