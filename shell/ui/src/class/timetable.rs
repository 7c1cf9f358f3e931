//! The timetable: a TOML file of lessons, and which of them is now and which is next.
//!
//! ```toml
//! [[lesson]]
//! days = ["mon", "thu"]
//! from = "08:00"
//! to = "08:45"
//! title = "数学"
//! title_en = "Maths"   # where it has another name in English
//! room = "7A"          # a class, a room or a teacher: whatever helps; may be left out
//! ```

use jiff::civil::{DateTime, Time, Weekday};
use serde::Deserialize;
use toml::Spanned;

/// Lessons of a week: fourteen a day.
pub const LESSONS_MAX: usize = 98;
/// Letters of a title or a place that can be read from the first row.
pub const LETTERS_MAX: usize = 40;

/// A week of lessons, in the order in which they begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timetable(Vec<Lesson>);

/// One lesson of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    day: Weekday,
    /// When it begins.
    pub from: Time,
    /// When it ends.
    pub to: Time,
    /// In Chinese, or in any language.
    pub title: String,
    /// In English; the same where the file gives no other.
    pub title_en: String,
    /// Where, or with whom.
    pub room: String,
}

/// Where a lesson is in its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Over.
    Past,
    /// It is going on.
    Now,
    /// The first that has not begun.
    Next,
    /// After that.
    Later,
}

/// What is wrong with a file, and on which line, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct TimetableError {
    /// The line.
    pub line: usize,
    /// What to do about it.
    pub what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    lesson: Vec<Spanned<Written>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    days: Vec<Day>,
    from: String,
    to: String,
    title: String,
    title_en: Option<String>,
    #[serde(default)]
    room: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl From<Day> for Weekday {
    fn from(day: Day) -> Self {
        match day {
            Day::Mon => Self::Monday,
            Day::Tue => Self::Tuesday,
            Day::Wed => Self::Wednesday,
            Day::Thu => Self::Thursday,
            Day::Fri => Self::Friday,
            Day::Sat => Self::Saturday,
            Day::Sun => Self::Sunday,
        }
    }
}

impl Timetable {
    /// Reads a file's text.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line.
    pub fn parse(text: &str) -> Result<Self, TimetableError> {
        let line = |at: usize| text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let wrong = |at: usize, what: String| TimetableError { line: line(at), what };
        let file: File = toml::from_str(text).map_err(|error| {
            wrong(error.span().map_or(0, |span| span.start), error.message().trim().to_owned())
        })?;
        let mut lessons: Vec<Lesson> = Vec::new();
        for written in file.lesson {
            let at = written.span().start;
            for lesson in read(&written.into_inner()).map_err(|what| wrong(at, what))? {
                let clash = |other: &&Lesson| {
                    other.day == lesson.day && other.from < lesson.to && lesson.from < other.to
                };
                if let Some(other) = lessons.iter().find(clash) {
                    let what =
                        format!("another lesson is from {} to {} that day", hm(other.from), hm(other.to));
                    return Err(wrong(at, what));
                }
                if lessons.len() == LESSONS_MAX {
                    return Err(wrong(at, format!("a week has no more than {LESSONS_MAX} lessons")));
                }
                lessons.push(lesson);
            }
        }
        lessons.sort_by_key(|lesson| (lesson.day.to_monday_zero_offset(), lesson.from));
        Ok(Self(lessons))
    }

    /// Lessons of the whole week.
    pub fn lessons(&self) -> usize {
        self.0.len()
    }

    /// As [`Timetable::day`], so many at most: what is over makes room first.
    pub fn shown(&self, now: DateTime, most: usize) -> Vec<(When, &Lesson)> {
        shown(self.day(now), most)
    }

    /// The lessons of a day and where each of them is.
    pub fn day(&self, now: DateTime) -> Vec<(When, &Lesson)> {
        let time = now.time();
        let mut next = When::Next;
        let when = |lesson: &Lesson| {
            if lesson.to <= time {
                When::Past
            } else if lesson.from <= time {
                When::Now
            } else {
                std::mem::replace(&mut next, When::Later)
            }
        };
        let today: Vec<&Lesson> = self.0.iter().filter(|lesson| lesson.day == now.weekday()).collect();
        let whens: Vec<When> = today.iter().copied().map(when).collect();
        whens.into_iter().zip(today).collect()
    }
}

/// A day's lessons for a card that holds so many: what is over makes room first.
fn shown<T>(mut lessons: Vec<(When, T)>, most: usize) -> Vec<(When, T)> {
    while lessons.len() > most {
        let over = lessons.first().is_some_and(|(when, _)| *when == When::Past);
        lessons.remove(if over { 0 } else { lessons.len() - 1 });
    }
    lessons
}

fn read(written: &Written) -> Result<Vec<Lesson>, String> {
    let (from, to) = (time(&written.from)?, time(&written.to)?);
    if from >= to {
        return Err(format!("a lesson ends after it begins: not from {} to {}", written.from, written.to));
    }
    if written.days.is_empty() {
        return Err("name at least one day: days = [\"mon\"]".to_owned());
    }
    if written.title.trim().is_empty() {
        return Err("a lesson has a title".to_owned());
    }
    let title_en = written.title_en.as_ref().unwrap_or(&written.title);
    for text in [&written.title, title_en, &written.room] {
        if text.chars().count() > LETTERS_MAX || text.contains('\n') {
            return Err(format!("titles and rooms are one line of no more than {LETTERS_MAX} letters"));
        }
    }
    let lesson = |day: &Day| Lesson {
        day: (*day).into(),
        from,
        to,
        title: written.title.trim().to_owned(),
        title_en: title_en.trim().to_owned(),
        room: written.room.trim().to_owned(),
    };
    Ok(written.days.iter().map(lesson).collect())
}

/// Hours and minutes, as 8:05 or 08:05.
fn time(text: &str) -> Result<Time, String> {
    let wrong = || format!("{text:?} is no time: write hours and minutes, as in \"08:05\"");
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let digits = |text: &str, most: usize| {
        let fits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if fits { text.parse::<i8>().ok() } else { None }
    };
    let hours = digits(hours, 2).ok_or_else(wrong)?;
    let minutes = digits(minutes, 2).filter(|_| minutes.len() == 2).ok_or_else(wrong)?;
    Time::new(hours, minutes, 0, 0).map_err(|_| wrong())
}

/// A time as hours and minutes.
pub fn hm(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

#[cfg(test)]
mod tests;
