use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// The random source of one case: the same numbers from the same seed on every machine.
pub(super) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        Self(Xoshiro256PlusPlus::from_seed(seed))
    }

    pub(super) fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 to `limit - 1`; 0 if `limit` is 0. The bias of the multiplication is below 1 in 2³² here.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let high = self.word() >> 32;
        usize::try_from((high * limit as u64) >> 32).unwrap_or(0)
    }

    /// True once in `times` on average.
    pub(super) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of a list's members; its first if the list were too short, its fallback if it were empty.
    pub(super) fn pick<T: Copy>(&mut self, list: &[T], fallback: T) -> T {
        let index = self.below(list.len());
        list.get(index).copied().unwrap_or(fallback)
    }
}
