//! `form: csv`: where a service's exports are and where files for its import go.

use std::collections::BTreeMap;

use serde_saphyr::Spanned;

use super::Checks;
use super::values::Zero;
use crate::config::items::officestation;
use crate::config::raw::{RawOfficeStation, Table, Text};
use crate::config::{DateForm, FileEncoding, FileSettings, Formulas, OfficeStationFiles, Pattern};
use crate::job::nearest;

/// The keys that every csv form has.
pub(super) struct RawFiles<'a> {
    pub(super) folder: Option<&'a Text>,
    pub(super) import_folder: Option<&'a Text>,
    pub(super) max_age: Option<&'a Text>,
    pub(super) max_size: Option<&'a Text>,
    pub(super) look: Option<&'a Text>,
    pub(super) encoding: Option<&'a Text>,
    pub(super) formulas: Option<&'a Text>,
    pub(super) dates: Option<&'a Text>,
    pub(super) keep: Option<&'a Text>,
}

impl<'a> RawFiles<'a> {
    /// All that are written.
    pub(super) fn all(&self) -> Vec<Option<&'a Text>> {
        let RawFiles { folder, import_folder, max_age, max_size, look, encoding, formulas, dates, keep } =
            *self;
        vec![folder, import_folder, max_age, max_size, look, encoding, formulas, dates, keep]
    }
}

/// Folders and settings of a csv form.
pub(super) fn files<T>(checks: &Checks<'_>, at: &Spanned<T>, raw: &RawFiles<'_>) -> Option<FileSettings> {
    let folder = checks.required(at, "folder", raw.folder, "/var/lib/renkei/…").map(|path| {
        let path = checks.path(&path);
        // The account's id is made of the path: two ways to one folder are one account.
        path.canonicalize().unwrap_or(path)
    });
    let usual = FileSettings::new(folder.clone().unwrap_or_default());
    let import_folder =
        checks.filled(raw.import_folder).map_or(usual.import_folder, |path| checks.path(&path));
    if let (Some(raw), Some(folder)) = (raw.import_folder, &folder)
        && import_folder.canonicalize().unwrap_or_else(|_| import_folder.clone()) == *folder
    {
        let help = "write another folder, or leave `import_folder` out: it is `import` in `folder` then";
        checks.problem(raw, "files to import would be taken for exports", help);
    }
    let settings = settings(checks, raw, FileSettings { import_folder, ..usual });
    folder.map(|_| settings)
}

/// What is said beside the folders; the rest is as usual.
pub(super) fn settings(checks: &Checks<'_>, raw: &RawFiles<'_>, usual: FileSettings) -> FileSettings {
    let encodings = [("utf8-bom", FileEncoding::Utf8Bom), ("cp932", FileEncoding::Cp932)];
    let formulas = [("refuse", Formulas::Refuse), ("quote", Formulas::Quote)];
    let dates = [("slash", DateForm::Slash), ("iso", DateForm::Iso)];
    FileSettings {
        max_age: checks.duration(raw.max_age, Zero::Refused, usual.max_age),
        max_size: checks.size(raw.max_size, usual.max_size),
        look: checks.duration(raw.look, Zero::Allowed, usual.look),
        encoding: checks.choice(raw.encoding, &encodings, usual.encoding),
        formulas: checks.choice(raw.formulas, &formulas, usual.formulas),
        dates: checks.choice(raw.dates, &dates, usual.dates),
        keep: checks.duration(raw.keep, Zero::Refused, usual.keep),
        ..usual
    }
}

/// The name of a file, with `*` for any text.
pub(super) fn pattern(checks: &Checks<'_>, raw: Option<&Text>, default: &str) -> Pattern {
    let usual = || Pattern::new(default).expect("a default names a file");
    let Some(raw) = raw else { return usual() };
    Pattern::new(&raw.value).unwrap_or_else(|| {
        let reason = format!("`{}` is no name of a file", raw.value);
        checks.problem(raw, reason, format!("write a name without folders, such as \"{default}\""));
        usual()
    })
}

/// What items are called in the header of a file.
pub(super) fn headers(
    checks: &Checks<'_>,
    raw: Option<&Spanned<Table<Text>>>,
    items: &[&str],
) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    for (item, header) in raw.map(|table| &table.value.0[..]).unwrap_or_default() {
        if !items.contains(&item.value.as_str()) {
            let near = nearest(&item.value, items.iter().copied());
            let help = near.map_or_else(
                || "write the name of an item as in `mapping:`".to_owned(),
                |near| format!("is it `{near}`? Write item: header"),
            );
            checks.problem(item, format!("there is no item `{}`", item.value), help);
        }
        if let Some(text) = checks.filled(Some(header)) {
            headers.insert(item.value.clone(), text);
        }
    }
    headers
}

/// OfficeStation in files.
pub(super) fn officestation(
    checks: &Checks<'_>,
    at: &Spanned<RawOfficeStation>,
) -> Option<OfficeStationFiles> {
    let raw = &at.value;
    let files = files(checks, at, &raw.files());
    let names = |items: &[officestation::Item]| items.iter().map(|item| item.name).collect::<Vec<_>>();
    let own = names(officestation::SELF);
    let mut of_dependents = names(officestation::DEPENDENTS);
    of_dependents.push(officestation::KEY);
    let (employees, dependents) = (
        pattern(checks, raw.employees_file.as_ref(), "従業員*.csv"),
        pattern(checks, raw.dependents_file.as_ref(), "扶養家族*.csv"),
    );
    if let Some(raw) = raw.dependents_file.as_ref().or(raw.employees_file.as_ref())
        && employees == dependents
    {
        let help = "write names that tell the exports of 従業員 and of 扶養家族 apart";
        checks.problem(raw, "a file of this name may be either export", help);
    }
    Some(OfficeStationFiles {
        employees,
        dependents,
        headers: headers(checks, raw.headers.as_ref(), &own),
        dependent_headers: headers(checks, raw.dependent_headers.as_ref(), &of_dependents),
        files: files?,
    })
}

impl RawOfficeStation {
    fn files(&self) -> RawFiles<'_> {
        RawFiles {
            folder: self.folder.as_ref(),
            import_folder: self.import_folder.as_ref(),
            max_age: self.max_age.as_ref(),
            max_size: self.max_size.as_ref(),
            look: self.look.as_ref(),
            encoding: self.encoding.as_ref(),
            formulas: self.formulas.as_ref(),
            dates: self.dates.as_ref(),
            keep: self.keep.as_ref(),
        }
    }

    /// Notes every key that belongs to the csv form alone.
    pub(super) fn refuse_csv(&self, checks: &Checks<'_>) {
        let patterns = [self.employees_file.as_ref(), self.dependents_file.as_ref()];
        let texts = self.files().all().into_iter().chain(patterns).flatten();
        let tables = [self.headers.as_ref(), self.dependent_headers.as_ref()].into_iter().flatten();
        let (reason, help) = ("this is a key of `form: csv`", "write `form: csv`, or leave it out");
        texts.for_each(|raw| checks.problem(raw, reason, help));
        tables.for_each(|raw| checks.problem(raw, reason, help));
    }

    /// Notes every key that belongs to the API alone.
    pub(super) fn refuse_rest(&self, checks: &Checks<'_>) {
        let texts =
            [&self.base_url, &self.station_id, &self.login_id, &self.requests_per_minute, &self.expires];
        let (reason, help) = ("`form: csv` has no login", "leave it out, or write `form: rest`");
        texts.into_iter().flatten().for_each(|raw| checks.problem(raw, reason, help));
        self.password.iter().for_each(|raw| checks.problem(raw, reason, help));
        self.allow_plaintext.iter().for_each(|raw| checks.problem(raw, reason, help));
    }
}
