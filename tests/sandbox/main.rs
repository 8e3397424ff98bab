//! The sandbox, from outside.

mod control;
mod faults;
mod kaonavi;
mod mail;
mod officestation;
mod people;
mod support;
