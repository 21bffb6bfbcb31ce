//! How often one address may ask: a token bucket for each.

use crate::settings::AnonymousLimit;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Addresses remembered at once; at about 40 bytes each this stays below 4 MiB.
const ADDRESSES_MAX: usize = 65_536;

/// Token buckets by address.
pub(crate) struct Limiter {
    limit: AnonymousLimit,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Limiter {
    pub(crate) fn new(limit: AnonymousLimit) -> Self {
        Self { limit, buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes one token.
    ///
    /// # Errors
    /// How long to wait until there is one.
    pub(crate) fn take(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        // Nothing in here panics, so a poisoned map is still whole.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= ADDRESSES_MAX && !buckets.contains_key(&address) {
            self.forget(&mut buckets, now);
        }
        let full = Bucket { tokens: f64::from(self.limit.burst), at: now };
        let bucket = buckets.entry(address).or_insert(full);
        *bucket = Bucket { tokens: self.filled(bucket, now), at: now };
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        let per_second = self.per_second();
        let wait = if per_second > 0.0 { (1.0 - bucket.tokens) / per_second } else { 3600.0 };
        Err(Duration::from_secs_f64(wait))
    }

    fn per_second(&self) -> f64 {
        f64::from(self.limit.per_minute) / 60.0
    }

    fn filled(&self, bucket: &Bucket, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        (bucket.tokens + passed * self.per_second()).min(f64::from(self.limit.burst))
    }

    /// Forgets those whose bucket is full again; if none is, all of them: memory is
    /// bounded first, and the work queue still stands behind.
    fn forget(&self, buckets: &mut HashMap<IpAddr, Bucket>, now: Instant) {
        let burst = f64::from(self.limit.burst);
        buckets.retain(|_, bucket| self.filled(bucket, now) < burst);
        if buckets.len() >= ADDRESSES_MAX {
            buckets.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empties_and_fills_again() {
        let limiter = Limiter::new(AnonymousLimit { burst: 2, per_minute: 60 });
        let [one, other] = [1_u32, 2].map(|number| IpAddr::V4(number.into()));
        let start = Instant::now();
        assert!(limiter.take(one, start).is_ok());
        assert!(limiter.take(one, start).is_ok());
        assert_eq!(limiter.take(one, start), Err(Duration::from_secs(1)));
        assert!(limiter.take(other, start).is_ok(), "another address has its own bucket");
        assert!(limiter.take(one, start + Duration::from_secs(1)).is_ok());
        assert!(limiter.take(one, start + Duration::from_secs(1)).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let limiter = Limiter::new(AnonymousLimit { burst: 1, per_minute: 0 });
        let now = Instant::now();
        for number in 0..70_000_u32 {
            let _ = limiter.take(IpAddr::V4(number.into()), now);
        }
        assert!(limiter.buckets.lock().unwrap().len() <= ADDRESSES_MAX);
    }
}
