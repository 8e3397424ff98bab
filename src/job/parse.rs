//! A stream entry's fields → a job, or one sentence that says what to write instead (`DESIGN` §5.2).
//!
//! A producer is not trusted: nothing longer than 64 characters of a value is repeated, and an empty list is refused rather than read
//! as "everybody", for it is more often a mistake of the producer than a wish.

use chrono::{DateTime, NaiveDate};

use super::items;
use super::{DataSet, Flow, Job, JobError, JobErrorKind as Kind, Month, Trigger, nearest};
use crate::config;

/// The links that jobs may name.
pub trait Links {
    /// The link of this name.
    fn link(&self, name: &str) -> Option<&config::Link>;
    /// All names, sorted.
    fn names(&self) -> Vec<&str>;
}

impl Links for config::Config {
    fn link(&self, name: &str) -> Option<&config::Link> {
        self.links.get(name)
    }

    fn names(&self) -> Vec<&str> {
        self.links.keys().map(String::as_str).collect()
    }
}

/// Names and values together, in bytes. The daemon's own `run` comes on top: a job that fits goes on fitting when its
/// run comes back.
const LARGEST: usize = 4096;
/// The longest run id: two numbers of 64 bits.
const LONGEST_RUN: usize = 41;

/// The names of all fields.
pub const FIELDS: [&str; 12] = [
    "link",
    "flow",
    "month",
    "employees",
    "datasets",
    "items",
    "dry_run",
    "force",
    "requested_by",
    "key",
    "tick",
    "run",
];

type Parsed<T> = Result<T, JobError>;

impl Job {
    /// How much of an entry has to be kept for [`Job::parse`], in bytes of names and values: more than a valid job may
    /// have, so that what is left still tells that it is none. Of an entry of this size or more it isn't said how large it is.
    pub const KEPT_BYTES: usize = 16 * 1024;

    /// Reads a job. `today` is the day in Asia/Tokyo, for `month`.
    pub fn parse(
        fields: &[(Vec<u8>, Vec<u8>)],
        links: &dyn Links,
        today: NaiveDate,
    ) -> Result<Job, JobError> {
        let link = configured(fields, links);
        parse(fields, links, today).map_err(|error| match link {
            Some(link) => error.of_link(&link.name),
            None => error,
        })
    }
}

/// The link of an entry that may otherwise be broken: its run is shown under it.
fn configured<'a>(fields: &[(Vec<u8>, Vec<u8>)], links: &'a dyn Links) -> Option<&'a config::Link> {
    let (_, name) = fields.iter().find(|(field, _)| field == b"link")?;
    links.link(std::str::from_utf8(name).ok()?)
}

fn parse(fields: &[(Vec<u8>, Vec<u8>)], links: &dyn Links, today: NaiveDate) -> Parsed<Job> {
    let fields = Fields::read(fields)?;
    let link = link(fields.get("link"), links)?;
    let flow = flow(fields.get("flow"), link)?;
    let mut job = Job::new(&link.name, flow);
    job.month = month(fields.get("month"), flow, today)?;
    job.employees = fields.list("employees", Kind::Employees, "A0001,A0002")?.unwrap_or_default();
    if let Some(names) = fields.list("datasets", Kind::Datasets, "self")? {
        job.datasets = datasets(&names, flow)?;
    }
    job.dry_run = fields.flag("dry_run")?;
    job.force = fields.flag("force")?;
    job.requested_by = requested_by(fields.get("requested_by"))?;
    job.key = key(fields.get("key"))?;
    job.tick = fields.get("tick").map(|text| tick(text, flow)).transpose()?;
    job.run = fields.get("run").map(run).transpose()?;
    if let Some(names) = fields.list("items", Kind::Items, "市区町村,電話番号")? {
        let settings = link.flows.get(&flow).map(|config| match job.trigger() {
            Trigger::Periodic => &config.periodic,
            Trigger::Spot => &config.spot,
        });
        items::check(&names, flow, settings.map(|settings| &*settings.mapping), &job.datasets)?;
        job.items = names;
    }
    Ok(job)
}

/// The fields as text, each known and there once.
struct Fields<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Fields<'a> {
    fn read(fields: &'a [(Vec<u8>, Vec<u8>)]) -> Parsed<Self> {
        let counts = |name: &[u8], value: &[u8]| name != b"run" || value.len() > LONGEST_RUN;
        let counted = fields.iter().filter(|(name, value)| counts(name, value));
        let size: usize = counted.map(|(name, value)| name.len() + value.len()).sum();
        if size > LARGEST {
            let all: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
            let size = if all < Job::KEPT_BYTES { size } else { Job::KEPT_BYTES };
            let more = if all < Job::KEPT_BYTES { "" } else { "以上" };
            let text =
                format!("ジョブが大きすぎます({size}バイト{more}、{LARGEST}バイト以内に分けてください)。");
            return Err(JobError::new(Kind::TooLarge, text));
        }
        let mut known: Vec<(&str, &str)> = Vec::new();
        for (name, value) in fields {
            let (Ok(name), Ok(value)) = (std::str::from_utf8(name), std::str::from_utf8(value)) else {
                let text = "ジョブにUTF-8ではない文字が含まれています(UTF-8で指定してください)。";
                return Err(JobError::new(Kind::NotUtf8, text));
            };
            if !FIELDS.contains(&name) {
                let text = format!(
                    "ジョブの項目{}は使えません{}。",
                    shown(name),
                    meant(name, FIELDS, &format!("使える項目:{}", FIELDS.join("、")))
                );
                return Err(JobError::new(Kind::UnknownField, text));
            }
            if known.iter().any(|(other, _)| *other == name) {
                let text = format!("ジョブの項目{}が重複しています(一つだけ指定してください)。", shown(name));
                return Err(JobError::new(Kind::DuplicateField, text));
            }
            known.push((name, value));
        }
        Ok(Fields(known))
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(field, _)| *field == name).map(|(_, value)| *value)
    }

    /// A comma-separated list: trimmed, each once, in the order given; none if the field is not there.
    fn list(&self, name: &str, kind: Kind, example: &str) -> Parsed<Option<Vec<String>>> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let mut values: Vec<String> = Vec::new();
        for value in text.split(',').map(str::trim) {
            if value.is_empty() {
                let text = format!(
                    "{name}に空の値があります({example}のように指定するか、項目ごと省いてください)。"
                );
                return Err(JobError::new(kind, text));
            }
            if !values.iter().any(|other| other == value) {
                values.push(value.to_owned());
            }
        }
        Ok(Some(values))
    }

    fn flag(&self, name: &str) -> Parsed<bool> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => {
                let text =
                    format!("{name}の値{}は正しくありません(trueかfalseを指定してください)。", shown(other));
                Err(JobError::new(Kind::Flag, text))
            }
        }
    }
}

fn link<'a>(name: Option<&str>, links: &'a dyn Links) -> Parsed<&'a config::Link> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Err(JobError::new(Kind::Link, "linkがありません(設定にある連携の名前を指定してください)。"));
    };
    links.link(name).ok_or_else(|| {
        let text = format!(
            "連携{}は設定にありません{}。",
            shown(name),
            meant(name, links.names(), "設定にある連携の名前を指定してください")
        );
        JobError::new(Kind::Link, text)
    })
}

fn flow(name: Option<&str>, link: &config::Link) -> Parsed<Flow> {
    let flows: Vec<&str> = link.kind.flows().map(Flow::as_str).collect();
    let choices = format!("{}のいずれかを指定してください", flows.join("、"));
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Err(JobError::new(Kind::Flow, format!("flowがありません({choices})。")));
    };
    let wrong = |text: String| Err(JobError::new(Kind::Flow, text));
    match name.parse::<Flow>() {
        Ok(flow) if flow.kind() == link.kind => Ok(flow),
        Ok(flow) => wrong(format!(
            "連携{}ではフロー{}を実行できません({choices})。",
            shown(&link.name),
            shown(flow.as_str())
        )),
        Err(()) => wrong(format!("フロー{}はありません{}。", shown(name), meant(name, flows, &choices))),
    }
}

fn month(text: Option<&str>, flow: Flow, today: NaiveDate) -> Parsed<Option<Month>> {
    let wrong = |text: String| Err(JobError::new(Kind::Month, text));
    match (text, flow.is_monthly()) {
        (None, false) => Ok(None),
        (None, true) => {
            wrong(format!("monthがありません({flow}には対象月を2026-10のように指定してください)。"))
        }
        (Some(_), false) => wrong(format!("{flow}ではmonthを指定できません(monthを省いてください)。")),
        (Some(text), true) => match text.parse::<Month>() {
            Err(()) => {
                wrong(format!("month{}は年月ではありません(2026-10のように指定してください)。", shown(text)))
            }
            Ok(month) if month > Month::of(today) => wrong(format!(
                "month{}は未来の月です({}以前の月を指定してください)。",
                shown(text),
                Month::of(today)
            )),
            Ok(month) => Ok(Some(month)),
        },
    }
}

fn datasets(names: &[String], flow: Flow) -> Parsed<Vec<DataSet>> {
    let wrong = |text: String| Err(JobError::new(Kind::Datasets, text));
    let mut sets = Vec::new();
    for name in names {
        match [DataSet::Own, DataSet::Dependents].into_iter().find(|set| set.as_str() == name) {
            None => {
                let choices = "self(本人情報)、dependents(扶養家族情報)から指定してください";
                let meant = meant(name, ["self", "dependents"], choices);
                return wrong(format!("データセット{}はありません{meant}。", shown(name)));
            }
            Some(set) if !flow.datasets().contains(&set) => {
                let (from, to) = flow.services();
                return wrong(format!(
                    "{}→{}では{}は連携できません(datasetsにはselfを指定するか、項目ごと省いてください)。",
                    from.name(),
                    to.name(),
                    set.name()
                ));
            }
            Some(set) => sets.push(set),
        }
    }
    sets.sort_unstable();
    Ok(sets)
}

fn requested_by(text: Option<&str>) -> Parsed<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let length = text.chars().count();
    if length > 100 {
        let text = format!("requested_byが長すぎます({length}文字、100文字以内で指定してください)。");
        return Err(JobError::new(Kind::RequestedBy, text));
    }
    Ok(Some(text.to_owned()))
}

fn key(text: Option<&str>) -> Parsed<Option<String>> {
    match text {
        None => Ok(None),
        Some(text) if (1..=256).contains(&text.chars().count()) => Ok(Some(text.to_owned())),
        Some(_) => Err(JobError::new(
            Kind::Key,
            "keyの長さが正しくありません(1文字以上256文字以内で指定してください)。",
        )),
    }
}

fn tick(text: &str, flow: Flow) -> Parsed<DateTime<chrono::FixedOffset>> {
    let wrong = |text: String| Err(JobError::new(Kind::Tick, text));
    if !flow.can_be_scheduled() {
        return wrong(format!("{flow}はスポット実行のみで、定期実行できません(tickを省いてください)。"));
    }
    DateTime::parse_from_rfc3339(text).or_else(|_| {
        wrong(format!(
            "tick{}は日時ではありません(tickはスケジューラーが設定するため、スポット実行では省いてください)。",
            shown(text)
        ))
    })
}

fn run(text: &str) -> Parsed<super::RunId> {
    text.parse().map_err(|()| {
        let text =
            format!("run{}は実行IDではありません(runはrenkeiが設定するため、省いてください)。", shown(text));
        JobError::new(Kind::Run, text)
    })
}

/// A value in quotation marks, at most 64 characters of it, without control characters.
pub(super) fn shown(value: &str) -> String {
    let mut characters = value.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
    let mut text: String = characters.by_ref().take(64).collect();
    if characters.next().is_some() {
        text.push('…');
    }
    format!("”{text}”")
}

/// `(”acme”のことでしょうか)`, or in parentheses what to do if nothing is near.
pub(super) fn meant<'a>(value: &str, known: impl IntoIterator<Item = &'a str>, otherwise: &str) -> String {
    // A name is short; comparing a long value with every one of them would be work for nothing.
    let near = (value.chars().count() <= 64).then(|| nearest(value, known)).flatten();
    near.map_or_else(|| format!("({otherwise})"), |near| format!("(”{near}”のことでしょうか)"))
}
