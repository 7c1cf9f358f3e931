//! Two X11 programs of ours: the display's window alone, without the shell's screens; and the least that any
//! client can do, which shows how fast the server and this measurement are.

use std::path::Path;
use std::time::Duration;

use crate::boards;
use display::{Output, Scene, ToDisplay};
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ConnectionExt, CreateGCAux, CreateWindowAux, EventMask, ImageFormat, WindowClass,
};
use x11rb::rust_connection::RustConnection;

/// Shows the board of the journal in `folder` until the window is closed.
pub(crate) fn window(size: (u32, u32), folder: &Path) {
    let mut config = boards::config(size, folder, Vec::new());
    config.output = Output::Window { title: "Dais".to_owned() };
    let (display, _platform) = display::start(config).unwrap();
    display.send(ToDisplay::Scene(Scene::Board)).unwrap();
    while display.turn(Duration::from_secs(3600)).is_continue() {}
}

/// Side of the square that the bare client puts at the pointer.
const SQUARE: u16 = 16;

/// One window, one `PutImage` a motion.
pub(crate) fn bare(size: (u32, u32)) {
    let (connection, number) = RustConnection::connect(None).unwrap();
    let screen = &connection.setup().roots[number];
    let window = connection.generate_id().unwrap();
    let events = EventMask::POINTER_MOTION | EventMask::BUTTON_PRESS | EventMask::BUTTON_RELEASE;
    let look = CreateWindowAux::new().background_pixel(screen.white_pixel).event_mask(events);
    let (width, height) = (size.0 as u16, size.1 as u16);
    connection
        .create_window(
            COPY_DEPTH_FROM_PARENT,
            window,
            screen.root,
            0,
            0,
            width,
            height,
            0,
            WindowClass::INPUT_OUTPUT,
            0,
            &look,
        )
        .unwrap();
    connection.map_window(window).unwrap();
    let pen = connection.generate_id().unwrap();
    connection.create_gc(pen, window, &CreateGCAux::new()).unwrap();
    connection.flush().unwrap();
    let black = vec![0; usize::from(SQUARE) * usize::from(SQUARE) * 4];
    // The server's end is this client's end too.
    while let Ok(event) = connection.wait_for_event() {
        if let Event::MotionNotify(at) = event
            && u16::from(at.state) & 0x100 != 0
        {
            let (x, y) = (at.event_x - 8, at.event_y - 8);
            let put = connection.put_image(
                ImageFormat::Z_PIXMAP,
                window,
                pen,
                SQUARE,
                SQUARE,
                x,
                y,
                0,
                screen.root_depth,
                &black,
            );
            drop(put.unwrap());
            connection.flush().unwrap();
        }
    }
}
