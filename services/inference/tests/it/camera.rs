//! `org.dais.Inference1.Camera` on a bus of its own: people counted, cameras watched, what is no frame refused by name.

use std::os::fd::OwnedFd;

use api::camera::{
    CameraError, CameraProxy, FrameFormat, PageTurn, Sight, WANT_FACES, WANT_PAGES, WANT_VIEW,
};
use api::sealed;
use futures_util::future::join_all;
use inference::vision::VISION_MODELS;
use zbus::Fd;

use crate::film::{Actor, Pose, SIZE, Scene};
use crate::models;
use crate::served::Served;

const WOMAN: &str = "1f469-1f3fb.webp";
const MAN: &str = "1f468-1f3fd.webp";
/// Sides of the film's frames, as the wire has them.
const WIRE_SIZE: (u32, u32) = (SIZE.0 as u32, SIZE.1 as u32);
/// Frames at once: one is looked at, and no more wait than may.
const BURST: usize = 4;
/// A burst whose frames all came one after the other is tried again, so often at most.
const BURSTS_MAX: u64 = 20;
/// Frames until one was looked at in time.
const LOOKS_MAX: usize = 100;

async fn camera(served: &Served) -> CameraProxy<'static> {
    CameraProxy::new(served.caller.inner().connection()).await.unwrap()
}

async fn other(served: &Served) -> CameraProxy<'static> {
    CameraProxy::new(&served.bus.connect().await).await.unwrap()
}

/// Two people, at 400 and 850.
fn two() -> Vec<u8> {
    let mut scene = Scene::room(1);
    scene.draw(&Actor::load(WOMAN), Pose::at(400.0, 360.0, 180.0));
    scene.draw(&Actor::load(MAN), Pose::at(850.0, 360.0, 180.0));
    scene.nv12()
}

async fn look(camera: &CameraProxy<'_>, bytes: &[u8], time_us: u64) -> Result<Sight, CameraError> {
    let (width, height) = WIRE_SIZE;
    let fd = Fd::from(sealed::seal(bytes).unwrap());
    camera.look(fd, FrameFormat::Nv12.to_wire(), width, height, width, time_us).await
}

/// Shows the frame as the next ones of a camera until one of them is looked at: a busy machine gives some up.
async fn shown(camera: &CameraProxy<'_>, bytes: &[u8], time_us: &mut u64) -> Sight {
    for _ in 0..LOOKS_MAX {
        *time_us += 250_000;
        match look(camera, bytes, *time_us).await {
            Err(CameraError::DeadlinePassed(_)) => {}
            answer => return answer.unwrap(),
        }
    }
    panic!("none of {LOOKS_MAX} frames was looked at in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_counted_over_the_bus() {
    let served = Served::start(&models()).await;
    let camera = camera(&served).await;
    let (width, height) = WIRE_SIZE;
    let count = async |bytes: &[u8], deadline_ms: u32| {
        let fd = Fd::from(sealed::seal(bytes).unwrap());
        camera.count(fd, FrameFormat::Nv12.to_wire(), width, height, width, deadline_ms).await
    };
    let (faces, persons) = count(&two(), 0).await.unwrap();
    let mut middles: Vec<i32> = faces.iter().map(|face| face.place.x + face.place.width / 2).collect();
    middles.sort_unstable();
    assert!(matches!(middles[..], [300..500, 750..950]), "{faces:?}");
    assert!(faces.iter().all(|face| face.confidence > 0.5 && face.confidence <= 1.0), "{faces:?}");
    assert!(persons >= 2, "{persons}");
    assert_eq!(count(&Scene::room(2).nv12(), 0).await.unwrap(), (Vec::new(), 0));
    let late = count(&two(), 1).await;
    assert!(matches!(late, Err(CameraError::DeadlinePassed(_))), "{late:?}");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_watched_until_it_is_stopped() {
    let served = Served::start(&models()).await;
    let camera = camera(&served).await;
    let frame = two();
    let unwatched = look(&camera, &frame, 0).await;
    assert!(matches!(unwatched, Err(CameraError::NotWatching(_))), "{unwatched:?}");
    for wants in [0, 16, WANT_FACES | 32] {
        let refused = camera.watch(wants).await;
        assert!(matches!(refused, Err(CameraError::BadWants(_))), "{refused:?}");
    }
    camera.watch(WANT_FACES | WANT_VIEW | WANT_PAGES).await.unwrap();
    let mut time = 0;
    // Seen once may be nothing; seen again counts.
    let mut sight = shown(&camera, &frame, &mut time).await;
    assert_eq!(sight.faces, []);
    for _ in 0..15 {
        sight = shown(&camera, &frame, &mut time).await;
        assert_eq!(PageTurn::from_wire(sight.turn), PageTurn::Stay);
    }
    assert_eq!((sight.faces.len(), sight.raised.len()), (2, 0), "{sight:?}");
    let view = sight.view;
    for face in &sight.faces {
        let right = view.x + view.width;
        assert!(view.x <= face.x && face.x + face.width <= right, "{sight:?}");
    }
    let backwards = look(&camera, &frame, time - 1).await;
    assert!(matches!(backwards, Err(CameraError::BadFrame(_))), "{backwards:?}");
    let stranger = look(&other(&served).await, &frame, time).await;
    assert!(matches!(stranger, Err(CameraError::NotWatching(_))), "{stranger:?}");
    camera.stop().await.unwrap();
    let stopped = look(&camera, &frame, time).await;
    assert!(matches!(stopped, Err(CameraError::NotWatching(_))), "{stopped:?}");
    // What was seen is forgotten, and so is the time.
    camera.watch(WANT_FACES).await.unwrap();
    assert_eq!(shown(&camera, &frame, &mut 0).await.faces, []);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_frames_that_wait_the_newest_is_looked_at() {
    let served = Served::start(&models()).await;
    let camera = camera(&served).await;
    let frame = two();
    camera.watch(WANT_FACES).await.unwrap();
    for burst in 0..BURSTS_MAX {
        // They are read side by side and may come in any order, so their time is one.
        let looks = (0..BURST).map(|_| look(&camera, &frame, burst * 1_000_000));
        let answers = join_all(looks).await;
        let overtaken =
            answers.iter().filter(|answer| matches!(answer, Err(CameraError::Overtaken(_)))).count();
        let looked = |answer: &Result<Sight, CameraError>| {
            matches!(answer, Ok(_) | Err(CameraError::DeadlinePassed(_)))
        };
        let looked = answers.iter().filter(|answer| looked(answer)).count();
        assert_eq!(looked + overtaken, BURST, "{answers:?}");
        assert!(looked > 0, "the newest was overtaken too: {answers:?}");
        if overtaken > 0 {
            served.stop().await;
            return;
        }
    }
    panic!("in {BURSTS_MAX} bursts no frame waited");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fifth_camera_waits_until_one_is_stopped() {
    let served = Served::start(&models()).await;
    let mut watchers = Vec::new();
    for _ in 0..4 {
        let camera = other(&served).await;
        camera.watch(WANT_FACES).await.unwrap();
        watchers.push(camera);
    }
    let fifth = other(&served).await;
    let refused = fifth.watch(WANT_FACES).await;
    assert!(matches!(refused, Err(CameraError::Busy(_))), "{refused:?}");
    watchers[2].stop().await.unwrap();
    fifth.watch(WANT_FACES).await.unwrap();
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_frame_is_refused_by_name() {
    let served = Served::start(&models()).await;
    let camera = camera(&served).await;
    let (grey, rgb, nv12) =
        (FrameFormat::Grey8.to_wire(), FrameFormat::Rgb8.to_wire(), FrameFormat::Nv12.to_wire());
    let plain = || OwnedFd::from(std::fs::File::open(models().join(VISION_MODELS[0])).unwrap());
    let bytes = |len: usize| sealed::seal(&vec![90; len]).unwrap();
    let unsealed = camera.count(Fd::from(plain()), grey, 100, 100, 100, 0).await;
    assert!(matches!(unsealed, Err(CameraError::NotSealed(_))), "{unsealed:?}");
    camera.watch(WANT_FACES).await.unwrap();
    for (format, width, height, stride, len) in [
        (grey, 100, 100, 100, 9_999),
        (grey, 100, 100, 99, 10_000),
        (rgb, 100, 100, 100, 30_000),
        (nv12, 101, 100, 101, 15_150),
        (nv12, 100, 100, 100, 10_000),
        (grey, 0, 100, 0, 0),
        (grey, 3841, 1, 3841, 3841),
        (0, 100, 100, 100, 10_000),
        (9, 100, 100, 100, 10_000),
    ] {
        let counted = camera.count(Fd::from(bytes(len)), format, width, height, stride, 0).await;
        assert!(matches!(counted, Err(CameraError::BadFrame(_))), "{format} {width} {height}: {counted:?}");
        let looked = camera.look(Fd::from(bytes(len)), format, width, height, stride, 0).await;
        assert!(matches!(looked, Err(CameraError::BadFrame(_))), "{format} {width} {height}: {looked:?}");
    }
    // And the next good one is looked at.
    let empty = camera.count(Fd::from(bytes(10_000)), grey, 100, 100, 100, 0).await.unwrap();
    assert_eq!(empty, (Vec::new(), 0));
    served.stop().await;
}
