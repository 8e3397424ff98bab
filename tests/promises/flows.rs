//! The four flows as one table: what a run of each is given to do, what it asks of the services, and where its effect shows. What is promised
//! of one flow is tried with every row.
//!
//! | row | has |
//! | --- | --- |
//! | [`FLOWS`] | a few people of every kind: created, changed, held or rejected, somebody without 社員番号 where the flow knows such |
//! | [`WIDE`] | more people than a batch takes, of the flows whose batches are small, and somebody whom the service alone refuses |

use std::sync::OnceLock;

use chrono::{Datelike, Months, TimeDelta, Utc};
use futures::future::BoxFuture;
use serde_json::Value;
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};

use crate::moment::Target;
use crate::scene::Ending;
use crate::stages;
use crate::support::world::World;

/// A run of a flow.
pub(crate) struct Flow {
    pub(crate) name: &'static str,
    services: Services,
    employees: usize,
    /// Makes the two services differ in every way that the flow carries.
    stage: for<'w> fn(&'w World) -> BoxFuture<'w, ()>,
    /// What a job of it says beside link and flow.
    further: fn() -> Vec<String>,
    /// What the sandbox's control is asked for to see the whole destination.
    shown: fn() -> Vec<String>,
    /// What a clean run reads, each list once.
    pub(crate) reads: &'static [Target],
    /// What a clean run writes: these requests in this order, and no others.
    pub(crate) writes: &'static [Target],
    /// How it ends when nothing goes wrong.
    pub(crate) clean: OnceCell<Ending>,
}

/// From where to where.
#[derive(Clone, Copy)]
enum Services {
    OfficeStationToKaonavi,
    KaonaviToOfficeStation,
    HrmosToMediment,
}

/// Where OfficeStation, Kaonavi, HRMOS勤怠 and mediment are to be found.
macro_rules! at {
    (officestation $path:literal) => {
        concat!("/officestation/api/v1", $path)
    };
    (kaonavi $path:literal) => {
        concat!("/kaonavi/api/v2.0", $path)
    };
    (hrmos $path:literal) => {
        concat!("/hrmos/api/demo/v1", $path)
    };
    (mediment $path:literal) => {
        concat!("/mediment/api/v0", $path)
    };
}

const fn get(path: &'static str) -> Target {
    Target::new("GET", path, 0)
}

const fn post(path: &'static str) -> Target {
    Target::new("POST", path, 0)
}

/// The main flow, of which the promises that don't depend on a flow are tried.
pub(crate) static MAIN: &Flow = &FLOWS[0];

pub(crate) static FLOWS: [Flow; 4] = [
    Flow {
        name: "officestation-to-kaonavi",
        services: Services::OfficeStationToKaonavi,
        employees: 60,
        stage: |world| Box::pin(stages::officestation(world)),
        further: Vec::new,
        shown: members,
        reads: &[
            post(at!(officestation "/auth/token")),
            post(at!(kaonavi "/token")),
            get(at!(kaonavi "/member_layouts")),
            get(at!(kaonavi "/sheet_layouts")),
            get(at!(officestation "/employees")),
            get(at!(officestation "/dependents")),
            get(at!(kaonavi "/members")),
            get(at!(kaonavi "/sheets")),
        ],
        writes: &[
            post(at!(kaonavi "/members")),
            Target::new("PATCH", at!(kaonavi "/members"), 0),
            Target::new("PATCH", at!(kaonavi "/sheets"), 0),
            Target::new("PATCH", at!(kaonavi "/sheets"), 1),
        ],
        clean: OnceCell::const_new(),
    },
    Flow {
        name: "kaonavi-to-officestation",
        services: Services::KaonaviToOfficeStation,
        employees: 30,
        stage: |world| Box::pin(stages::kaonavi(world)),
        further: Vec::new,
        shown: employees,
        reads: &[
            post(at!(officestation "/auth/token")),
            post(at!(kaonavi "/token")),
            get(at!(kaonavi "/member_layouts")),
            get(at!(kaonavi "/sheet_layouts")),
            get(at!(officestation "/masters")),
            get(at!(kaonavi "/members")),
            get(at!(kaonavi "/sheets")),
            get(at!(officestation "/employees")),
        ],
        writes: &[post(at!(officestation "/employees/batch"))],
        clean: OnceCell::const_new(),
    },
    Flow {
        name: "hrmos-to-mediment-employees",
        services: Services::HrmosToMediment,
        employees: 30,
        stage: |world| Box::pin(stages::users(world)),
        further: Vec::new,
        shown: patients,
        reads: &[
            get(at!(hrmos "/authentication/token")),
            post(at!(mediment "/oauth/token")),
            get(at!(hrmos "/users")),
            get(at!(hrmos "/lodgments")),
            get(at!(hrmos "/departments")),
            get(at!(mediment "/employees")),
        ],
        writes: &[
            post(at!(mediment "/employees/batch_create")),
            post(at!(mediment "/employees/batch_update")),
        ],
        clean: OnceCell::const_new(),
    },
    Flow {
        name: "hrmos-to-mediment-attendance",
        services: Services::HrmosToMediment,
        employees: 30,
        stage: |world| Box::pin(stages::totals(world)),
        further: || vec!["month".to_owned(), last_month()],
        shown: patients_and_totals,
        reads: &[
            get(at!(hrmos "/authentication/token")),
            post(at!(mediment "/oauth/token")),
            get(at!(hrmos "/users")),
            get(at!(hrmos "/work_output_months")),
            // The closed ones.
            Target::new("GET", at!(hrmos "/work_output_months"), 1),
            get(at!(mediment "/employees")),
            get(at!(mediment "/attendances")),
        ],
        writes: &[Target::new("PUT", at!(mediment "/attendances"), 0)],
        clean: OnceCell::const_new(),
    },
];

pub(crate) static WIDE: [Flow; 3] = [
    Flow {
        name: "kaonavi-to-officestation",
        services: Services::KaonaviToOfficeStation,
        employees: 150,
        stage: |world| Box::pin(stages::many_members(world)),
        further: forced,
        shown: employees,
        reads: &[],
        writes: &[
            post(at!(officestation "/employees/batch")),
            Target::new("POST", at!(officestation "/employees/batch"), 1),
        ],
        clean: OnceCell::const_new(),
    },
    Flow {
        name: "hrmos-to-mediment-employees",
        services: Services::HrmosToMediment,
        employees: 150,
        stage: |world| Box::pin(stages::many_users(world)),
        further: forced,
        shown: patients,
        reads: &[],
        writes: &[
            post(at!(mediment "/employees/batch_create")),
            Target::new("POST", at!(mediment "/employees/batch_create"), 1),
            post(at!(mediment "/employees/batch_update")),
            Target::new("POST", at!(mediment "/employees/batch_update"), 1),
        ],
        clean: OnceCell::const_new(),
    },
    Flow {
        name: "hrmos-to-mediment-attendance",
        services: Services::HrmosToMediment,
        employees: 150,
        stage: |world| Box::pin(stages::many_totals(world)),
        further: || vec!["month".to_owned(), last_month()],
        shown: patients_and_totals,
        reads: &[],
        writes: &[
            Target::new("PUT", at!(mediment "/attendances"), 0),
            Target::new("PUT", at!(mediment "/attendances"), 1),
        ],
        clean: OnceCell::const_new(),
    },
];

fn members() -> Vec<String> {
    vec!["people?service=kaonavi&tenant=demo-key".to_owned()]
}

fn employees() -> Vec<String> {
    vec!["people?service=officestation&tenant=STDEMO01".to_owned()]
}

fn patients() -> Vec<String> {
    vec!["people?service=mediment&tenant=demo-key".to_owned()]
}

fn patients_and_totals() -> Vec<String> {
    let totals = format!("attendance?service=mediment&tenant=demo-key&month={}", last_month());
    [patients(), vec![totals]].concat()
}

/// A change of so many people trips a guard, which is not what is tried here.
fn forced() -> Vec<String> {
    ["force", "true"].map(str::to_owned).to_vec()
}

/// The month before this one in Japan, the same one for the whole life of the process.
pub(crate) fn last_month() -> String {
    static MONTH: OnceLock<String> = OnceLock::new();
    let month = || {
        let today = (Utc::now() + TimeDelta::hours(9)).date_naive();
        let month = today.checked_sub_months(Months::new(1)).expect("a month");
        format!("{:04}-{:02}", month.year(), month.month())
    };
    MONTH.get_or_init(month).clone()
}

impl Flow {
    /// A world in which a run has all of it to do.
    pub(crate) async fn world(&self) -> World {
        let world = match self.services {
            Services::HrmosToMediment => World::clinic(self.employees, "").await,
            _ => World::new(self.employees, "").await,
        };
        (self.stage)(&world).await;
        world
    }

    /// Adds a job of this flow with these further fields; the run's id.
    pub(crate) fn add(&self, world: &World, further: &[&str]) -> String {
        let link = if self.source() == "hrmos" { "clinic" } else { "acme" };
        let own = (self.further)();
        let own = own.iter().map(String::as_str);
        let fields: Vec<&str> =
            ["link", link, "flow", self.name].into_iter().chain(own).chain(further.iter().copied()).collect();
        world.xadd(&fields)
    }

    pub(crate) fn source(&self) -> &'static str {
        match self.services {
            Services::OfficeStationToKaonavi => "officestation",
            Services::KaonaviToOfficeStation => "kaonavi",
            Services::HrmosToMediment => "hrmos",
        }
    }

    pub(crate) fn destination(&self) -> &'static str {
        match self.services {
            Services::OfficeStationToKaonavi => "kaonavi",
            Services::KaonaviToOfficeStation => "officestation",
            Services::HrmosToMediment => "mediment",
        }
    }

    /// All that the destination holds, without the times at which it came there.
    pub(crate) async fn state(&self, world: &World) -> Vec<Value> {
        let mut state = Vec::new();
        for shown in (self.shown)() {
            let mut shown = world.sandbox.look(&shown).await;
            forget_times(&mut shown);
            state.append(shown.as_array_mut().expect("a list"));
        }
        state
    }
}

fn forget_times(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(forget_times),
        Value::Object(values) => {
            values.retain(|key, _| !["createdAt", "updatedAt", "updated_at"].contains(&key.as_str()));
            values.values_mut().for_each(forget_times);
        }
        _ => {}
    }
}

/// Leave to have a world. With too many at a time the machine is so busy that moments are missed.
pub(crate) async fn room() -> SemaphorePermit<'static> {
    static ROOM: Semaphore = Semaphore::const_new(14);
    ROOM.acquire().await.expect("it is never closed")
}
