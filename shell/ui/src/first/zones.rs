//! Places with the time zones they are in: those that people look for, by region, and by the letters of a name all that
//! the system's time zone database knows. Pure but for that database.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use screens::ZoneRow;

/// Places that a search shows: nobody looks further.
const FOUND_MAX: usize = 24;

/// Region, name in the time zone database, English and Chinese. Regions are 0 China, 1 Asia, 2 Europe, 3 Africa,
/// 4 the Americas, 5 Oceania. All of China has Beijing's time; Ürümqi's own is in use beside it.
const PLACES: &[(i32, &str, &str, &str)] = &[
    (0, "Asia/Shanghai", "Beijing, Shanghai", "北京、上海"),
    (0, "Asia/Urumqi", "Ürümqi", "乌鲁木齐"),
    (0, "Asia/Hong_Kong", "Hong Kong", "香港"),
    (0, "Asia/Macau", "Macau", "澳门"),
    (0, "Asia/Taipei", "Taipei", "台北"),
    (1, "Asia/Singapore", "Singapore", "新加坡"),
    (1, "Asia/Kuala_Lumpur", "Kuala Lumpur", "吉隆坡"),
    (1, "Asia/Bangkok", "Bangkok", "曼谷"),
    (1, "Asia/Ho_Chi_Minh", "Hanoi, Ho Chi Minh City", "河内、胡志明市"),
    (1, "Asia/Jakarta", "Jakarta", "雅加达"),
    (1, "Asia/Manila", "Manila", "马尼拉"),
    (1, "Asia/Tokyo", "Tokyo", "东京"),
    (1, "Asia/Seoul", "Seoul", "首尔"),
    (1, "Asia/Pyongyang", "Pyongyang", "平壤"),
    (1, "Asia/Ulaanbaatar", "Ulaanbaatar", "乌兰巴托"),
    (1, "Asia/Almaty", "Almaty, Astana", "阿拉木图、阿斯塔纳"),
    (1, "Asia/Tashkent", "Tashkent", "塔什干"),
    (1, "Asia/Kolkata", "Delhi, Mumbai", "德里、孟买"),
    (1, "Asia/Dhaka", "Dhaka", "达卡"),
    (1, "Asia/Karachi", "Karachi", "卡拉奇"),
    (1, "Asia/Kathmandu", "Kathmandu", "加德满都"),
    (1, "Asia/Colombo", "Colombo", "科伦坡"),
    (1, "Asia/Yangon", "Yangon", "仰光"),
    (1, "Asia/Phnom_Penh", "Phnom Penh", "金边"),
    (1, "Asia/Vientiane", "Vientiane", "万象"),
    (1, "Asia/Dubai", "Dubai, Abu Dhabi", "迪拜、阿布扎比"),
    (1, "Asia/Riyadh", "Riyadh", "利雅得"),
    (1, "Asia/Tehran", "Tehran", "德黑兰"),
    (1, "Asia/Jerusalem", "Jerusalem", "耶路撒冷"),
    (1, "Asia/Vladivostok", "Vladivostok", "符拉迪沃斯托克"),
    (2, "Europe/London", "London", "伦敦"),
    (2, "Europe/Berlin", "Berlin", "柏林"),
    (2, "Europe/Paris", "Paris", "巴黎"),
    (2, "Europe/Madrid", "Madrid", "马德里"),
    (2, "Europe/Rome", "Rome", "罗马"),
    (2, "Europe/Vienna", "Vienna", "维也纳"),
    (2, "Europe/Zurich", "Zurich", "苏黎世"),
    (2, "Europe/Amsterdam", "Amsterdam", "阿姆斯特丹"),
    (2, "Europe/Brussels", "Brussels", "布鲁塞尔"),
    (2, "Europe/Warsaw", "Warsaw", "华沙"),
    (2, "Europe/Prague", "Prague", "布拉格"),
    (2, "Europe/Budapest", "Budapest", "布达佩斯"),
    (2, "Europe/Stockholm", "Stockholm", "斯德哥尔摩"),
    (2, "Europe/Lisbon", "Lisbon", "里斯本"),
    (2, "Europe/Athens", "Athens", "雅典"),
    (2, "Europe/Kyiv", "Kyiv", "基辅"),
    (2, "Europe/Istanbul", "Istanbul", "伊斯坦布尔"),
    (2, "Europe/Moscow", "Moscow", "莫斯科"),
    (3, "Africa/Cairo", "Cairo", "开罗"),
    (3, "Africa/Johannesburg", "Johannesburg", "约翰内斯堡"),
    (3, "Africa/Nairobi", "Nairobi", "内罗毕"),
    (3, "Africa/Lagos", "Lagos", "拉各斯"),
    (3, "Africa/Addis_Ababa", "Addis Ababa", "亚的斯亚贝巴"),
    (3, "Africa/Accra", "Accra", "阿克拉"),
    (3, "Africa/Algiers", "Algiers", "阿尔及尔"),
    (3, "Africa/Casablanca", "Casablanca", "卡萨布兰卡"),
    (3, "Africa/Dar_es_Salaam", "Dar es Salaam", "达累斯萨拉姆"),
    (3, "Africa/Kinshasa", "Kinshasa", "金沙萨"),
    (4, "America/New_York", "New York", "纽约"),
    (4, "America/Chicago", "Chicago", "芝加哥"),
    (4, "America/Denver", "Denver", "丹佛"),
    (4, "America/Los_Angeles", "Los Angeles", "洛杉矶"),
    (4, "America/Anchorage", "Anchorage", "安克雷奇"),
    (4, "America/Toronto", "Toronto", "多伦多"),
    (4, "America/Vancouver", "Vancouver", "温哥华"),
    (4, "America/Mexico_City", "Mexico City", "墨西哥城"),
    (4, "America/Havana", "Havana", "哈瓦那"),
    (4, "America/Bogota", "Bogotá", "波哥大"),
    (4, "America/Lima", "Lima", "利马"),
    (4, "America/Caracas", "Caracas", "加拉加斯"),
    (4, "America/Sao_Paulo", "São Paulo", "圣保罗"),
    (4, "America/Argentina/Buenos_Aires", "Buenos Aires", "布宜诺斯艾利斯"),
    (4, "America/Santiago", "Santiago", "圣地亚哥"),
    (5, "Australia/Sydney", "Sydney, Melbourne", "悉尼、墨尔本"),
    (5, "Australia/Brisbane", "Brisbane", "布里斯班"),
    (5, "Australia/Adelaide", "Adelaide", "阿德莱德"),
    (5, "Australia/Perth", "Perth", "珀斯"),
    (5, "Pacific/Auckland", "Auckland", "奥克兰"),
    (5, "Pacific/Fiji", "Fiji", "斐济"),
    (5, "Pacific/Port_Moresby", "Port Moresby", "莫尔兹比港"),
    (5, "Pacific/Honolulu", "Honolulu", "檀香山"),
];

/// The places of a region, from west to east where they differ: as the list above has them.
pub fn of_region(region: i32, chinese: bool, now: Timestamp) -> Vec<ZoneRow> {
    let here = PLACES.iter().filter(|place| place.0 == region);
    here.map(|(_, zone, en, zh)| row(zone, if chinese { zh } else { en }, now)).collect()
}

/// Places with a word that begins with these letters, in either language; well-known ones first.
pub fn search(letters: &str, chinese: bool, now: Timestamp) -> Vec<ZoneRow> {
    let wanted = plain(letters.trim());
    if wanted.is_empty() {
        return of_region(0, chinese, now);
    }
    let begins = |name: &str| {
        let name = plain(name);
        name.starts_with(&wanted)
            || name.match_indices([' ', '/']).any(|(at, _)| name[at + 1..].starts_with(&wanted))
    };
    let known =
        PLACES.iter().filter(|(_, zone, en, zh)| begins(en) || begins(zone) || zh.contains(letters.trim()));
    let mut found: Vec<ZoneRow> =
        known.map(|(_, zone, en, zh)| row(zone, if chinese { zh } else { en }, now)).collect();
    for zone in jiff::tz::db().available() {
        let zone = zone.as_str();
        // Short names such as `PRC` or `Etc/GMT` are for programs.
        let is_place =
            zone.contains('/') && !zone.starts_with("Etc/") && PLACES.iter().all(|place| place.1 != zone);
        if is_place && begins(zone) {
            found.push(row(zone, &city(zone, chinese), now));
        }
    }
    found.truncate(FOUND_MAX);
    found
}

/// What a time zone's place is called.
pub fn city(zone: &str, chinese: bool) -> String {
    let known = PLACES.iter().find(|place| place.1 == zone);
    known.map_or_else(
        || zone.rsplit('/').next().unwrap_or(zone).replace('_', " "),
        |(_, _, en, zh)| if chinese { zh } else { en }.to_string(),
    )
}

/// The region of a place that the list has; China's where it has none.
pub fn region(zone: &str) -> i32 {
    PLACES.iter().find(|place| place.1 == zone).map_or(0, |place| place.0)
}

/// A place with its time now; without one where the system does not know the zone.
pub fn row(zone: &str, city: &str, now: Timestamp) -> ZoneRow {
    let there = TimeZone::get(zone).ok().map(|there| now.to_zoned(there));
    ZoneRow {
        name: zone.into(),
        city: city.into(),
        offset: there.as_ref().map(|there| offset(there.offset().seconds())).unwrap_or_default().into(),
        time: there.map(|there| there.strftime("%H:%M").to_string()).unwrap_or_default().into(),
    }
}

/// As people write it: `UTC+8`, `UTC−3:30`.
fn offset(seconds: i32) -> String {
    let (sign, minutes) = (if seconds < 0 { '−' } else { '+' }, seconds.abs() / 60);
    match minutes % 60 {
        0 => format!("UTC{sign}{}", minutes / 60),
        part => format!("UTC{sign}{}:{part:02}", minutes / 60),
    }
}

/// Small letters without accents, words between blanks.
fn plain(text: &str) -> String {
    let letter = |letter: char| match letter {
        '_' | ',' => ' ',
        'ü' | 'Ü' => 'u',
        'ã' => 'a',
        'á' => 'a',
        other => other.to_ascii_lowercase(),
    };
    text.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-11-30T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn every_place_is_in_the_systems_database_once() {
        for (at, (region, zone, en, zh)) in PLACES.iter().enumerate() {
            assert!(TimeZone::get(zone).is_ok(), "{zone} is not known");
            assert!((0..=5).contains(region) && !en.is_empty() && !zh.is_empty());
            assert!(PLACES[..at].iter().all(|other| other.1 != *zone), "{zone} is there twice");
        }
    }

    #[test]
    fn a_place_has_its_own_time_and_distance() {
        let of = |zone: &str| {
            let row = row(zone, &city(zone, false), noon());
            (row.time.to_string(), row.offset.to_string())
        };
        assert_eq!(of("Asia/Shanghai"), ("20:00".into(), "UTC+8".into()));
        assert_eq!(of("Asia/Kathmandu"), ("17:45".into(), "UTC+5:45".into()));
        assert_eq!(of("America/St_Johns"), ("08:30".into(), "UTC−3:30".into()));
        assert_eq!(of("Nowhere/At_All"), (String::new(), String::new()));
        assert_eq!(city("America/St_Johns", true), "St Johns");
    }

    #[test]
    fn letters_find_words_in_either_language_and_the_rest_of_the_database() {
        let names = |letters: &str| -> Vec<String> {
            search(letters, true, noon()).iter().map(|row| row.name.to_string()).collect()
        };
        assert_eq!(names("shang"), ["Asia/Shanghai"]);
        assert_eq!(names("Sao p")[0], "America/Sao_Paulo");
        assert_eq!(names("urum")[0], "Asia/Urumqi");
        assert_eq!(names("东京"), ["Asia/Tokyo"]);
        assert!(names("reykj").contains(&"Atlantic/Reykjavik".to_owned()));
        assert_eq!(
            names("  "),
            of_region(0, true, noon()).iter().map(|row| row.name.to_string()).collect::<Vec<_>>()
        );
        assert!(names("zzz").is_empty() && names("a").len() <= FOUND_MAX);
    }
}
