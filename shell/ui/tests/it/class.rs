//! The tools of a lesson, one after the other: named in both languages, large enough, and a touch is told.

use std::cell::Cell;
use std::rc::Rc;

use i_slint_backend_testing::ElementRoot;
use screens::*;
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, Global, LogicalPosition};
use ui::rows::kept;

use crate::choices::press;
use crate::easel::Easel;
use crate::screens::{WALL, both_languages, elements, has, rows};

/// What the design must have at least, so that a tool shown small still has the theme's 44 units for a finger.
const LEAST: i32 = 55;

/// The panel is 1.9 m wide, so every size is drawn at full HD and as the 4K wall shows it.
const WALLS: [((u32, u32), u32); 2] = [(WALL, 1), ((3840, 2160), 2)];

/// Draws one tool in both languages and on both walls.
fn draw<C>(
    name: &str,
    size: (u32, u32),
    make: fn() -> Result<C, slint::PlatformError>,
    fill: impl Fn(&C) + Sync,
    check: impl Fn(&C, &[api::shell::Element], bool) + Sync,
) where
    C: ComponentHandle + ElementRoot + 'static,
    for<'a> Theme<'a>: Global<'a, C>,
    for<'a> Icons<'a>: Global<'a, C>,
    for<'a> Pictures<'a>: Global<'a, C>,
{
    for (wall, times) in WALLS {
        let size = (size.0 * times, size.1 * times);
        Easel::with(wall, size, |easel| {
            both_languages(|language, chinese| {
                let tool = make().unwrap();
                easel.look.dress(&tool);
                fill(&tool);
                easel.show(&tool, language);
                easel.draw(&format!("class-{name}-{language}-{}", wall.1));
                let found = elements(&tool, size);
                let least = LEAST * times as i32;
                for element in found.iter().filter(|element| !is_read(&element.name)) {
                    assert!(element.width >= least && element.height >= least, "{element:?}");
                }
                check(&tool, &found, chinese);
            });
        });
    }
}

/// What is only read may be small.
fn is_read(name: &str) -> bool {
    name.starts_with("picker-left") || name.starts_with("noise-light")
}

#[test]
fn the_panel_opens_each_tool() {
    let fill = |panel: &ClassroomSurface| {
        let open = [true, false, false, true, false, false, false, false];
        panel.global::<ClassroomAdapter<'_>>().set_open(rows(open));
    };
    draw("panel", (904, 500), ClassroomSurface::new, fill, |panel, found, chinese| {
        assert_eq!(has(found, "tool-timer").label, if chinese { "计时器" } else { "Timer" });
        assert!(has(found, "tool-timer").chosen && !has(found, "tool-dice").chosen);
        let chosen = Rc::new(Cell::new(None));
        let told = chosen.clone();
        panel.global::<ClassroomAdapter<'_>>().on_choose(move |tool| told.set(Some(tool)));
        for (name, tool) in [("tool-dice", ClassTool::Dice), ("tool-noise", ClassTool::Noise)] {
            press(panel, name);
            assert_eq!(chosen.get(), Some(tool));
        }
        let closed = Rc::new(Cell::new(false));
        let told = closed.clone();
        panel.global::<FrameAdapter<'_>>().on_close(move || told.set(true));
        press(panel, "close-classroom");
        assert!(closed.get());
    });
}

#[test]
fn a_countdown_and_how_it_ends() {
    for (name, state, digits, left, lit) in [
        ("ready", TimerState::Ready, "05:00", 1.0, false),
        ("runs", TimerState::Running, "00:42", 0.14, false),
        ("long", TimerState::Running, "1:29:59", 0.9, false),
        ("over", TimerState::Over, "00:00", 0.0, true),
    ] {
        let fill = move |timer: &TimerSurface| {
            let adapter = timer.global::<TimerAdapter<'_>>();
            adapter.set_state(state);
            adapter.set_digits(digits.into());
            adapter.set_left(left);
            adapter.set_lit(lit);
        };
        draw(&format!("timer-{name}"), (760, 524), TimerSurface::new, fill, move |timer, found, chinese| {
            let shown = has(found, "timer-digits").label;
            match (lit, chinese) {
                (false, _) => assert_eq!(shown, digits),
                (true, true) => assert_eq!(shown, "时间到"),
                (true, false) => assert_eq!(shown, "Time's up"),
            }
            assert!(has(found, "minutes-5").chosen);
            let minutes = Rc::new(Cell::new(0));
            let told = minutes.clone();
            timer.global::<TimerAdapter<'_>>().on_preset(move |chosen| told.set(chosen));
            press(timer, "minutes-15");
            assert_eq!(minutes.get(), 15);
        });
    }
    let fill = |timer: &TimerSurface| {
        let adapter = timer.global::<TimerAdapter<'_>>();
        adapter.set_stopwatch(true);
        adapter.set_state(TimerState::Paused);
        adapter.set_digits("01:23.4".into());
    };
    draw("stopwatch", (760, 524), TimerSurface::new, fill, |_, found, _| {
        assert!(found.iter().all(|element| !element.name.starts_with("minute")), "a stopwatch has no length");
    });
}

#[test]
fn dice() {
    for faces in [vec![4], vec![1, 6], vec![2, 3, 5]] {
        let count = faces.len();
        let sum = faces.iter().sum();
        let fill = move |dice: &DiceSurface| {
            let adapter = dice.global::<DiceAdapter<'_>>();
            adapter.set_faces(rows(faces.clone()));
            adapter.set_sum(sum);
        };
        draw(&format!("dice-{count}"), (640, 442), DiceSurface::new, fill, move |dice, found, chinese| {
            let told = if chinese { format!("共 {sum} 点") } else { format!("Together {sum}") };
            assert_eq!(has(found, "dice-sum").label, told);
            assert!(has(found, &format!("dice-{count}")).chosen);
            let thrown = Rc::new(Cell::new(0));
            let told = thrown.clone();
            dice.global::<DiceAdapter<'_>>().on_throw(move || told.set(told.get() + 1));
            press(dice, "throw");
            dice.global::<DiceAdapter<'_>>().set_rolls(true);
            press(dice, "throw");
            assert_eq!(thrown.get(), 1, "dice that roll are not thrown again");
        });
    }
}

#[test]
fn who_is_next() {
    for (name, drawn, fault, list) in [
        ("none", "", RosterFault::None, -1),
        ("short", "王小明", RosterFault::None, 0),
        ("long", "Alexandrina Featherstonehaugh", RosterFault::None, 1),
        ("fault", "", RosterFault::LongName, 2),
    ] {
        let fill = move |picker: &PickerSurface| {
            let adapter = picker.global::<PickerAdapter<'_>>();
            adapter.set_drawn(drawn.into());
            adapter.set_fault(fault);
            adapter.set_fault_line(3);
            adapter.set_left(12);
            adapter.set_all(30);
            adapter.set_list(list);
            adapter.set_lists(rows(["七（1）班", "7B", "8A"].map(slint::SharedString::from)));
        };
        draw(&format!("picker-{name}"), (760, 542), PickerSurface::new, fill, move |_, found, _| {
            let label = has(found, "drawn").label;
            assert!(drawn.is_empty() || label == drawn);
            assert_eq!(found.iter().any(|element| element.name == "numbers-more"), list < 0);
            assert!(has(found, "draw").enabled);
            let left = has(found, "picker-left").label;
            assert!(left.contains(if fault == RosterFault::None { "12" } else { "3" }), "{left}");
        });
    }
}

#[test]
fn scores_of_two_to_four_teams() {
    for (points, leader) in [(vec![0, 0], -1), (vec![12, 9, 104], 2), (vec![5, 17, 3, -12], 1)] {
        let teams = points.len();
        let first = points[0];
        let fill = move |board: &ScoresSurface| {
            let adapter = board.global::<ScoresAdapter<'_>>();
            adapter.set_points(rows(points.clone()));
            adapter.set_leader(leader);
        };
        draw(
            &format!("scores-{teams}"),
            (900, 488),
            ScoresSurface::new,
            fill,
            move |board, found, chinese| {
                let told = if chinese { format!("红队：{first}") } else { format!("Red team: {first}") };
                assert_eq!(has(found, "points-0").label, told);
                assert_eq!(
                    (has(found, "team-less").enabled, has(found, "team-more").enabled),
                    (teams > 2, teams < 4)
                );
                let scored = Rc::new(Cell::new((9, 9)));
                let told = scored.clone();
                board.global::<ScoresAdapter<'_>>().on_score(move |team, by| told.set((team, by)));
                press(board, "more-1");
                assert_eq!(scored.get(), (1, 1));
                press(board, "less-0");
                assert_eq!(scored.get(), (0, -1));
            },
        );
    }
}

#[test]
fn a_finger_on_one_team_counts_while_anothers_points_change() {
    const SIZE: (u32, u32) = (900, 488);
    Easel::with(WALL, SIZE, |easel| {
        let board = ScoresSurface::new().unwrap();
        easel.look.dress(&board);
        let adapter = board.global::<ScoresAdapter<'_>>();
        let scored = Rc::new(Cell::new(0));
        let told = scored.clone();
        adapter.on_score(move |team, by| told.set(told.get() + team * by));
        easel.show(&board, "en");
        let more = has(&elements(&board, SIZE), "more-1").clone();
        let (x, y) = (more.x + more.width / 2, more.y + more.height / 2);
        let (position, button) = (LogicalPosition::new(x as f32, y as f32), PointerEventButton::Left);
        for many in 1..4 {
            board.window().dispatch_event(WindowEvent::PointerPressed { position, button });
            adapter.set_points(kept(adapter.get_points(), [5 * many, 0]));
            assert_eq!(has(&elements(&board, SIZE), "points-0").label, format!("Red team: {}", 5 * many));
            board.window().dispatch_event(WindowEvent::PointerReleased { position, button });
            assert_eq!(scored.get(), many);
        }
    });
}

#[test]
fn the_clock() {
    let fill = |clock: &ClockSurface| {
        let adapter = clock.global::<ClockAdapter<'_>>();
        adapter.set_time("10:28".into());
        adapter.set_seconds("37".into());
        adapter.set_zh("11月30日 星期一".into());
        adapter.set_en("Wednesday, 30 September".into());
    };
    draw("clock", (600, 384), ClockSurface::new, fill, |_, found, _| {
        assert_eq!(has(found, "clock-time").label, "10:28");
    });
}

#[test]
fn how_loud_we_are() {
    for (name, light, level) in [
        ("quiet", NoiseLight::Quiet, 0.3),
        ("lively", NoiseLight::Lively, 0.58),
        ("loud", NoiseLight::Loud, 0.9),
        ("deaf", NoiseLight::None, 0.0),
    ] {
        let fill = move |lights: &NoiseSurface| {
            let adapter = lights.global::<NoiseAdapter<'_>>();
            adapter.set_light(light);
            adapter.set_level(level);
        };
        draw(&format!("noise-{name}"), (660, 592), NoiseSurface::new, fill, move |lights, found, chinese| {
            if light == NoiseLight::None {
                assert_eq!(
                    has(found, "noise-light").label,
                    if chinese { "没有麦克风" } else { "No microphone" }
                );
            }
            assert!(has(found, "talk-pairs").chosen);
            let wanted = Rc::new(Cell::new(TalkLevel::Pairs));
            let told = wanted.clone();
            lights.global::<NoiseAdapter<'_>>().on_choose(move |talk| told.set(talk));
            press(lights, "talk-groups");
            assert_eq!(wanted.get(), TalkLevel::Groups);
        });
    }
}

#[test]
fn the_board_to_take_away() {
    for (name, state) in [
        ("choose", HandoutState::Choose),
        ("waits", HandoutState::Waits),
        ("offered", HandoutState::Offered),
        ("over", HandoutState::Over),
        ("no-network", HandoutState::NoNetwork),
        ("failed", HandoutState::Failed),
    ] {
        const TEXT: &str = "http://192.168.100.204:8088/k7f39x2m4q";
        let fill = move |handout: &HandoutSurface| {
            let adapter = handout.global::<HandoutAdapter<'_>>();
            adapter.set_state(state);
            adapter.set_code(ui::code_picture::draw(TEXT).unwrap());
            adapter.set_address("192.168.100.204:8088/k7f39x2m4q".into());
            adapter.set_given(3);
        };
        draw(&format!("handout-{name}"), (800, 512), HandoutSurface::new, fill, move |handout, found, _| {
            if state != HandoutState::Offered {
                assert_eq!(has(found, "handout-board").enabled, state != HandoutState::Waits);
                has(found, "handout-state");
                return;
            }
            let millimetres =
                has(found, "handout-code").width as f32 / handout.global::<Theme<'_>>().get_mm();
            assert!(millimetres >= 60.0, "{millimetres} mm");
            assert!(has(found, "handout-address").label.contains("k7f39x2m4q"));
            let stopped = Rc::new(Cell::new(false));
            let told = stopped.clone();
            handout.global::<HandoutAdapter<'_>>().on_stop(move || told.set(true));
            press(handout, "handout-stop");
            assert!(stopped.get());
        });
    }
}
