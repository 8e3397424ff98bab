//! Starting and stopping the sandbox, and what its parts share.
//!
//! Nothing is global: two sandboxes can run in one process. A sandbox that is dropped stops at once.

use std::fmt::Write as _;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use chrono::NaiveDate;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::clock::Clock;
use super::faults::Faults;
use super::front::{TokenOwners, pass};
use super::journal::Journal;
use super::line::{Door, Line};
use super::officestation::OfficeStation;
use super::people::MIN_EMPLOYEES;
use super::smtp::{self, Mailbox};
use super::tenants::{Plan, Registry};
use super::{
    CONTROL_ROOT, HRMOS_ROOT, KAONAVI_ROOT, MEDIMENT_ROOT, OFFICESTATION_ROOT, control, hrmos, kaonavi,
    mediment, officestation,
};

/// How long a stopping sandbox waits for requests that are being served.
const GRACE: Duration = Duration::from_secs(2);

/// How to start a sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where HTTP is served; port 0 takes a free one. Default `127.0.0.1:18080`. Whoever reaches it controls the
    /// sandbox, so keep it on this machine.
    pub listen: SocketAddr,
    /// Where mail is taken; port 0 takes a free one. Default `127.0.0.1:18025`.
    pub smtp: SocketAddr,
    /// People of each tenant, those of one side only included; at least 20. Default 1,000.
    pub employees: usize,
    /// What the people are made from. Default 1.
    pub seed: u64,
    /// The day it is in the sandbox, in Asia/Tokyo, starting at 09:00; none for the real time.
    pub now: Option<NaiveDate>,
}

impl Default for Options {
    fn default() -> Self {
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self { listen: local(18_080), smtp: local(18_025), employees: 1000, seed: 1, now: None }
    }
}

impl Options {
    /// Checks what can be wrong with them.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.employees < MIN_EMPLOYEES {
            return Err(format!("employees must be at least {MIN_EMPLOYEES}"));
        }
        Ok(())
    }

    fn plan(&self, clock: &Clock) -> Plan {
        Plan { employees: self.employees, seed: self.seed, today: clock.today() }
    }
}

/// What the parts of one sandbox share.
pub(super) struct Shared {
    pub(super) registry: Arc<Registry>,
    pub(super) officestation: Arc<OfficeStation>,
    pub(super) journal: Journal,
    pub(super) faults: Arc<Faults>,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) token_owners: TokenOwners,
    options: Mutex<Options>,
}

impl Shared {
    fn new(options: Options) -> Self {
        let clock = Clock::starting(options.now);
        let registry = Arc::new(Registry::new(options.plan(&clock), clock.clone()));
        Self {
            officestation: Arc::new(OfficeStation::new(registry.clone(), clock)),
            registry,
            journal: Journal::default(),
            faults: Arc::default(),
            mailbox: Arc::default(),
            token_owners: TokenOwners::default(),
            options: Mutex::new(options),
        }
    }

    /// How the sandbox was started or last reset.
    pub(super) fn options(&self) -> Options {
        self.options.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everything as after a start with these options; the listeners stay.
    pub(super) fn reset(&self, options: Options) {
        let clock = self.registry.clock();
        clock.restart(options.now);
        self.registry.reset(options.plan(clock));
        self.officestation.forget_tokens();
        self.token_owners.clear();
        self.journal.clear();
        self.faults.clear();
        self.mailbox.clear();
        *self.options.lock().unwrap_or_else(PoisonError::into_inner) = options;
    }
}

/// A running sandbox.
#[derive(Debug)]
pub struct Sandbox {
    addr: SocketAddr,
    smtp_addr: SocketAddr,
    stop: watch::Sender<bool>,
    http: JoinHandle<io::Result<()>>,
    mail: JoinHandle<()>,
}

/// Starts a sandbox; it answers when this returns.
///
/// # Errors
/// An address that can't be listened on, or options that make no sense (`InvalidInput`).
pub async fn start(options: Options) -> io::Result<Sandbox> {
    options.check().map_err(|text| io::Error::new(io::ErrorKind::InvalidInput, text))?;
    let listener = TcpListener::bind(options.listen).await?;
    let mail_listener = TcpListener::bind(options.smtp).await?;
    let (addr, smtp_addr) = (listener.local_addr()?, mail_listener.local_addr()?);
    let shared = Arc::new(Shared::new(options));
    let mail = tokio::spawn(smtp::serve(mail_listener, shared.mailbox.clone(), shared.faults.clone()));
    let (stop, mut stopped) = watch::channel(false);
    let service = router(&shared).into_make_service_with_connect_info::<Line>();
    let serving = axum::serve(Door(listener), service).with_graceful_shutdown(async move {
        // A sender that is gone is a sandbox that was dropped.
        let _ = stopped.wait_for(|stop| *stop).await;
    });
    let http = tokio::spawn(async move { serving.await });
    Ok(Sandbox { addr, smtp_addr, stop, http, mail })
}

fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .nest(KAONAVI_ROOT, kaonavi::router(shared.registry.clone()))
        .nest(OFFICESTATION_ROOT, officestation::router(shared.officestation.clone()))
        .nest(HRMOS_ROOT, hrmos::router(shared.registry.clone()))
        .nest(MEDIMENT_ROOT, mediment::router(shared.registry.clone()))
        .nest(CONTROL_ROOT, control::router(shared.clone()))
        .layer(from_fn_with_state(shared.clone(), pass))
        // Each service has its own limit.
        .layer(DefaultBodyLimit::disable())
}

impl Sandbox {
    /// Where HTTP is served.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Where mail is taken.
    pub fn smtp_addr(&self) -> SocketAddr {
        self.smtp_addr
    }

    /// Stops listening, lets requests that are being served finish for two seconds, and ends.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        self.mail.abort();
        let _ = tokio::time::timeout(GRACE, &mut self.http).await;
    }

    /// Runs until the process ends or the listener fails.
    ///
    /// # Errors
    /// What the listener failed with.
    pub async fn wait(mut self) -> io::Result<()> {
        (&mut self.http).await.map_err(io::Error::other)?
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        self.http.abort();
        self.mail.abort();
    }
}

/// What is printed at the start: addresses and the demo credentials.
pub fn banner(sandbox: &Sandbox) -> String {
    let (addr, smtp) = (sandbox.addr(), sandbox.smtp_addr());
    let rows = [
        (
            "OfficeStation",
            format!("http://{addr}/officestation"),
            "StationID STDEMO01, login renkei-api, password demo-password",
        ),
        ("Kaonavi", format!("http://{addr}/kaonavi"), "consumer key demo-key, consumer secret demo-secret"),
        ("HRMOS勤怠", format!("http://{addr}/hrmos"), "company demo, Secret Key ZGVtby1ocm1vcy1rZXk="),
        ("mediment", format!("http://{addr}/mediment"), "consumer key demo-key, consumer secret demo-secret"),
        ("SMTP", format!("smtp://{smtp}"), "messages: GET /__sandbox/mail"),
        (
            "control",
            format!("http://{addr}{CONTROL_ROOT}"),
            "requests, reset, clock, people, faults, settings, mail",
        ),
    ];
    let mut text = String::from("renkei sandbox: fictional people only\n");
    for (name, url, hint) in rows {
        // Writing to a text can't fail.
        let _ = writeln!(text, "  {name:<14}{url:<42}{hint}");
    }
    text.push_str(
        "More tenants: STDEMO02 with demo-key-2 / demo-secret-2, company demo-2 (Secret Key: Base64 of \
         demo-hrmos-key-2), and so on up to 99999.\n",
    );
    text
}
