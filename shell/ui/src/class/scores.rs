//! Points of a few teams.

/// Teams there can be.
pub const TEAMS: std::ops::RangeInclusive<usize> = 2..=4;
/// Points that fit on a card.
const POINTS: std::ops::RangeInclusive<i32> = -99..=999;

/// The points of each team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scores(Vec<i32>);

impl Default for Scores {
    fn default() -> Self {
        Self(vec![0; *TEAMS.start()])
    }
}

impl Scores {
    /// More or fewer teams; those that stay keep their points.
    pub fn set_teams(&mut self, teams: usize) {
        self.0.resize(teams.clamp(*TEAMS.start(), *TEAMS.end()), 0);
    }

    /// Points for a team, or from it.
    pub fn add(&mut self, team: usize, points: i32) {
        if let Some(has) = self.0.get_mut(team) {
            *has = has.saturating_add(points).clamp(*POINTS.start(), *POINTS.end());
        }
    }

    /// Everybody begins again.
    pub fn reset(&mut self) {
        self.0.fill(0);
    }

    /// The points of each team.
    pub fn points(&self) -> &[i32] {
        &self.0
    }

    /// The team that is ahead of all others, if one is.
    pub fn leader(&self) -> Option<usize> {
        let most = *self.0.iter().max()?;
        let mut best = self.0.iter().enumerate().filter(|(_, points)| **points == most);
        match (best.next(), best.next()) {
            (Some((team, _)), None) => Some(team),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn teams_come_and_go_and_keep_their_points() {
        let mut scores = Scores::default();
        assert_eq!((scores.points(), scores.leader()), (&[0, 0][..], None));
        scores.add(1, 3);
        scores.set_teams(4);
        scores.add(3, 3);
        assert_eq!((scores.points(), scores.leader()), (&[0, 3, 0, 3][..], None));
        scores.add(3, 1);
        assert_eq!(scores.leader(), Some(3));
        scores.set_teams(1);
        assert_eq!((scores.points(), scores.leader()), (&[0, 3][..], Some(1)));
        scores.add(7, 1);
        scores.reset();
        assert_eq!(scores.points(), [0, 0]);
    }

    #[test]
    fn points_stay_on_the_card() {
        let mut scores = Scores::default();
        scores.add(0, i32::MAX);
        scores.add(0, 1);
        scores.add(1, i32::MIN);
        scores.add(1, -1);
        assert_eq!(scores.points(), [999, -99]);
    }
}
