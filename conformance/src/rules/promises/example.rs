use crate::rules::promise::{Demand, Promise};

/// A promise for the examples and the miniatures, by the name of its demand.
pub(super) fn promise(demand: Demand) -> Promise {
    let written = "pretoken.toml:1".to_owned();
    Promise { name: demand.key().into(), token: None, bearers: Vec::new(), demand, written }
}
