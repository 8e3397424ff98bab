//! HRMOS勤怠: the public API v1 (`reference/hrmos-kintai-api.md`), read only.
//!
//! Everybody is read page by page with their 拠点 and 部門 as ids, whose names are lists of their own ([`Names`]). A month's totals
//! are one row a person ([`MonthRow`]); whether the month is closed is only told by asking for the closed ones again
//! ([`Hrmos::closed`]). Users are kept as one text with the places of its fields, months as numbers: there may be 100,000 of each.
//!
//! There is no function here that writes. The only verb beside GET postpones the end of a token.

mod account;
mod client;
mod error;
mod month;
mod names;
mod page;
mod total;
mod user;
mod wire;

pub use account::Account;
pub use client::{Hrmos, Read};
pub use month::MonthRow;
pub use names::Names;
pub use total::{Days, Malformed, Minutes, Reading};
pub use user::User;
pub use wire::{DayField, TimeField, UserField};
