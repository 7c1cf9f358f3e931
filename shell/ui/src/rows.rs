//! The rows of a list on a screen. A new list for each change would make its rows anew, and a finger that is on one of
//! them would lift from nothing: two people who count points at once, or a fast typist, lost touches by that.

use slint::{Model, ModelRc, SharedString, VecModel};

/// These rows for a property that shows `shown`: in the same list, where that can be changed, and only those that differ
/// are touched.
pub fn kept<T: Clone + PartialEq + 'static>(
    shown: ModelRc<T>,
    rows: impl IntoIterator<Item = T>,
) -> ModelRc<T> {
    match shown.as_any().downcast_ref::<VecModel<T>>() {
        Some(model) => {
            bring(model, rows.into_iter(), T::eq);
            shown
        }
        None => model(rows),
    }
}

/// The same for a list whose rows come and go: a finger that is on one of them must not lift from another, so the list
/// stays only while its rows are about the same things, which `alike` tells.
pub fn kept_while<T: Clone + PartialEq + 'static>(
    alike: impl Fn(&T, &T) -> bool,
    shown: ModelRc<T>,
    rows: impl IntoIterator<Item = T>,
) -> ModelRc<T> {
    let rows: Vec<T> = rows.into_iter().collect();
    let same =
        shown.row_count() == rows.len() && shown.iter().zip(&rows).all(|(there, row)| alike(&there, row));
    kept(if same { shown } else { ModelRc::default() }, rows)
}

/// [`kept`] for the keys of a keyboard, row by row.
pub fn kept_keys<T: Into<SharedString>>(
    shown: ModelRc<ModelRc<SharedString>>,
    rows: impl IntoIterator<Item = Vec<T>>,
) -> ModelRc<ModelRc<SharedString>> {
    let rows = rows.into_iter().enumerate();
    let rows: Vec<_> = rows
        .map(|(at, keys)| kept(shown.row_data(at).unwrap_or_default(), keys.into_iter().map(Into::into)))
        .collect();
    kept(shown, rows)
}

/// A list of its own for these rows, where no finger can be on what was there before.
pub(crate) fn model<T: Clone + 'static>(rows: impl IntoIterator<Item = T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(rows.into_iter().collect::<Vec<T>>()))
}

/// Makes a list hold these rows, touching only those that are not the same.
pub(crate) fn bring<T: Clone + 'static>(
    model: &VecModel<T>,
    rows: impl Iterator<Item = T>,
    same: impl Fn(&T, &T) -> bool,
) {
    let mut count = 0;
    for row in rows {
        match model.row_data(count) {
            Some(there) if same(&there, &row) => {}
            Some(_) => model.set_row_data(count, row),
            None => model.push(row),
        }
        count += 1;
    }
    while model.row_count() > count {
        model.remove(model.row_count() - 1);
    }
}

#[cfg(test)]
mod tests;
