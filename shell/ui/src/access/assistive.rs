//! The screens as the desktop's assistive programs have them (AT-SPI), where the shell runs in a window: a screen reader
//! finds what is there by name, role and value, and does with it what a finger would. On a panel of its own there is no
//! such desktop, and the shell reads and walks its screens itself.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use accesskit::{
    Action, ActionHandler, ActionRequest, ActivationHandler, DeactivationHandler, Node, NodeId, Rect, Role,
    TreeId, TreeInfo, TreeUpdate,
};
use accesskit_unix::Adapter;
use board::PersonId;
use display::Area;
use i_slint_backend_testing::AccessibleRole;
use slint::{Timer, TimerMode};

use super::spoken::CUT;
use super::tree::Found;
use crate::surface::Easel;

/// How often it is looked whether the screens changed, while somebody listens: sooner than speech can tell of it.
const LOOK: Duration = Duration::from_millis(150);
/// The window.
const ROOT: NodeId = NodeId(0);

/// Tells the desktop.
pub struct Assistive {
    easel: Rc<Easel>,
    whole: Area,
    adapter: RefCell<Adapter>,
    /// Some program of the desktop wants to know.
    wanted: Arc<AtomicBool>,
    ids: RefCell<Ids>,
    /// What it was told last.
    told: RefCell<Option<TreeUpdate>>,
    beat: Timer,
}

/// A number for everything that was ever there, since programs know things by it.
#[derive(Default)]
struct Ids {
    numbers: BTreeMap<Key, NodeId>,
    /// What is there now, by its number.
    found: BTreeMap<u64, Found>,
}

/// A surface: its name, whose it is, and which of those that share both.
type On = ((&'static str, Option<PersonId>), usize);
/// A surface itself, or what is on it: its name and which of those that share it.
type Key = (On, Option<(String, usize)>);

struct Wanted(Arc<AtomicBool>);

impl ActivationHandler for Wanted {
    fn request_initial_tree(&mut self) -> Option<TreeUpdate> {
        // It is made by the screens' thread at its next look.
        self.0.store(true, Ordering::Release);
        None
    }
}

impl DeactivationHandler for Wanted {
    fn deactivate_accessibility(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Hands on what a program wants done.
struct Doer<T>(T);

impl<T: Fn(ActionRequest) + Send> ActionHandler for Doer<T> {
    fn do_action(&mut self, request: ActionRequest) {
        (self.0)(request);
    }
}

impl Assistive {
    /// Waits for somebody who wants to know. `act` is called on a thread of the desktop's bus, to be brought to
    /// [`Self::act`] on this one.
    pub fn new(easel: Rc<Easel>, whole: Area, act: impl Fn(ActionRequest) + Send + 'static) -> Rc<Self> {
        let wanted = Arc::new(AtomicBool::new(false));
        let mut adapter = Adapter::new(Wanted(wanted.clone()), Doer(act), Wanted(wanted.clone()));
        adapter.update_window_focus_state(true);
        let assistive = Rc::new(Self {
            easel,
            whole,
            adapter: RefCell::new(adapter),
            wanted,
            ids: RefCell::default(),
            told: RefCell::default(),
            beat: Timer::default(),
        });
        let looking = Rc::downgrade(&assistive);
        assistive.beat.start(TimerMode::Repeated, LOOK, move || {
            looking.upgrade().iter().for_each(|assistive| assistive.look());
        });
        assistive
    }

    /// Does what a program of the desktop wants, where what it means is still there.
    pub fn act(&self, request: &ActionRequest) {
        let found = self.ids.borrow().found.get(&request.target_node.0).cloned();
        let Some(found) = found.filter(Found::is_enabled) else { return };
        match request.action {
            Action::Click => found.element.invoke_accessible_default_action(),
            Action::Increment => found.element.invoke_accessible_increment_action(),
            Action::Decrement => found.element.invoke_accessible_decrement_action(),
            _ => {}
        }
    }

    fn look(&self) {
        if !self.wanted.load(Ordering::Acquire) {
            self.told.take();
            return;
        }
        let update = self.update();
        if self.told.borrow().as_ref() != Some(&update) {
            self.adapter.borrow_mut().update_if_active(|| update.clone());
            self.told.replace(Some(update));
        }
    }

    /// Everything that has a label, surface by surface, the lowest first.
    fn update(&self) -> TreeUpdate {
        let mut shown = self.easel.tree.shown();
        shown.sort_by_key(|(place, _)| place.z());
        let mut ids = self.ids.borrow_mut();
        ids.found.clear();
        let mut nodes = Vec::new();
        let mut root = Node::new(Role::Window);
        root.set_label("Dais");
        root.set_bounds(bounds(self.whole));
        // Two people have a palette each: whatever shares its name with another one has a number of its own, or the tree
        // would be broken, which ends the shell.
        let mut surfaces = BTreeMap::new();
        for (place, all) in shown {
            let surface = nth(&mut surfaces, (place.name(), place.owner()));
            let mut group = Node::new(Role::Group);
            group.set_bounds(bounds(place.rect()));
            let mut names = BTreeMap::new();
            for found in all {
                let id = ids.number((surface, Some(nth(&mut names, found.name()))));
                nodes.push((id, node(&found)));
                group.push_child(id);
                ids.found.insert(id.0, found);
            }
            let id = ids.number((surface, None));
            root.push_child(id);
            nodes.push((id, group));
        }
        nodes.push((ROOT, root));
        TreeUpdate { nodes, tree: Some(TreeInfo::new(ROOT)), tree_id: TreeId::ROOT, focus: ROOT }
    }
}

impl Ids {
    fn number(&mut self, key: Key) -> NodeId {
        let next = NodeId(ROOT.0 + 1 + u64::try_from(self.numbers.len()).unwrap_or(u64::MAX));
        *self.numbers.entry(key).or_insert(next)
    }
}

/// A name, and how many had it before.
fn nth<N: Ord + Clone>(counts: &mut BTreeMap<N, usize>, name: N) -> (N, usize) {
    let count = counts.entry(name.clone()).or_default();
    *count += 1;
    (name, *count - 1)
}

fn node(found: &Found) -> Node {
    let element = &found.element;
    let role = element.accessible_role();
    let mut node = Node::new(role_of(role));
    let label = element.accessible_label().unwrap_or_default();
    if role == Some(AccessibleRole::Text) {
        // Of a label the desktop reads what it says, not what it is called.
        node.set_value(label.as_str());
    } else {
        node.set_label(label.as_str());
    }
    if let Some(name) = element.accessible_id().filter(|name| !name.is_empty()) {
        node.set_author_id(name.as_str());
    }
    let more = element.accessible_description().filter(|more| !more.is_empty() && !more.starts_with(CUT));
    if let Some(more) = more {
        node.set_description(more.as_str());
    }
    if let Some(value) = element.accessible_value().filter(|_| role != Some(AccessibleRole::Text)) {
        match (role, value.parse::<f64>()) {
            (Some(AccessibleRole::Slider), Ok(number)) => node.set_numeric_value(number),
            _ => node.set_value(value.as_str()),
        }
    }
    if role == Some(AccessibleRole::Slider) {
        node.set_min_numeric_value(element.accessible_value_minimum().unwrap_or(0.0).into());
        node.set_max_numeric_value(element.accessible_value_maximum().unwrap_or(100.0).into());
        node.set_numeric_value_step(element.accessible_value_step().unwrap_or(1.0).into());
        node.add_action(Action::Increment);
        node.add_action(Action::Decrement);
    }
    let chosen = element.accessible_checked();
    let is_switch =
        matches!(role, Some(AccessibleRole::Switch | AccessibleRole::Checkbox | AccessibleRole::RadioButton));
    if let Some(chosen) = chosen.filter(|chosen| *chosen || is_switch) {
        node.set_toggled(chosen.into());
    }
    if !found.is_enabled() {
        node.set_disabled();
    } else if found.is_target() {
        node.add_action(Action::Click);
    }
    node.set_bounds(bounds(found.area));
    node
}

fn role_of(role: Option<AccessibleRole>) -> Role {
    use AccessibleRole as A;
    match role {
        Some(A::Button) => Role::Button,
        Some(A::Checkbox) => Role::CheckBox,
        Some(A::RadioButton) => Role::RadioButton,
        Some(A::Switch) => Role::Switch,
        Some(A::Slider) => Role::Slider,
        Some(A::Tab) => Role::Tab,
        Some(A::TextInput) => Role::TextInput,
        Some(A::Text) => Role::Label,
        Some(A::Image) => Role::Image,
        Some(A::ProgressIndicator) => Role::ProgressIndicator,
        _ => Role::Group,
    }
}

fn bounds(area: Area) -> Rect {
    let edge = f64::from;
    Rect { x0: edge(area.x), y0: edge(area.y), x1: edge(area.right()), y1: edge(area.bottom()) }
}
