#![doc = include_str!("../README.md")]

pub mod cli;
pub mod config;
pub mod dictionary;
pub mod engine;
pub mod event;
pub mod front;
pub mod generate;
pub mod pool;
pub mod report;
pub mod rules;
pub mod saved;
pub mod situation;
pub mod target;
pub mod tokens;

pub use front::{Check, check, harness};
