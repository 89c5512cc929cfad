//! `pretoken preview`: the tokens before and after the trigger.

mod command;
mod date;
mod human;
mod json;
mod view;

pub(super) use command::Preview;
