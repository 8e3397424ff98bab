//! `renkei schedule`: when each scheduled flow falls due next, and what became of its last tick.

use chrono::{DateTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use serde::{Serialize, Serializer};

use super::args::{Format, Global};
use super::connect::{block_on, config, queue, redis_error};
use super::error::{Exit, ExpectedError};
use super::output;
use crate::config::Config;
use crate::job::{Flow, RunId};
use crate::schedule::{self, LastTick};

/// One scheduled flow. `last` and `run` are null if it never fired, or if Redis is away.
#[derive(Debug, Serialize)]
struct Line<'a> {
    link: &'a str,
    flow: Flow,
    schedule: &'a str,
    #[serde(serialize_with = "time")]
    next: Option<DateTime<Tz>>,
    #[serde(serialize_with = "time")]
    last: Option<DateTime<Tz>>,
    run: Option<RunId>,
}

/// Whether Redis could be asked about the last ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Known,
    Unknown,
}

pub(super) fn run(global: &Global) -> Result<Exit, ExpectedError> {
    let config = config(global)?;
    let mut lines = lines(&config, Utc::now());
    let last = if lines.is_empty() {
        Last::Known
    } else {
        match block_on(ask(&config, &mut lines)) {
            Ok(()) => Last::Known,
            // The next ticks are an answer all the same.
            Err(error) => {
                error.print();
                Last::Unknown
            }
        }
    };
    match global.format {
        Format::Json => output::json(&lines)?,
        Format::Table => output::text(&table(&lines, last))?,
    }
    Ok(Exit::Done)
}

/// What the configuration says, by link and flow.
fn lines(config: &Config, now: DateTime<Utc>) -> Vec<Line<'_>> {
    let now = now.with_timezone(&config.timezone);
    let flows =
        config.links.values().flat_map(|link| link.flows.iter().map(move |(flow, it)| (link, flow, it)));
    flows
        .filter_map(|(link, flow, settings)| {
            let schedule = settings.schedule.as_ref()?;
            Some(Line {
                link: &link.name,
                flow: *flow,
                schedule: schedule.as_str(),
                next: schedule.next_after(&now),
                last: None,
                run: None,
            })
        })
        .collect()
}

/// Adds what Redis knows; nothing if it doesn't answer to the end.
async fn ask(config: &Config, lines: &mut [Line<'_>]) -> Result<(), ExpectedError> {
    let queue = queue(config).await?;
    let mut found = Vec::new();
    for line in lines.iter() {
        let last = schedule::last(&queue, line.link, line.flow).await;
        found.push(last.map_err(|error| redis_error(config, error))?);
    }
    for (line, last) in lines.iter_mut().zip(found) {
        if let Some(LastTick { at, run }) = last {
            line.last = Some(at.with_timezone(&config.timezone));
            line.run = Some(run);
        }
    }
    Ok(())
}

fn table(lines: &[Line<'_>], last: Last) -> String {
    if lines.is_empty() {
        return "定期実行の設定はありません。\n".to_owned();
    }
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(["連携", "フロー", "設定", "次回", "前回", "実行ID"]);
    let none = match last {
        Last::Known => "-",
        Last::Unknown => "不明",
    };
    for line in lines {
        table.add_row([
            line.link.to_owned(),
            line.flow.to_string(),
            line.schedule.to_owned(),
            line.next.as_ref().map_or_else(|| "-".to_owned(), short),
            line.last.as_ref().map_or_else(|| none.to_owned(), short),
            line.run.as_ref().map_or_else(|| none.to_owned(), RunId::to_string),
        ]);
    }
    format!("{table}\n")
}

/// Day and time of day in the zone of the schedules; due times are whole minutes.
fn short<Z: TimeZone<Offset: std::fmt::Display>>(at: &DateTime<Z>) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

#[expect(clippy::ref_option, reason = "serde passes the field by reference")]
fn time<S: Serializer>(at: &Option<DateTime<Tz>>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, false)).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "links:
  clinic:
    kind: hrmos-mediment
    hrmos: { company: demo, secret_key: key }
    mediment: { base_url: \"https://mediment.example\", consumer_key: key, consumer_secret: secret }
    schedule: { hrmos-to-mediment-attendance: \"0 7 5 * *\", hrmos-to-mediment-employees: \"30 6 * * 1-5\" }
  acme:
    kind: officestation-kaonavi
    officestation: { base_url: \"https://os.example/\", station_id: S, login_id: l, password: p }
    kaonavi: { consumer_key: key, consumer_secret: secret }
    schedule: { officestation-to-kaonavi: \"0 6 * * *\" }
  idle:
    kind: officestation-kaonavi
    officestation: { base_url: \"https://os.example/\", station_id: I, login_id: l, password: p }
    kaonavi: { consumer_key: other, consumer_secret: secret }
";

    fn config() -> Config {
        crate::config::parse_str(CONFIG).unwrap()
    }

    fn seen(config: &Config) -> Vec<Line<'_>> {
        let mut lines = lines(config, "2026-11-20T21:00:00.5Z".parse().unwrap());
        let last: DateTime<Utc> = "2026-11-20T21:00:00Z".parse().unwrap();
        lines[0].last = Some(last.with_timezone(&config.timezone));
        lines[0].run = Some("1795208400003-0".parse().unwrap());
        lines
    }

    #[test]
    fn the_table_has_every_scheduled_flow_and_nothing_else() {
        insta::assert_snapshot!(table(&seen(&config()), Last::Known));
    }

    #[test]
    fn without_redis_the_last_ticks_are_unknown_and_the_next_are_not() {
        let config = config();
        let shown = table(&lines(&config, "2026-11-20T21:00:00Z".parse().unwrap()), Last::Unknown);
        assert_eq!(shown.matches("不明").count(), 6, "{shown}");
        assert!(shown.contains("2026-11-22 06:00"), "{shown}");
    }

    #[test]
    fn json_has_times_with_their_offset_and_null_for_never() {
        insta::assert_json_snapshot!(seen(&config()));
    }

    #[test]
    fn without_schedules_it_says_so() {
        assert_eq!(table(&[], Last::Known), "定期実行の設定はありません。\n");
    }
}
