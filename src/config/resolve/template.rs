//! What the files that somebody imports into mediment look like.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::config::items::mediment::{ATTENDANCE, EMPLOYEE, Item, Kind, NUMBER, WHOLE_NAME};
use crate::config::raw::{RawColumn, RawTemplate};
use crate::config::{CellForm, Content, DateForm, DurationForm, ImportColumn, MonthForm, Template};
use crate::job::nearest;

/// The template that is used unless a link names another.
const USUAL: &str = include_str!("../files/mediment_template.yaml");

/// How values are written in columns that don't say it themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Forms {
    pub(super) dates: DateForm,
    pub(super) durations: DurationForm,
}

/// The usual template.
pub(super) fn usual(forms: Forms) -> Template {
    static RAW: LazyLock<RawTemplate> =
        LazyLock::new(|| parse(USUAL).expect("the embedded template is tested"));
    resolve(&RAW, &RAW, forms).expect("the embedded template is tested")
}

/// A template as written; lists that it leaves out are the usual ones. `Err` says what is wrong with it.
pub(super) fn template(text: &str, forms: Forms) -> Result<Template, String> {
    let usual = parse(USUAL)?;
    resolve(&parse(text)?, &usual, forms)
}

fn parse(text: &str) -> Result<RawTemplate, String> {
    serde_saphyr::from_str(text).map_err(|error| error.without_snippet().to_string())
}

fn resolve(raw: &RawTemplate, usual: &RawTemplate, forms: Forms) -> Result<Template, String> {
    let list = |name: &str, own: &Option<Vec<RawColumn>>, usual: &Option<Vec<RawColumn>>, items: &[Item]| {
        let raw = own.as_ref().or(usual.as_ref()).map(Vec::as_slice).unwrap_or_default();
        columns(raw, items, forms).map_err(|reason| format!("`{name}`: {reason}"))
    };
    Ok(Template {
        new: list("new", &raw.new, &usual.new, EMPLOYEE)?,
        update: list("update", &raw.update, &usual.update, EMPLOYEE)?,
        attendance: list("attendance", &raw.attendance, &usual.attendance, ATTENDANCE)?,
    })
}

fn columns(raw: &[RawColumn], items: &[Item], forms: Forms) -> Result<Vec<ImportColumn>, String> {
    let columns: Vec<ImportColumn> =
        raw.iter().map(|raw| column(raw, items, forms)).collect::<Result<_, _>>()?;
    let mut headers = BTreeSet::new();
    if let Some(twice) = columns.iter().find(|column| !headers.insert(&column.header)) {
        return Err(format!("two columns have the header `{}`", twice.header));
    }
    if !columns.iter().any(|column| column.item() == Some(NUMBER)) {
        return Err(format!("there is no column of {NUMBER}, which says whom a line is about"));
    }
    Ok(columns)
}

fn column(raw: &RawColumn, items: &[Item], forms: Forms) -> Result<ImportColumn, String> {
    let RawColumn { header, item, format, value } = raw;
    let header = header.as_ref().or(item.as_ref()).filter(|header| !header.trim().is_empty());
    let header = header.ok_or("a column has neither `header` nor `item`")?.clone();
    let content = match (item, value) {
        (Some(name), None) => {
            let known = items.iter().find(|known| known.name == name).ok_or_else(|| {
                let near = nearest(name, items.iter().map(|known| known.name));
                let near = near.map(|near| format!("; is it `{near}`?")).unwrap_or_default();
                format!("there is no item `{name}`{near}")
            })?;
            Content::Item { item: name.clone(), form: form(known.kind, format.as_deref(), forms)? }
        }
        (None, Some(value)) if format.is_none() => Content::Fixed(value.clone()),
        (None, None) => return Err(format!("`{header}` has neither `item` nor `value`")),
        _ => return Err(format!("`{header}` has `value` beside `item` or `format`")),
    };
    Ok(ImportColumn { header, content })
}

fn form(kind: Kind, format: Option<&str>, forms: Forms) -> Result<CellForm, String> {
    let usual = match (kind, forms.dates) {
        (Kind::Text, _) => CellForm::Text,
        (Kind::Days, _) => CellForm::Days,
        (Kind::Duration, _) => CellForm::Duration(forms.durations),
        (Kind::Date, dates) => CellForm::Date(dates),
        (Kind::Month, DateForm::Slash) => CellForm::Month(MonthForm::Slash),
        (Kind::Month, DateForm::Iso) => CellForm::Month(MonthForm::Iso),
    };
    let Some(word) = format else { return Ok(usual) };
    Ok(match (kind, word) {
        (Kind::Date, "slash") => CellForm::Date(DateForm::Slash),
        (Kind::Date, "iso") => CellForm::Date(DateForm::Iso),
        (Kind::Month, "slash") => CellForm::Month(MonthForm::Slash),
        (Kind::Month, "iso") => CellForm::Month(MonthForm::Iso),
        (Kind::Month, "compact") => CellForm::Month(MonthForm::Compact),
        (Kind::Duration, "h:mm") => CellForm::Duration(DurationForm::Clock),
        (Kind::Duration, "minutes") => CellForm::Duration(DurationForm::Minutes),
        (Kind::Duration, "hours") => CellForm::Duration(DurationForm::Hours),
        _ => return Err(format!("`format: {word}` is none that such an item has")),
    })
}

/// The same with 氏名 beside 社員番号 in 勤怠情報, unless it is there.
pub(super) fn named(mut template: Template) -> Template {
    let columns = &mut template.attendance;
    let place = |item: &str| columns.iter().position(|column| column.item() == Some(item));
    if place(WHOLE_NAME).is_none()
        && let Some(number) = place(NUMBER)
    {
        let content = Content::Item { item: WHOLE_NAME.to_owned(), form: CellForm::Text };
        columns.insert(number + 1, ImportColumn { header: WHOLE_NAME.to_owned(), content });
    }
    template
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(columns: &[ImportColumn]) -> Vec<&str> {
        columns.iter().map(|column| column.header.as_str()).collect()
    }

    #[test]
    fn the_usual_template_has_the_references_columns_and_nothing_that_an_import_could_clear() {
        let template = named(usual(Forms::default()));
        assert_eq!(
            headers(&template.new).join(","),
            "社員番号,姓,名,セイ,メイ,メールアドレス,事業所,所属部署1,入社日,退職日,性別,社会保険の加入有無,ストレスチェック対象者,\
             健康診断対象者,社保用の姓名(セイメイ),正社員・管理職の有無,保険証番号,国籍,役職,雇用期間"
        );
        assert_eq!(headers(&template.update), headers(&template.new)[..11]);
        assert_eq!(
            headers(&template.attendance).join(","),
            "対象の年月,社員番号,氏名,実働日数,欠勤回数,遅刻回数,早退回数,実労働時間,遅刻時間,早退時間,所定労働時間,所定外労働時間,\
             法定外労働時間,実深夜時間,有給日数"
        );
        assert_eq!(named(template.clone()), template, "氏名 stands there once");
    }

    #[test]
    fn a_template_says_order_header_and_form_and_leaves_the_rest_as_it_is() {
        let text = "attendance:\n  - { header: 従業員コード, item: 社員番号 }\n  - { header: 年月, item: 対象の年月, format: compact }\n  \
                    - { item: 実労働時間, format: minutes }\n  - { header: 区分, value: 更新 }\n  - 遅刻時間\n";
        let forms = Forms { durations: DurationForm::Hours, ..Forms::default() };
        let template = template(text, forms).unwrap();
        assert_eq!(headers(&template.attendance), ["従業員コード", "年月", "実労働時間", "区分", "遅刻時間"]);
        let contents: Vec<&Content> = template.attendance.iter().map(|column| &column.content).collect();
        let item = |item: &str, form| Content::Item { item: item.to_owned(), form };
        assert_eq!(*contents[1], item("対象の年月", CellForm::Month(MonthForm::Compact)));
        assert_eq!(*contents[2], item("実労働時間", CellForm::Duration(DurationForm::Minutes)));
        assert_eq!(*contents[3], Content::Fixed("更新".into()));
        assert_eq!(*contents[4], item("遅刻時間", CellForm::Duration(DurationForm::Hours)));
        assert_eq!(template.new, usual(forms).new);
    }

    #[test]
    fn what_is_wrong_with_a_template_is_said() {
        let wrong = [
            "new: [姓]",
            "new: [社員番号, 姓, 姓]",
            "update: [社員番号, メールアドレスス]",
            "update: [社員番号, { item: 姓, value: x }]",
            "update: [社員番号, { header: x }]",
            "update: [社員番号, { item: 入社日, format: minutes }]",
            "update: [社員番号, { value: x }]",
            "attendance: [社員番号, 休憩時間]",
            "attendances: []",
            "new: [社員番号, { itm: 姓 }]",
            "new: 社員番号",
        ];
        let said = wrong.map(|text| template(text, Forms::default()).unwrap_err());
        insta::assert_snapshot!(said.join("\n"));
    }
}
