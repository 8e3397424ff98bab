//! The tenants of all services, made on first use.
//!
//! Tenant number N is `STDEMO` + N with at least two digits in OfficeStation, `demo-key-N` in Kaonavi and mediment and
//! `demo-N` in HRMOS勤怠; number 1, the demo tenant, is `STDEMO01`, `demo-key` and `demo` (and `demo-key-1` and `demo-1`,
//! second tenants of the same people). Both sides of a number are made from the same people; every number has its
//! own. Two tenants never share data or limits.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::clock::Clock;
use super::hrmos::{Companies, Company};
use super::officestation::{self, Stations};
use super::people::clinic::mediment_seed;
use super::people::{Population, seed_members};
use super::random::mix;
use super::{Service, kaonavi, mediment};

/// The largest tenant number.
const MAX_NUMBER: u32 = 99_999;

/// What every tenant is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) employees: usize,
    pub(super) seed: u64,
    /// The sandbox's day when it was started or reset.
    pub(super) today: NaiveDate,
}

/// A place for a tenant; filled by whoever needs it first, without holding up the others.
type Slot<T> = Arc<OnceLock<T>>;
type Object = Map<String, Value>;

/// All tenants that are in use.
pub(super) struct Registry {
    clock: Clock,
    world: RwLock<World>,
}

struct World {
    plan: Plan,
    stations: HashMap<u32, Slot<Arc<officestation::Tenant>>>,
    companies: HashMap<String, Slot<kaonavi::Store>>,
    hrmos: HashMap<String, Slot<Arc<Company>>>,
    mediment: HashMap<String, Slot<mediment::Store>>,
    /// Settings of all tenants, for those that are still to be made.
    settings: Vec<(Service, Object)>,
}

impl Registry {
    pub(super) fn new(plan: Plan, clock: Clock) -> Self {
        Self { clock, world: RwLock::new(World::new(plan)) }
    }

    /// Forgets every tenant and all settings.
    pub(super) fn reset(&self, plan: Plan) {
        let old = std::mem::replace(
            &mut *self.world.write().unwrap_or_else(PoisonError::into_inner),
            World::new(plan),
        );
        // Whoever still holds a token of an old tenant must not go on with its data.
        old.companies.values().filter_map(|slot| slot.get()).for_each(kaonavi::Store::expire_tokens);
        old.mediment.values().filter_map(|slot| slot.get()).for_each(mediment::Store::expire_tokens);
    }

    pub(super) fn plan(&self) -> Plan {
        self.world.read().unwrap_or_else(PoisonError::into_inner).plan
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Turns settings of one tenant, or of all that are and will be.
    pub(super) fn apply_settings(
        &self,
        service: Service,
        tenant: Option<&str>,
        settings: &Object,
    ) -> Result<(), String> {
        if tenant != Some("*") {
            return self.set_one(service, tenant, settings);
        }
        // The demo tenant stands for all those that are still to be made: what it refuses, they would refuse.
        self.set_one(service, None, settings)?;
        self.world_mut(|world| world.settings.push((service, settings.clone())));
        for name in self.names(service) {
            self.set_one(service, Some(&name), settings)?;
        }
        Ok(())
    }

    /// The names of the tenants in use.
    pub(super) fn names(&self, service: Service) -> Vec<String> {
        let world = self.world.read().unwrap_or_else(PoisonError::into_inner);
        match service {
            Service::Officestation => world.stations.keys().map(|number| station_name(*number)).collect(),
            Service::Kaonavi => world.companies.keys().cloned().collect(),
            Service::Hrmos => world.hrmos.keys().cloned().collect(),
            Service::Mediment => world.mediment.keys().cloned().collect(),
            Service::Smtp => Vec::new(),
        }
    }

    /// A tenant by name, the demo tenant if none is named.
    pub(super) fn station(&self, tenant: Option<&str>) -> Result<Arc<officestation::Tenant>, String> {
        let name = tenant.unwrap_or("STDEMO01");
        self.by_station(name).ok_or_else(|| format!("there is no OfficeStation tenant {name:?}"))
    }

    /// A company by consumer key, the demo company if none is named.
    pub(super) fn company(&self, tenant: Option<&str>) -> Result<kaonavi::Store, String> {
        let name = tenant.unwrap_or("demo-key");
        kaonavi::Tenants::by_key(self, name).ok_or_else(|| format!("there is no Kaonavi tenant {name:?}"))
    }

    /// A company of HRMOS勤怠 by name, the demo company if none is named.
    pub(super) fn hrmos(&self, tenant: Option<&str>) -> Result<Arc<Company>, String> {
        let name = tenant.unwrap_or("demo");
        self.by_company(name).ok_or_else(|| format!("there is no HRMOS company {name:?}"))
    }

    /// A tenant of mediment by consumer key, the demo tenant if none is named.
    pub(super) fn mediment(&self, tenant: Option<&str>) -> Result<mediment::Store, String> {
        let name = tenant.unwrap_or("demo-key");
        mediment::Tenants::by_key(self, name).ok_or_else(|| format!("there is no mediment tenant {name:?}"))
    }

    fn set_one(&self, service: Service, tenant: Option<&str>, settings: &Object) -> Result<(), String> {
        match service {
            Service::Officestation => self.station(tenant)?.apply_settings(settings),
            Service::Kaonavi => self.company(tenant)?.settings(&Value::Object(settings.clone())),
            Service::Hrmos => self.hrmos(tenant)?.apply_settings(settings),
            Service::Mediment => self.mediment(tenant)?.settings(&Value::Object(settings.clone())),
            Service::Smtp => Err("smtp has no settings".into()),
        }
    }

    fn world_mut<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.world.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn population(&self, number: u32) -> Population {
        let plan = self.plan();
        // The demo tenant has the seed as it was given; the others each their own.
        let seed = if number == 1 { plan.seed } else { mix(plan.seed ^ mix(u64::from(number))) };
        Population { seed, employees: plan.employees, today: plan.today }
    }

    fn settings_of(&self, service: Service) -> Vec<Object> {
        let world = self.world.read().unwrap_or_else(PoisonError::into_inner);
        world.settings.iter().filter(|(of, _)| *of == service).map(|(_, settings)| settings.clone()).collect()
    }

    fn make_station(&self, number: u32) -> Arc<officestation::Tenant> {
        let tenant = officestation::Tenant::new(station_name(number), self.population(number));
        for settings in self.settings_of(Service::Officestation) {
            // They were tried on the demo tenant, which is like every new one.
            let _ = tenant.apply_settings(&settings);
        }
        Arc::new(tenant)
    }

    fn make_company(&self, key: &str, number: u32) -> kaonavi::Store {
        let seed = kaonavi::Seed { members: seed_members(self.population(number)) };
        let secret = key.replacen("key", "secret", 1);
        let store = kaonavi::Store::new(key.to_owned(), secret, seed, self.clock.clone());
        for settings in self.settings_of(Service::Kaonavi) {
            let _ = store.settings(&Value::Object(settings));
        }
        store
    }

    fn make_hrmos(&self, name: &str, number: u32) -> Arc<Company> {
        let (name, key) = (name.to_owned(), secret_key(name));
        let company = Company::new(name, key, self.population(number), self.clock.clone());
        for settings in self.settings_of(Service::Hrmos) {
            let _ = company.apply_settings(&settings);
        }
        Arc::new(company)
    }

    fn make_mediment(&self, key: &str, number: u32) -> mediment::Store {
        let seed = mediment_seed(self.population(number));
        let secret = key.replacen("key", "secret", 1);
        let store = mediment::Store::new(key.to_owned(), secret, seed, self.clock.clone());
        for settings in self.settings_of(Service::Mediment) {
            let _ = store.settings(&Value::Object(settings));
        }
        store
    }
}

impl World {
    fn new(plan: Plan) -> Self {
        Self {
            plan,
            stations: HashMap::new(),
            companies: HashMap::new(),
            hrmos: HashMap::new(),
            mediment: HashMap::new(),
            settings: Vec::new(),
        }
    }
}

impl Stations for Registry {
    fn by_station(&self, station: &str) -> Option<Arc<officestation::Tenant>> {
        let number = station_number(station)?;
        let known = self.world.read().unwrap_or_else(PoisonError::into_inner).stations.get(&number).cloned();
        let slot = known
            .unwrap_or_else(|| self.world_mut(|world| world.stations.entry(number).or_default().clone()));
        Some(slot.get_or_init(|| self.make_station(number)).clone())
    }

    fn is_station(&self, station: &str) -> bool {
        station_number(station).is_some()
    }
}

impl kaonavi::Tenants for Registry {
    fn by_key(&self, key: &str) -> Option<kaonavi::Store> {
        let number = numbered(key, "demo-key")?;
        let known = self.world.read().unwrap_or_else(PoisonError::into_inner).companies.get(key).cloned();
        let slot = known.unwrap_or_else(|| {
            self.world_mut(|world| world.companies.entry(key.into()).or_default().clone())
        });
        Some(slot.get_or_init(|| self.make_company(key, number)).clone())
    }
}

impl Companies for Registry {
    fn by_company(&self, name: &str) -> Option<Arc<Company>> {
        let number = numbered(name, "demo")?;
        let known = self.world.read().unwrap_or_else(PoisonError::into_inner).hrmos.get(name).cloned();
        let slot = known
            .unwrap_or_else(|| self.world_mut(|world| world.hrmos.entry(name.into()).or_default().clone()));
        Some(slot.get_or_init(|| self.make_hrmos(name, number)).clone())
    }
}

impl mediment::Tenants for Registry {
    fn by_key(&self, key: &str) -> Option<mediment::Store> {
        let number = numbered(key, "demo-key")?;
        let known = self.world.read().unwrap_or_else(PoisonError::into_inner).mediment.get(key).cloned();
        let slot = known
            .unwrap_or_else(|| self.world_mut(|world| world.mediment.entry(key.into()).or_default().clone()));
        Some(slot.get_or_init(|| self.make_mediment(key, number)).clone())
    }
}

/// The Secret Key of a company as HRMOS勤怠 shows it: Base64 of `demo-hrmos-key` or `demo-hrmos-key-N`.
fn secret_key(company: &str) -> String {
    STANDARD.encode(company.replacen("demo", "demo-hrmos-key", 1))
}

fn station_name(number: u32) -> String {
    format!("STDEMO{number:02}")
}

fn station_number(station: &str) -> Option<u32> {
    let number = number(station.strip_prefix("STDEMO")?)?;
    (station_name(number) == station).then_some(number)
}

/// The number of a tenant that is called `stem` (number 1) or `stem-N`.
fn numbered(name: &str, stem: &str) -> Option<u32> {
    if name == stem {
        return Some(1);
    }
    let number = number(name.strip_prefix(stem)?.strip_prefix('-')?)?;
    (format!("{stem}-{number}") == name).then_some(number)
}

fn number(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|number| (1..=MAX_NUMBER).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_of_tenants_belong_together() {
        assert_eq!(station_number("STDEMO01"), Some(1));
        assert_eq!(station_number("STDEMO07"), Some(7));
        assert_eq!(station_number("STDEMO99999"), Some(99_999));
        for wrong in ["STDEMO1", "STDEMO00", "STDEMO007", "STDEMO100000", "STDEMO+1", "stdemo01", "STDEMO"] {
            assert_eq!(station_number(wrong), None, "{wrong}");
        }
        assert_eq!(numbered("demo-key", "demo-key"), Some(1));
        assert_eq!(numbered("demo-key-7", "demo-key"), Some(7));
        for wrong in ["demo-key-0", "demo-key-07", "demo-key-", "demo", "demo-key-100000", "demo-key7"] {
            assert_eq!(numbered(wrong, "demo-key"), None, "{wrong}");
        }
        assert_eq!((numbered("demo", "demo"), numbered("demo-12", "demo")), (Some(1), Some(12)));
        assert_eq!((numbered("demo-key", "demo"), numbered("demo-", "demo")), (None, None));
    }

    #[test]
    fn the_secret_key_of_the_demo_company_is_the_printed_one() {
        assert_eq!(secret_key("demo"), "ZGVtby1ocm1vcy1rZXk=");
        assert_eq!(STANDARD.decode(secret_key("demo-7")).expect("Base64"), b"demo-hrmos-key-7");
    }
}
