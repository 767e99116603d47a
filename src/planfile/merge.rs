//! Merging what a plan says into the file that a person wrote: only what changed changes, and no comment is lost.

use toml_edit::{Array, Item, Key, Table, TableLike, Value};

use super::canon::laid_out;

/// What is wanted of a table: `all` names every key that may stand in it, `changed` those that must.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub all: &'a dyn TableLike,
    pub changed: Option<&'a dyn TableLike>,
}

/// Comments of things that are gone; they are put at the end of the file.
#[derive(Default)]
pub(super) struct Orphans(pub Vec<String>);

impl Orphans {
    fn keep(&mut self, text: &str) {
        let comments = text.lines().map(str::trim).filter(|line| line.starts_with('#'));
        self.0.extend(comments.map(str::to_owned));
    }

    /// Keeps the comments on and in an item that goes.
    fn keep_all(&mut self, key: Option<&Key>, item: &Item) {
        if let Some(prefix) = key.and_then(|key| key.leaf_decor().prefix()).and_then(|raw| raw.as_str()) {
            self.keep(prefix);
        }
        match item {
            Item::Table(table) => {
                for text in [table.decor().prefix(), table.decor().suffix()].into_iter().flatten() {
                    self.keep(text.as_str().unwrap_or_default());
                }
                for (name, item) in table.iter() {
                    self.keep_all(table.key(name), item);
                }
            }
            Item::ArrayOfTables(tables) => {
                for table in tables.iter() {
                    self.keep_all(None, &Item::Table(table.clone()));
                }
            }
            // The value's own text, strings included: a line of it that starts with # is a comment, or reads as one.
            Item::Value(value) => self.keep(&comment_lines(value)),
            Item::None => {}
        }
    }
}

/// The comments in and behind a value, each on a line.
fn comment_lines(value: &Value) -> String {
    let mut lines = String::new();
    let mut add = |raw: Option<&toml_edit::RawString>| {
        lines.push_str(raw.and_then(|raw| raw.as_str()).unwrap_or_default());
        lines.push('\n');
    };
    add(value.decor().prefix());
    add(value.decor().suffix());
    if let Value::Array(array) = value {
        for element in array.iter() {
            add(element.decor().prefix());
            add(element.decor().suffix());
        }
        add(Some(array.trailing()));
    }
    lines
}

/// Makes `table` say what is wanted.
pub(super) fn merge_table(table: &mut dyn TableLike, wanted: Wanted<'_>, orphans: &mut Orphans) {
    let gone: Vec<String> =
        table.iter().map(|(key, _)| key.to_owned()).filter(|key| wanted.all.get(key).is_none()).collect();
    for key in gone {
        let item = table.remove_entry_of(&key);
        if let Some((key, item)) = item {
            orphans.keep_all(Some(&key), &item);
        }
    }
    for (key, all) in wanted.all.iter() {
        let changed = wanted.changed.and_then(|changed| changed.get(key));
        match (table.get_mut(key), changed) {
            (Some(item), changed) => {
                let was_empty = is_empty(item);
                merge_item(key, item, all, changed, orphans);
                if changed.is_none() && !was_empty && is_empty(item) && !has_comments(table, key) {
                    table.remove(key);
                }
            }
            (None, Some(changed)) => {
                table.insert(key, changed.clone());
            }
            (None, None) => {}
        }
    }
}

/// Whether an item is a list or a table with nothing in it.
fn is_empty(item: &Item) -> bool {
    item.as_array().is_some_and(Array::is_empty) || item.as_table_like().is_some_and(TableLike::is_empty)
}

fn has_comments(table: &dyn TableLike, key: &str) -> bool {
    let mut comments = Orphans::default();
    if let Some((key, item)) = table.get_key_value(key) {
        comments.keep_all(Some(key), item);
    }
    !comments.0.is_empty()
}

/// Takes an entry out with its key, which carries the comments above it.
trait RemoveEntry {
    fn remove_entry_of(&mut self, key: &str) -> Option<(Key, Item)>;
}

impl RemoveEntry for dyn TableLike + '_ {
    fn remove_entry_of(&mut self, key: &str) -> Option<(Key, Item)> {
        let (kept, _) = self.get_key_value(key)?;
        let kept = kept.clone();
        self.remove(key).map(|item| (kept, item))
    }
}

fn merge_item(key: &str, item: &mut Item, all: &Item, changed: Option<&Item>, orphans: &mut Orphans) {
    if let (Some(table), Some(wanted)) = (item.as_table_like_mut(), all.as_table_like()) {
        let changed = changed.and_then(Item::as_table_like);
        return merge_table(table, Wanted { all: wanted, changed }, orphans);
    }
    if same(item, all) {
        return;
    }
    match (item.as_value_mut(), all.as_value()) {
        (Some(Value::Array(array)), Some(Value::Array(wanted))) => merge_array(key, array, wanted),
        (Some(value), Some(wanted)) => {
            let decor = value.decor().clone();
            *value = wanted.clone();
            *value.decor_mut() = decor;
        }
        _ => {
            orphans.keep_all(None, item);
            *item = all.clone();
        }
    }
}

/// Whether an item says the same, however it is written.
fn same(item: &Item, wanted: &Item) -> bool {
    match (item, wanted) {
        (Item::Value(value), Item::Value(wanted)) => same_value(value, wanted),
        (Item::ArrayOfTables(tables), Item::Value(Value::Array(wanted))) => {
            tables.len() == wanted.len()
                && tables.iter().zip(wanted.iter()).all(|(table, wanted)| same_table(table, wanted))
        }
        _ => false,
    }
}

fn same_value(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::String(a), Value::String(b)) => a.value() == b.value(),
        (Value::Integer(a), Value::Integer(b)) => a.value() == b.value(),
        (Value::Boolean(a), Value::Boolean(b)) => a.value() == b.value(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same_value(a, b))
        }
        (Value::InlineTable(table), wanted) => same_table(table, wanted),
        _ => false,
    }
}

fn same_table(table: &dyn TableLike, wanted: &Value) -> bool {
    let Value::InlineTable(wanted) = wanted else { return false };
    let says = |(key, wanted): (&str, &Value)| {
        table.get(key).is_some_and(|item| match (item, wanted) {
            (Item::Value(value), wanted) => same_value(value, wanted),
            _ => false,
        })
    };
    table.len() == wanted.len() && wanted.iter().all(says)
}

/// Makes an array hold what is wanted, in the old elements' own spelling and with their comments. The names of
/// packages are a set: the person's order stays, and new names go where the alphabet puts them.
fn merge_array(key: &str, array: &mut Array, wanted: &Array) {
    let mut old: Vec<Option<Value>> = array.iter().map(|value| Some(value.clone())).collect();
    let is_set = key == "packages";
    let order = if is_set { order_of_a_set(array, wanted) } else { wanted.iter().cloned().collect() };
    let lines = multi_line_prefix(array);
    array.clear();
    for value in order {
        let kept = old.iter_mut().find(|old| old.as_ref().is_some_and(|old| same_value(old, &value)));
        array.push_formatted(match kept.and_then(Option::take) {
            Some(kept) => kept,
            None => decorated(value, lines.as_deref()),
        });
    }
    let comments = old.iter().flatten().map(comment_lines).collect::<String>();
    settle(key, array, lines.as_deref(), &comments);
}

fn decorated(mut value: Value, lines: Option<&str>) -> Value {
    value.decor_mut().set_prefix(lines.unwrap_or(" "));
    value.decor_mut().set_suffix("");
    value
}

/// What stands before each element of an array that has an element a line.
fn multi_line_prefix(array: &Array) -> Option<String> {
    let last = array.iter().last()?.decor().prefix()?.as_str()?;
    last.rfind('\n').map(|at| last[at..].to_owned())
}

/// Puts blanks, line ends and the comments of gone elements in order.
fn settle(key: &str, array: &mut Array, lines: Option<&str>, comments: &str) {
    let indent = lines.unwrap_or("\n    ");
    let gone: String = comments
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with('#'))
        .fold(String::new(), |text, line| text + indent + line);
    if !gone.is_empty() {
        let rest = array.trailing().as_str().unwrap_or_default();
        let rest = if rest.contains('\n') { rest.to_owned() } else { "\n".to_owned() };
        array.set_trailing(format!("{gone}{rest}"));
    }
    // What stands around the array, such as a comment behind it, is none of its own layout.
    let around = std::mem::take(array.decor_mut());
    if lines.is_none() && !array.to_string().contains('#') {
        *array = laid_out(key, std::mem::take(array));
    }
    *array.decor_mut() = around;
}

fn order_of_a_set(array: &Array, wanted: &Array) -> Vec<Value> {
    let is_in = |values: &Array, value: &Value| values.iter().any(|other| same_value(other, value));
    let mut order: Vec<Value> = array.iter().filter(|value| is_in(wanted, value)).cloned().collect();
    let is_sorted = order.is_sorted_by_key(|value| value.as_str().unwrap_or_default().to_owned());
    for value in wanted.iter().filter(|value| !is_in(array, value)) {
        let after = order.iter().position(|other| is_sorted && other.as_str() > value.as_str());
        order.insert(after.unwrap_or(order.len()), value.clone());
    }
    order
}

/// Gives an entry another name and leaves everything else of it in its place.
pub(super) fn rename(table: &mut Table, from: &str, to: &str) {
    if let Some((old, item)) = table.remove_entry(from) {
        let key = Key::new(to).with_leaf_decor(old.leaf_decor().clone());
        table.insert_formatted(&key, item);
    }
}

/// Inline tables cannot hold the position of a header; nothing to do for them.
pub(super) fn set_position(item: &mut Item, position: isize) {
    if let Some(table) = item.as_table_mut() {
        table.set_position(Some(position));
        for (_, below) in table.iter_mut() {
            if let Some(below) = below.as_table_mut() {
                below.set_position(Some(position));
            }
        }
    }
}

/// The position of the last header in an item.
pub(super) fn last_position(item: &Item) -> Option<isize> {
    let table = item.as_table()?;
    let below = table.iter().filter_map(|(_, below)| below.as_table()?.position());
    table.position().into_iter().chain(below).max()
}
