//! `sheets:` of a link: other names for the two sheets of the default mapping.

use super::{DEPENDENTS_SHEET, SELF_SHEET, refuse};
use crate::config::raw::{Table, Text};
use crate::config::resolve::Checks;
use crate::job::{LinkKind, nearest};

/// The names of the two sheets in a link's Kaonavi.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::config) struct Sheets {
    /// The single-record sheet of 本人情報.
    pub(super) own: String,
    /// The multi-record sheet of 扶養家族情報.
    pub(super) dependents: String,
}

impl Default for Sheets {
    fn default() -> Self {
        Sheets { own: SELF_SHEET.to_owned(), dependents: DEPENDENTS_SHEET.to_owned() }
    }
}

impl Sheets {
    pub(in crate::config) fn read(checks: &Checks<'_>, kind: LinkKind, raw: Option<&Table<Text>>) -> Self {
        let mut sheets = Sheets::default();
        for (name, new) in raw.iter().flat_map(|table| &table.0) {
            let place = match name.value.as_str() {
                _ if kind != LinkKind::OfficeStationKaonavi => {
                    checks.problem(name, format!("a link of kind `{kind}` has no `sheets`"), "leave it out");
                    continue;
                }
                SELF_SHEET => &mut sheets.own,
                DEPENDENTS_SHEET => &mut sheets.dependents,
                other => {
                    let both = [SELF_SHEET, DEPENDENTS_SHEET];
                    let near =
                        nearest(other, both).map(|near| format!("write `{near}`; ")).unwrap_or_default();
                    let help = format!("{near}the sheets that can be renamed are {}", both.join(" and "));
                    checks.problem(name, format!("`{other}` is no sheet of the default mapping"), help);
                    continue;
                }
            };
            if let Some(reason) = refuse::sheet(&new.value) {
                checks.problem(new, reason, "write the name of a sheet made for this link in レイアウト設定");
            } else {
                new.value.clone_into(place);
            }
        }
        if sheets.own == sheets.dependents
            && let Some((_, new)) = raw.and_then(|table| table.0.last())
        {
            let help = "write the name of a single-record and of a multi-record sheet";
            checks.problem(new, "本人情報 and 扶養家族情報 cannot share a sheet", help);
            sheets = Sheets::default();
        }
        sheets
    }

    /// The default's name of a sheet that goes by another one here.
    pub(super) fn renamed(&self, sheet: &str) -> Option<&str> {
        let renamed = [(SELF_SHEET, &self.own), (DEPENDENTS_SHEET, &self.dependents)];
        renamed
            .into_iter()
            .find(|(default, now)| *default == sheet && **now != sheet)
            .map(|(_, now)| now.as_str())
    }
}
