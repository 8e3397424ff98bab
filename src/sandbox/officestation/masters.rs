//! The value lists of a tenant (`reference/officestation-api.md` §4.8).
//!
//! 性別 has the two short spellings too, because one of the edge-case people is kept as `女`.

use serde_json::{Map, Value, json};

/// The lists by key; a list of texts, or for `employeeCategoryDetail` an object of lists by 社員区分.
#[derive(Clone, Debug)]
pub(super) struct Masters(Map<String, Value>);

impl Masters {
    /// The lists that every tenant starts with.
    pub(super) fn standard() -> Self {
        let lists = json!({
            "gender": ["男性", "女性", "男", "女"],
            "residentAddressSame": ["現在住所と同じ", "現在住所と異なる"],
            "employeeCategory":
                ["役員", "正社員", "契約社員", "パート・アルバイト", "派遣社員", "嘱託", "業務委託", "その他"],
            "employeeCategoryDetail": { "正社員": ["総合職", "一般職"] },
            "secondedWorker": ["該当しない", "該当する"],
            "relationship": ["夫", "妻", "夫(未届)", "妻(未届)", "父", "母", "子", "兄", "姉", "弟", "妹", "祖父", "祖母",
                "孫", "義父", "義母", "配偶者の子", "その他"],
            "livingTogether": ["同居", "別居"],
            "disability": ["該当しない", "一般障害者", "特別障害者", "同居特別障害者"],
            "widowOrSingleParent": ["該当しない", "寡婦", "ひとり親"],
            "workingStudent": ["該当しない", "該当する"],
            "status": ["入社予定者", "現職者", "退職者"],
        });
        match lists {
            Value::Object(lists) => Self(lists),
            _ => Self(Map::new()),
        }
    }

    /// Whether the list of `key` has `value`.
    pub(super) fn allows(&self, key: &str, value: &str) -> bool {
        self.0.get(key).is_some_and(|list| has(list, value))
    }

    /// Whether `value` is a 社員区分詳細 under `category`.
    pub(super) fn allows_detail(&self, category: &str, value: &str) -> bool {
        self.0
            .get("employeeCategoryDetail")
            .and_then(|all| all.get(category))
            .is_some_and(|list| has(list, value))
    }

    /// All lists.
    pub(super) fn json(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Replaces the lists that `changes` names.
    pub(super) fn replace(&mut self, changes: &Map<String, Value>) -> Result<(), String> {
        for (key, list) in changes {
            let known = self.0.get(key).ok_or_else(|| format!("unknown master {key:?}"))?;
            if known.is_array() != list.is_array() || known.is_object() != list.is_object() {
                return Err(format!("master {key:?} must be of the same shape as in GET /masters"));
            }
        }
        self.0.extend(changes.clone());
        Ok(())
    }
}

fn has(list: &Value, value: &str) -> bool {
    list.as_array().is_some_and(|items| items.iter().any(|item| item.as_str() == Some(value)))
}
