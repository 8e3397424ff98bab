//! The pure core: what is read is turned into what is to be written, by functions on values.
//!
//! Nothing here does I/O, reads a clock, draws a random number or looks at the environment: the day, the layouts and both
//! sides' people come in as values, and a plan goes out as a value. The data's way:
//!
//! 1. a [`Mapping`] says which destination item is fed by which source items, and a [`Policy`] says how doubt is settled;
//! 2. [`resolve()`] binds the mapping to the destination's [`Layout`]: [`Rules`], which also say what must be read;
//! 3. a client reads [`People`]: a table of [`Row`]s under named columns, one person a row, dependants below;
//! 4. [`plan()`] compares both sides: a [`Plan`] of writes, outcomes, counts and [`Measures`];
//! 5. [`guard()`] says whether so much may change at all;
//! 6. a flow applies the writes and takes back what was refused ([`Plan::demote`]);
//! 7. [`judge()`] says whether the run did its work, and [`todo()`] what a person must still do.
//!
//! [`messages`] holds every sentence that staff read about it.

mod changes;
mod convert;
mod date;
mod decisions;
mod fold;
mod form;
mod guard;
mod judge;
mod layout;
mod mapping;
mod measures;
pub mod messages;
mod mynumber;
mod number;
mod plan;
mod policy;
mod resolve;
mod row;
mod rules;
mod scope;
mod todo;

pub use changes::{Change, Changes};
pub use decisions::{Decisions, Hold, NO_CODE, Pair, Verdict};
pub use form::Form;
pub use guard::{Trip, doubts_reading, guard, guard_failure};
pub use judge::judge;
pub use layout::{Kind, Layout, LayoutItem, LayoutSheet};
pub use mapping::{BlankPolicy, ItemMapping, ItemRef, Mapping, Source, Text};
pub use measures::{ItemMeasure, Measures};
pub use messages::{Failure, FileFlaw, Item, Message, Problem, RunFailure, Todo};
pub use plan::{
    Action, By, Comparison, Counts, DependentCounts, Dependents, Earlier, Explained, Explanation, Found,
    InScope, Intended, ItemStep, ItemVerdict, Outcome, PersonOutcome, Plan, PlanInput, Reading, Refused,
    RowsStep, RowsVerdict, Seen, Unlisted, Values, Withheld, Write, explain, match_code, plan, unlisted,
    unlisted_of,
};
pub use policy::{
    DependentsEmpty, GuardLimits, NameScope, NearDuplicates, OnError, OnPartial, Overlong, Padding, Policy,
    Retired,
};
pub use resolve::{check_source, resolve};
pub use row::{Cell, Columns, People, Person, Row, RowBuilder};
pub use rules::{DataSet, Resource, ResourceKind, Rule, Rules, Selection};
pub use scope::{
    Class, DestinationRoles, Doubt, FutureLeaver, Guarded, IdentityItems, IdentityRoles, KeyRole, Matching,
    NameRoles, Roles, Scope, SourceRoles, Unknown, classify, exclusion,
};
pub use todo::{LeftIn, OpenTodo, TodoItem, TodoRoles, TodoRule, todo};
