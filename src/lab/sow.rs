//! What a seed chooses: the same on every machine, for ever. Makes of a lab with seeded faults the one that is done.

use std::collections::BTreeSet;

use super::model::{Lab, Seeded, Sown, VariantKind};

/// Seeds that are given out are short enough to be called across a room.
pub const SEEDS: std::ops::RangeInclusive<u32> = 1..=9999;

/// The generator of Steele, Lea and Flood (SplitMix64): small, and defined by itself alone.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another.
    fn below(&mut self, end: usize) -> usize {
        let scaled = (u128::from(self.next()) * (end as u128)) >> 64;
        usize::try_from(scaled).unwrap_or(0)
    }
}

/// Which faults, and which choice of each, in the author's order.
fn chosen(seeded: &Seeded, seed: u32) -> Vec<(usize, usize)> {
    let mut dice = Dice(u64::from(seed));
    let mut places: Vec<usize> = (0..seeded.from.len()).collect();
    let count = seeded.choose.min(places.len());
    for at in 0..count {
        let other = at + dice.below(places.len() - at);
        places.swap(at, other);
    }
    places.truncate(count);
    places.sort_unstable();
    let choices = |at: usize| seeded.from.get(at).map_or(0, |fault| fault.choices.len());
    places.into_iter().map(|at| (at, dice.below(choices(at)))).collect()
}

/// A seed from a number that differs each time, such as the time in milliseconds.
pub fn any_seed(number: u64) -> u32 {
    let all = usize::try_from(*SEEDS.end()).unwrap_or(1);
    SEEDS.start() + u32::try_from(Dice(number).below(all)).unwrap_or(0)
}

/// One seed for each choice there is, at most so many.
pub fn seeds(seeded: &Seeded, most: usize) -> Vec<u32> {
    let mut seen = BTreeSet::new();
    SEEDS.filter(|seed| seen.insert(chosen(seeded, *seed))).take(most).collect()
}

impl Lab {
    /// The lab as a seed makes it: what it has chosen is done after the setup, and what only others would have broken
    /// holds from the start. A lab without seeded faults is as it was.
    #[must_use]
    pub fn sow(&self, seed: u32) -> Self {
        let mut lab = self.clone();
        let Some(seeded) = &self.seeded else { return lab };
        let chosen = chosen(seeded, seed);
        let mut sown = Sown { seed, names: Vec::new(), actions: Vec::new() };
        let (mut broken, mut whole) = (BTreeSet::new(), BTreeSet::new());
        for (at, fault) in seeded.from.iter().enumerate() {
            match chosen.iter().find(|(chosen, _)| *chosen == at).and_then(|(_, choice)| fault.choices.get(*choice)) {
                Some(choice) => {
                    broken.extend(&fault.breaks);
                    let place = choice.place.as_ref().map(|place| format!("@{place}")).unwrap_or_default();
                    sown.names.push(format!("{}{place}", fault.name));
                    sown.actions.extend(choice.actions.iter().cloned());
                }
                None => whole.extend(&fault.breaks),
            }
        }
        let holds = |check: &String| whole.contains(check) && !broken.contains(check);
        for check in lab.checks.iter_mut().filter(|check| holds(&check.name)) {
            check.initially_passed = true;
        }
        for step in &mut lab.solution {
            let (whole, turns) = std::mem::take(&mut step.turns).into_iter().partition(holds);
            step.turns = turns;
            step.also.extend::<Vec<String>>(whole);
        }
        lab.variants.retain_mut(|variant| {
            if variant.kind == VariantKind::Wrong {
                variant.checks.retain(|check| !holds(check));
            }
            !variant.checks.is_empty()
        });
        lab.sown = Some(sown);
        lab
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Choice, SeededFault};
    use super::*;

    fn seeded(choose: usize, choices: &[usize]) -> Seeded {
        let choice = |n: usize| Choice { place: Some(n.to_string()), actions: Vec::new() };
        let fault = |(at, count): (usize, &usize)| SeededFault {
            name: at.to_string(),
            breaks: vec![at.to_string()],
            choices: (0..*count).map(choice).collect(),
        };
        Seeded { choose, from: choices.iter().enumerate().map(fault).collect() }
    }

    /// What these choose must never change: a class that was given a seed would get another cluster.
    #[test]
    fn a_seed_chooses_the_same_for_ever() {
        let from = seeded(2, &[1, 2, 3, 1]);
        let told: Vec<String> = (1..=6)
            .map(|seed| {
                chosen(&from, seed).iter().map(|(at, choice)| format!("{at}.{choice}")).collect::<Vec<_>>().join(" ")
            })
            .collect();
        assert_eq!(told, ["2.2 3.0", "2.1 3.0", "0.0 3.0", "1.1 3.0", "1.0 3.0", "0.0 2.0"]);
        assert_eq!(Dice(0).next(), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn every_choice_has_a_seed_and_comes_about_as_often() {
        let from = seeded(2, &[1, 2, 1]);
        // {0,1}: 2, {0,2}: 1, {1,2}: 2.
        assert_eq!(seeds(&from, 99).len(), 5);
        assert_eq!(seeds(&from, 3).len(), 3);
        let mut counts = std::collections::BTreeMap::new();
        for seed in SEEDS {
            let faults: Vec<usize> = chosen(&from, seed).iter().map(|(at, _)| *at).collect();
            *counts.entry(faults).or_insert(0) += 1;
        }
        assert!(counts.values().all(|count| (3_000..3_700).contains(count)), "{counts:?}");
        assert_eq!(seeds(&seeded(3, &[1, 1, 1]), 99), [1]);
    }

    #[test]
    fn seeds_are_short() {
        assert!((0..1_000).all(|number| SEEDS.contains(&any_seed(number))));
    }
}
