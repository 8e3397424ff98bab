//! What a tenant's layouts say: which id or key a name stands for.

use super::wire::{self, ItemLayout, MemberLayout, SheetLayouts, Standard};
use crate::services::ServiceError;
use crate::sync::{ItemRef, Layout, LayoutItem, LayoutSheet};

/// A tenant's layouts, read at the beginning of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Sheets and items as the core knows them; `基本情報` first.
    pub layout: Layout,
    /// Which standard item each of the first items of `基本情報` is.
    standard: Vec<Standard>,
}

/// How an item is addressed in answers and bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// A standard item of a member.
    Standard(Standard),
    /// An item by its id.
    Custom(u64),
}

impl Tenant {
    pub(super) fn new(members: MemberLayout, sheets: SheetLayouts) -> Self {
        let mut standard = Vec::new();
        let mut items = Vec::new();
        let mut code = members.code.into_item();
        // It is the key: no update changes it.
        code.read_only = true;
        standard.push(Standard::Code);
        items.push(code);
        let named = [
            members.name,
            members.name_kana,
            members.mail,
            members.entered_date,
            members.retired_date,
            members.gender,
            members.birthday,
            members.department,
            members.sub_departments,
        ];
        for (of, item) in Standard::ALL.into_iter().skip(1).zip(named) {
            if let Some(item) = item {
                standard.push(of);
                items.push(LayoutItem { id: 0, ..item.into_item() });
            }
        }
        items.extend(convert(members.custom_fields));
        let basic = LayoutSheet { id: 0, name: ItemRef::BASIC.to_owned(), multi: false, items };
        let others = sheets.sheets.into_iter().map(|sheet| LayoutSheet {
            id: sheet.id,
            name: sheet.name,
            multi: sheet.record_type != 0,
            items: convert(sheet.custom_fields).collect(),
        });
        Tenant { layout: Layout { sheets: std::iter::once(basic).chain(others).collect() }, standard }
    }

    /// How the item of this name is addressed.
    pub fn field(&self, item: &ItemRef) -> Option<Field> {
        let sheet = self.layout.sheet(&item.sheet)?;
        let place = sheet.items.iter().position(|candidate| candidate.name == item.item)?;
        match self.standard.get(place).filter(|_| sheet.id == 0) {
            Some(standard) => Some(Field::Standard(*standard)),
            None => Some(Field::Custom(sheet.items[place].id)),
        }
    }

    /// The name that a standard item has in this tenant: administrators may rename it.
    pub fn standard_name(&self, standard: Standard) -> Option<&str> {
        let place = self.standard.iter().position(|candidate| *candidate == standard)?;
        Some(&self.layout.sheets.first()?.items.get(place)?.name)
    }

    /// The sheet that the login may not read or write, where that is what the error says.
    pub fn forbidden_sheet(&self, error: &ServiceError) -> Option<&LayoutSheet> {
        let ServiceError::Forbidden { what, .. } = error else { return None };
        let (_, path) = what.split_once(' ')?;
        self.layout.sheets.iter().skip(1).find(|sheet| wire::sheet(sheet.id) == path)
    }
}

fn convert(items: Option<Vec<ItemLayout>>) -> impl Iterator<Item = LayoutItem> {
    items.into_iter().flatten().map(ItemLayout::into_item)
}
