//! HRMOS勤怠→mediment, 従業員情報: the cases of `reference/mediment.md` D2, as settled by `DESIGN` §6 where they differ. Each is run twice.

mod doubt;
mod faults;
mod gender;
mod items;
mod jobs;
mod killed;
mod leavers;
mod matching;
mod whole;
